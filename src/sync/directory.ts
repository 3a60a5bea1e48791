import { isUtf8 } from 'node:buffer'
import { hash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DomainError } from '../domain/errors.ts'
import { contentBytesMax } from '../domain/memory/content.ts'
import { parsePath } from '../domain/memory/path.ts'

/**
 * Names that are no memories: our own files, version control, and what editors leave for a moment.
 */
const ignored = /^(\.palimpsest-sync.*|\.git|4913|\..*\.sw[a-z]|\.#.*|\.nfs.*|\.fuse_hidden.*)$/

export interface Found {
  readonly files: ReadonlyMap<string, { readonly sha256: string }>
  /** Files that cannot be memories, with the reason. */
  readonly refused: ReadonlyMap<string, string>
}

interface Hashed {
  readonly size: number
  readonly mtimeMs: number
  readonly sha256: string
}

/** A file changed this recently may change again within the same time stamp. */
const settledMs = 2_000

/** The plain directory that is kept equal to a store. Paths are those of memories. */
export class Directory {
  readonly root: string
  readonly #hashes = new Map<string, Hashed>()

  constructor(root: string) {
    this.root = root
  }

  #place(path: string): string {
    return join(this.root, path.slice(1))
  }

  /** Every regular file, hashed; symbolic links are passed over. */
  async scan(): Promise<Found> {
    const files = new Map<string, { readonly sha256: string }>()
    const refused = new Map<string, string>()
    const pending = ['']
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      const entries = await readdir(join(this.root, folder), { withFileTypes: true })
      for (const entry of entries) {
        const path = `${folder}/${entry.name}`
        if (ignored.test(entry.name)) continue
        if (entry.isDirectory()) pending.push(path)
        if (!entry.isFile()) continue
        await this.#take(path, files, refused)
      }
    }
    return { files, refused }
  }

  async #take(
    path: string,
    files: Map<string, { readonly sha256: string }>,
    refused: Map<string, string>,
  ): Promise<void> {
    try {
      files.set(path, { sha256: await this.#hash(path) })
    } catch (error) {
      // Gone between the listing and the reading: the next pass sees it.
      if (isMissing(error)) return
      if (!(error instanceof DomainError)) throw error
      refused.set(path, error.message)
    }
  }

  async #hash(path: string): Promise<string> {
    const place = this.#place(path)
    const { size, mtimeMs } = await stat(place)
    const known = this.#hashes.get(path)
    const isSettled = Date.now() - mtimeMs > settledMs
    if (isSettled && known?.size === size && known.mtimeMs === mtimeMs) return known.sha256
    parsePath(path)
    if (size > contentBytesMax) {
      throw refusal(`a memory holds at most ${contentBytesMax} bytes of text; this has ${size}`)
    }
    const bytes = await readFile(place)
    if (!isUtf8(bytes)) throw refusal('a memory is text: the file is not valid UTF-8')
    const sha256 = hash('sha256', bytes)
    this.#hashes.set(path, { size, mtimeMs, sha256 })
    return sha256
  }

  read(path: string): Promise<string> {
    return readFile(this.#place(path), 'utf8')
  }

  /**
   * Replaces the file whole, or makes it.
   * @param expected hash of what is to be replaced; undefined: nothing is there
   * @throws DomainError `precondition_failed` when somebody wrote to it since it was looked at
   */
  async write(path: string, text: string, expected: string | undefined): Promise<void> {
    const place = this.#place(path)
    const next = join(dirname(place), `.palimpsest-sync-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(dirname(place), { recursive: true })
      await writeDurably(next, text)
      if ((await hashOf(place)) === expected) return await rename(next, place)
    } catch (error) {
      if (!isInTheWay(error)) throw error
      throw refusal('a file and a directory of one name cannot both be')
    }
    await rm(next)
    throw new DomainError({ code: 'precondition_failed', message: `${path} has just changed` })
  }

  /** Removes a file if it still has this text, and the directories it leaves empty. */
  async remove(path: string, sha256: string): Promise<boolean> {
    const place = this.#place(path)
    try {
      if ((await hashOf(place)) !== sha256) return false
      await rm(place)
      for (let folder = dirname(place); folder !== this.root; folder = dirname(folder)) {
        await rmdir(folder)
      }
    } catch (error) {
      if (!isMissing(error) && !isInUse(error)) throw error
    }
    return true
  }
}

function refusal(message: string): DomainError {
  return new DomainError({ code: 'invalid', message })
}

async function writeDurably(place: string, text: string): Promise<void> {
  const file = await open(place, 'wx', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function hashOf(place: string): Promise<string | undefined> {
  try {
    return hash('sha256', await readFile(place))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function isInUse(error: unknown): boolean {
  return codeOf(error) === 'ENOTEMPTY'
}

function isInTheWay(error: unknown): boolean {
  return ['EISDIR', 'ENOTDIR', 'EEXIST'].includes(String(codeOf(error)))
}
