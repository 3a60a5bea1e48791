import { writeSync } from 'node:fs'
import { answerBytesMax, opcodes } from './abi.ts'
import { encodeAnswer, type Answer } from './answer.ts'
import { readDevice, type Device, type Engine } from './device.ts'
import { parseRequest, type Request } from './request.ts'
import { errno } from '../errno.ts'

export type Handler = (request: Request) => Answer | Promise<Answer> | undefined

export interface SessionOptions {
  /** An open /dev/fuse on which a file system is mounted. */
  readonly fd: number
  readonly handle: Handler
  /** What went wrong in the server itself: the program heard EIO. */
  readonly onFault: (error: unknown) => void
  readonly engine?: Engine | undefined
}

/**
 * One buffer for the answers of all sessions of the process: each is written before the next is
 * made.
 */
const out = Buffer.allocUnsafeSlow(answerBytesMax)

/** Answers the kernel's requests until the file system is unmounted. */
export function startSession(options: SessionOptions): Device {
  const { fd, engine } = options
  return readDevice(fd, (bytes) => answerRequest(options, bytes), engine)
}

const failed: Answer = { type: 'error', errno: errno.io }

function answerRequest(options: SessionOptions, bytes: Buffer): void {
  const request = parseRequest(bytes)
  if (request === undefined) return answerMalformed(options, bytes)
  let answer: Answer | Promise<Answer> | undefined
  try {
    answer = options.handle(request)
  } catch (error) {
    options.onFault(error)
    answer = failed
  }
  if (answer === undefined) return
  if (!(answer instanceof Promise)) return send(options, request, answer)
  answer.then(
    (later) => send(options, request, later),
    (error: unknown) => {
      options.onFault(error)
      send(options, request, failed)
    },
  )
}

function send(options: SessionOptions, request: Request, answer: Answer): void {
  const length = encodeAnswer(out, request, answer)
  try {
    writeSync(options.fd, out, 0, length)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // ENOENT: the asker was killed meanwhile. ENODEV: unmounted.
    if (code !== 'ENOENT' && code !== 'ENODEV') options.onFault(error)
  }
}

/** What cannot be parsed but has a number gets an error, so that nobody waits for ever. */
function answerMalformed(options: SessionOptions, bytes: Buffer): void {
  if (bytes.length < 16) return
  const opcode = bytes.readUInt32LE(4)
  if (opcode === opcodes.forget || opcode === opcodes.batchForget) return
  const to = {
    uniqueLow: bytes.readUInt32LE(8),
    uniqueHigh: bytes.readUInt32LE(12),
    node: 0,
    by: { uid: 0, gid: 0 },
    body: { type: 'other', opcode },
  } as const
  send(options, to, { type: 'error', errno: errno.invalid })
}
