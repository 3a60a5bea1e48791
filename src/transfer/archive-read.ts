import { createHash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, rm, stat, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { contentBytesMax } from '../domain/memory/content.ts'
import { entryOfLine, manifestOf, type Manifest } from './archive-format.ts'
import type { Entry } from './entry.ts'
import { removeOnSignal } from './partial.ts'
import { BrokenArchive, printable, readTar, type TarFile } from './tar.ts'

/** What an archive may ask of the machine that reads it. */
export interface ArchiveLimits {
  readonly filesMax: number
  readonly bytesMax: number
  /** How much larger than the file what is in it may be, beyond the first `ratioFreeBytes`. */
  readonly ratioMax: number
  readonly ratioFreeBytes: number
  readonly lineBytesMax: number
  readonly manifestBytesMax: number
}

export const archiveLimits: ArchiveLimits = {
  filesMax: 2_000_000,
  bytesMax: 68_719_476_736,
  ratioMax: 200,
  ratioFreeBytes: 268_435_456,
  lineBytesMax: 65_536,
  manifestBytesMax: 1_048_576,
}

/** An archive that was read to its end and is whole: every hash is right. */
export interface OpenedArchive extends AsyncDisposable {
  readonly manifest: Manifest
  /** The history, as often as wanted. */
  entries(): AsyncIterable<Entry>
}

interface Place {
  readonly start: number
  readonly size: number
}

/**
 * Reads an archive into a temporary directory and checks all of it.
 * @throws BrokenArchive; nothing is left behind then
 */
export async function openArchive(
  file: string,
  limits: ArchiveLimits = archiveLimits,
): Promise<OpenedArchive> {
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-import-'))
  const removal = removeOnSignal(directory)
  const unpacked = new Unpacked(directory, limits)
  const dispose = async () => {
    removal[Symbol.dispose]()
    await unpacked[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    await unpacked.read(file)
    const { manifest } = unpacked
    return { manifest, entries: () => unpacked.entries(), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw translated(error)
  }
}

function translated(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return code.startsWith('Z_') ? new BrokenArchive('it is no gzip file, or a damaged one') : error
}

class Unpacked implements AsyncDisposable {
  readonly #limits: ArchiveLimits
  readonly #history: string
  readonly #contentsFile: string
  readonly #places = new Map<string, Place>()
  #contents: FileHandle | undefined
  #manifest: Manifest | undefined
  #historyHash: string | undefined

  constructor(directory: string, limits: ArchiveLimits) {
    this.#limits = limits
    this.#history = join(directory, 'history.ndjson')
    this.#contentsFile = join(directory, 'contents')
  }

  get manifest(): Manifest {
    if (this.#manifest === undefined) throw new BrokenArchive('manifest.json is missing')
    return this.#manifest
  }

  async read(file: string): Promise<void> {
    this.#contents = await open(this.#contentsFile, 'wx+', 0o600)
    const compressed = await stat(file)
    if (!compressed.isFile()) throw new BrokenArchive('it is no file')
    const gunzip = createGunzip()
    pipeline(createReadStream(file), gunzip, () => undefined)
    let files = 0
    for await (const one of readTar(this.#measured(gunzip, compressed.size))) {
      files += 1
      if (files > this.#limits.filesMax) throw new BrokenArchive('it has too many files')
      await this.#take(one)
    }
    await this.#check()
  }

  async *#measured(source: AsyncIterable<Buffer>, compressed: number): AsyncGenerator<Buffer> {
    const { bytesMax, ratioMax, ratioFreeBytes } = this.#limits
    const allowed = Math.min(bytesMax, ratioFreeBytes + compressed * ratioMax)
    let bytes = 0
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > allowed) throw new BrokenArchive('what it unpacks to is far too large')
      yield chunk
    }
  }

  async #take(file: TarFile): Promise<void> {
    const { name, size } = file
    if (this.#manifest !== undefined) throw new BrokenArchive('a file follows manifest.json')
    if (name === 'manifest.json') {
      if (size > this.#limits.manifestBytesMax) throw new BrokenArchive('manifest.json is too long')
      this.#manifest = manifestOf((await collect(file)).toString())
    } else if (name === 'history.ndjson') await this.#takeHistory(file)
    else await this.#takeContent(file)
  }

  async #takeHistory({ bytes }: TarFile): Promise<void> {
    if (this.#historyHash !== undefined) throw new BrokenArchive('history.ndjson is there twice')
    const hash = createHash('sha256')
    const handle = await open(this.#history, 'wx', 0o600)
    try {
      for await (const chunk of bytes) {
        hash.update(chunk)
        await handle.write(chunk)
      }
    } finally {
      await handle.close()
    }
    this.#historyHash = hash.digest('hex')
  }

  async #takeContent(file: TarFile): Promise<void> {
    const { name, size } = file
    const sha256 = /^contents\/([0-9a-f]{64})$/.exec(name)?.[1]
    if (sha256 === undefined) {
      throw new BrokenArchive(`it holds "${printable(name)}", which has no place in it`)
    }
    const broken = (rule: string) => new BrokenArchive(`contents/${sha256} ${rule}`)
    if (this.#places.has(sha256)) throw broken('is there twice')
    if (size > contentBytesMax) throw broken('is longer than a memory may be')
    const bytes = await collect(file)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw broken('is damaged')
    if (!isUtf8(bytes)) throw broken('is not UTF-8 text')
    const start = this.#end
    await this.#contents?.write(bytes, 0, size, start)
    this.#end += size
    this.#places.set(sha256, { start, size })
  }

  #end = 0

  async #check(): Promise<void> {
    const { history, counts } = this.manifest
    if (this.#historyHash !== history.sha256) throw new BrokenArchive('history.ndjson is damaged')
    if (this.#places.size !== counts.contents) {
      throw new BrokenArchive(
        `it holds ${this.#places.size} contents; its manifest says ${counts.contents}`,
      )
    }
    let changes = 0
    const used = new Set<string>()
    for await (const { sha256, kind } of this.#lines()) {
      changes += 1
      if (sha256 === undefined) continue
      if (!this.#places.has(sha256)) {
        throw new BrokenArchive(`the content ${printable(sha256)} of a ${kind} version is missing`)
      }
      used.add(sha256)
    }
    if (changes !== counts.changes) {
      throw new BrokenArchive(`it holds ${changes} changes; its manifest says ${counts.changes}`)
    }
    if (used.size !== this.#places.size) {
      throw new BrokenArchive('it holds content that no version has')
    }
  }

  async *entries(): AsyncGenerator<Entry> {
    for await (const entry of this.#lines()) {
      const { sha256 } = entry
      yield sha256 === undefined ? entry : { ...entry, content: await this.#text(sha256) }
    }
  }

  async #text(sha256: string): Promise<string> {
    const { start, size } = this.#places.get(sha256) ?? { start: 0, size: 0 }
    const bytes = Buffer.alloc(size)
    await this.#contents?.read(bytes, 0, size, start)
    return bytes.toString()
  }

  async *#lines(): AsyncGenerator<Entry> {
    let number = 0
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of createReadStream(this.#history)) {
      rest = Buffer.concat([rest, chunk as Buffer])
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        number += 1
        yield entryOfLine(rest.toString('utf8', 0, end), number)
        rest = rest.subarray(end + 1)
      }
      if (rest.length > this.#limits.lineBytesMax) {
        throw new BrokenArchive(`history.ndjson, line ${number + 1}: is too long`)
      }
    }
    if (rest.length > 0) throw new BrokenArchive('history.ndjson ends in the middle of a line')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#contents?.close()
  }
}

async function collect({ bytes }: TarFile): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(bytes))
}
