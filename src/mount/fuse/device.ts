import { connect, Socket } from 'node:net'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { assert } from '../../domain/assert.ts'
import { requestBytesMax } from './abi.ts'

/** Reads requests from an open /dev/fuse until the mount ends. */
export interface Device {
  /** Resolves when the file system is unmounted or the connection aborted. */
  readonly ended: Promise<void>
  /** Stops reading; what was not read stays with the kernel. */
  stop(): void
}

export const engines = ['event-loop', 'worker'] as const
export type Engine = (typeof engines)[number]

/** @param onRequest gets bytes that live until it returns */
export function readDevice(
  fd: number,
  onRequest: (bytes: Buffer) => void,
  engine: Engine = 'event-loop',
): Device {
  return engine === 'worker' ? readByThread(fd, onRequest) : readByLoop(fd, onRequest)
}

/** The constructor of a socket's handle: reached this way because Node does not export it. */
interface Handle {
  open(fd: number): number
}
type HandleClass = new (type: number) => Handle

function pipeClass(): HandleClass {
  // Connecting makes the handle at once and fails later, which nobody hears.
  const socket = connect({ path: '/dev/null/none' })
  socket.on('error', () => undefined)
  const { _handle: handle } = socket as unknown as { _handle: { constructor: HandleClass } }
  const { constructor } = handle
  socket.destroy()
  return constructor
}

let knownClass: HandleClass | undefined

/**
 * The device on the event loop: libuv polls it like a pipe. The descriptor must be non-blocking.
 * One buffer serves every request, for each is answered, or its data copied, before the next is
 * read.
 */
function readByLoop(fd: number, onRequest: (bytes: Buffer) => void): Device {
  knownClass ??= pipeClass()
  const handle = new knownClass(0)
  const failure = handle.open(fd)
  assert(failure === 0, `the event loop takes the device (error ${failure})`)
  const buffer = Buffer.allocUnsafeSlow(requestBytesMax)
  const { promise, resolve } = Promise.withResolvers<void>()
  const socket = new Socket({
    handle,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback: (bytes: number, read: Uint8Array) => {
        onRequest(Buffer.from(read.buffer, read.byteOffset, bytes))
        return true
      },
    },
  } as unknown as ConstructorParameters<typeof Socket>[0])
  socket.on('error', () => undefined) // ENODEV: unmounted
  socket.on('close', resolve)
  socket.resume()
  return {
    ended: promise,
    stop: () => void socket.pause(),
  }
}

/** The device by a thread of its own that blocks in read(2): for a Node without such a handle. */
function readByThread(fd: number, onRequest: (bytes: Buffer) => void): Device {
  const url = new URL(`./device-thread${extname(import.meta.url)}`, import.meta.url)
  const worker = new Worker(url, { workerData: { fd, requestBytesMax } })
  const { promise, resolve } = Promise.withResolvers<void>()
  worker.on('message', (bytes: Uint8Array) => {
    onRequest(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  })
  worker.on('exit', () => resolve())
  worker.on('error', () => resolve())
  return { ended: promise, stop: () => void worker.terminate() }
}
