// The blocking reader of a device: hands every request to the thread that answers.
import { readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../domain/assert.ts'

const { fd, requestBytesMax } = workerData as {
  readonly fd: number
  readonly requestBytesMax: number
}
const port = parentPort
assert(port !== null, 'this file runs in a worker thread')
const buffer = Buffer.allocUnsafeSlow(requestBytesMax)

/** Reading goes on after these: a request was taken back, a signal came. */
const passing = new Set(['ENOENT', 'EINTR', 'EAGAIN'])

for (;;) {
  try {
    const bytes = readSync(fd, buffer, 0, requestBytesMax, null)
    const copy = new Uint8Array(buffer.subarray(0, bytes))
    port.postMessage(copy, [copy.buffer])
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!passing.has(code)) break
  }
}
