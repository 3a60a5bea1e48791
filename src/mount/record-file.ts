import {
  closeSync,
  fsync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { crc32 } from 'node:zlib'

/** One record: what happened, and the text that goes with it. */
export interface Entry {
  /** Plain data. */
  readonly fact: Readonly<Record<string, unknown>>
  readonly bytes: Buffer | undefined
}

/** Length of fact, length of bytes, checksum of both. */
const headerBytes = 12

/**
 * A file that only grows. Every record is with the system when `append` returns, so it survives the
 * end of this process; on disk it is after `sync`.
 */
export class RecordFile {
  readonly path: string
  #fd: number
  size: number

  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, 'a', 0o600)
    this.size = readFileSync(path).length
  }

  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    const bytes = Buffer.concat(entries.map(encode))
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#fd, bytes, written)
    }
    this.size += bytes.length
  }

  sync(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    fsync(this.#fd, (error) => (error === null ? resolve() : reject(error)))
    return promise
  }

  /** Starts over with these records, all or nothing. */
  replace(entries: readonly Entry[]): void {
    const next = `${this.path}.next`
    const fd = openSync(next, 'w', 0o600)
    const bytes = Buffer.concat(entries.map(encode))
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written)
    renameSync(next, this.path)
    closeSync(this.#fd)
    this.#fd = fd
    this.size = bytes.length
  }

  close(): void {
    closeSync(this.#fd)
  }

  remove(): void {
    this.close()
    unlinkSync(this.path)
  }
}

function encode({ fact, bytes }: Entry): Buffer {
  const text = Buffer.from(JSON.stringify(fact))
  const data = bytes ?? Buffer.alloc(0)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt32LE(text.length, 0)
  // One more than the length, so that "no bytes" and "empty" are two things.
  header.writeUInt32LE(bytes === undefined ? 0 : data.length + 1, 4)
  header.writeUInt32LE(crc32(data, crc32(text)), 8)
  return Buffer.concat([header, text, data])
}

/** Every whole record of a file; what a kill or a power loss cut off at the end is left out. */
export function readRecords(path: string): Entry[] {
  const bytes = read(path)
  const entries: Entry[] = []
  for (let position = 0; position + headerBytes <= bytes.length;) {
    const factBytes = bytes.readUInt32LE(position)
    const dataLength = bytes.readUInt32LE(position + 4)
    const dataBytes = Math.max(0, dataLength - 1)
    const start = position + headerBytes
    const end = start + factBytes + dataBytes
    if (end > bytes.length) break
    const text = bytes.subarray(start, start + factBytes)
    const data = bytes.subarray(start + factBytes, end)
    if (crc32(data, crc32(text)) !== bytes.readUInt32LE(position + 8)) break
    const fact = JSON.parse(text.toString()) as Entry['fact']
    entries.push({ fact, bytes: dataLength === 0 ? undefined : data })
    position = end
  }
  return entries
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
