// The part of the tar format (POSIX ustar) that an archive has: plain files with short names.

const block = 512

/** A header, the file's bytes behind it are to be padded with `paddingOf`. Times are left at 0. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(block)
  header.write(name, 0, 100, 'latin1')
  header.write('0000644\0', 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('00000000000\0', 136, 'latin1')
  header.write('        ', 148, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\u000000', 257, 'latin1')
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return header
}

export function paddingOf(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block)
}

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(block * 2)

/** The sum of all bytes, those of the sum itself counted as spaces. */
function checksumOf(header: Buffer): number {
  let sum = 0
  for (const [index, byte] of header.entries()) {
    sum += index >= 148 && index < 156 ? 0x20 : byte
  }
  return sum
}

export interface TarFile {
  readonly name: string
  readonly size: number
  /** To be read to its end before the next file is asked for. */
  readonly bytes: AsyncIterable<Buffer>
}

/** An archive that breaks its format: the sentence says how. */
export class BrokenArchive extends Error {
  override readonly name = 'BrokenArchive'
}

/**
 * The files of a tar, in order, in constant memory. Anything else than plain files is refused:
 * links, directories, devices, long names.
 * @throws BrokenArchive
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarFile> {
  const reader = new BlockReader(source)
  for (;;) {
    const header = await reader.take(block)
    if (header === undefined) throw new BrokenArchive('it ends in the middle')
    if (header.every((byte) => byte === 0)) break
    const { name, size } = fileOf(header)
    const file = { name, size, bytes: reader.chunks(size) }
    yield file
    await reader.skipPadding(size)
  }
  for await (const rest of reader.rest()) {
    if (rest.some((byte) => byte !== 0)) throw new BrokenArchive('it goes on behind its end')
  }
}

function fileOf(header: Buffer): { readonly name: string; readonly size: number } {
  const text = (start: number, length: number) =>
    header
      .subarray(start, start + length)
      .toString('latin1')
      .replace(/\0.*$/s, '')
  const sum = Number.parseInt(text(148, 8).trim(), 8)
  if (sum !== checksumOf(header)) throw new BrokenArchive('a header has a wrong checksum')
  const name = text(0, 100)
  const kind = text(156, 1)
  if (kind !== '0' && kind !== '') {
    throw new BrokenArchive(`"${printable(name)}" is no plain file (type ${printable(kind)})`)
  }
  if (text(345, 155) !== '') throw new BrokenArchive(`"${printable(name)}" has a prefix`)
  const digits = text(124, 12).trim()
  if (!/^[0-7]{1,11}$/.test(digits)) throw new BrokenArchive('a size is no octal number')
  return { name, size: Number.parseInt(digits, 8) }
}

/** A name of a stranger's archive, for a message. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)
}

class BlockReader {
  readonly #source: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Exactly so many bytes; undefined at the end. */
  async take(length: number): Promise<Buffer | undefined> {
    while (this.#held.length < length) {
      if (!(await this.#more())) return undefined
    }
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }

  async *chunks(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0;) {
      if (this.#held.length === 0 && !(await this.#more())) {
        throw new BrokenArchive('it ends in the middle')
      }
      const chunk = this.#held.subarray(0, left)
      this.#held = this.#held.subarray(chunk.length)
      left -= chunk.length
      yield chunk
    }
  }

  async skipPadding(size: number): Promise<void> {
    const padding = await this.take((block - (size % block)) % block)
    if (padding === undefined) throw new BrokenArchive('it ends in the middle')
  }

  async *rest(): AsyncGenerator<Buffer> {
    do {
      yield this.#held
      this.#held = Buffer.alloc(0)
    } while (await this.#more())
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next()
    if (next.done) return false
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value])
    return true
  }
}
