import { DomainError } from '../domain/errors.ts'
import { parsePath } from '../domain/memory/path.ts'
import { isVersion, type Entry } from './entry.ts'
import { entryOfMessage, gitPathOf } from './git-format.ts'
import { readLog, type Commit, type FileChange } from './git-log.ts'
import { GitObjects } from './git-objects.ts'
import type { Lost } from './replay.ts'

/** A memory that the repository holds, as far as it was read. */
interface Held {
  readonly name: string
  readonly path: string
}

/**
 * The history of a repository as changes of memories, as often as wanted. Commits of an export tell
 * themselves what they are; of others, each changed text file is a change by the commit's author.
 */
export class GitSource {
  readonly #directory: string
  readonly #revision: string
  /** What cannot come along; filled by reading. */
  readonly lost = new Map<string, string>()

  constructor(directory: string, revision: string) {
    this.#directory = directory
    this.#revision = revision
  }

  async *entries(): AsyncGenerator<Entry> {
    await using objects = new GitObjects(this.#directory)
    const reading = new Reading(objects, this.lost)
    for await (const commit of readLog(this.#directory, this.#revision)) {
      yield* reading.take(commit)
    }
  }

  lostList(): Lost[] {
    return [...this.lost].map(([what, reason]) => ({ what, reason }))
  }
}

const order: Readonly<Record<string, number>> = { D: 0, R: 1, M: 2, T: 3, A: 4 }

class Reading {
  readonly #objects: GitObjects
  readonly #lost: Map<string, string>
  readonly #held = new Map<string, Held>()
  #seq = 0

  constructor(objects: GitObjects, lost: Map<string, string>) {
    this.#objects = objects
    this.#lost = lost
  }

  async *take(commit: Commit): AsyncGenerator<Entry> {
    const told = entryOfMessage(commit.message)
    if (told !== undefined) {
      yield await this.#toldEntry(told, commit)
      return
    }
    const files = commit.files.toSorted((a, b) => rank(a) - rank(b))
    for (const file of files) yield* this.#fileEntries(file, commit)
  }

  async #toldEntry(entry: Entry, { id, files }: Commit): Promise<Entry> {
    this.#seq = Math.max(this.#seq + 1, entry.seq)
    const { path, memoryId } = entry
    if (!isVersion(entry) || path === undefined || memoryId === undefined) return entry
    const name = gitPathOf(path)
    for (const [held, { name: known }] of this.#held)
      if (known === memoryId) this.#held.delete(held)
    if (entry.kind === 'deleted') return entry
    this.#held.set(name, { name: memoryId, path })
    const blob = files.find((file) => file.path === name)?.blob
    // A commit that changes nothing in the tree has the file all the same.
    const read = await this.#objects.read(blob ?? `${id}:${name}`)
    if ('reason' in read) return entry
    return { ...entry, content: read.text, sizeBytes: Buffer.byteLength(read.text) }
  }

  async *#fileEntries(file: FileChange, commit: Commit): AsyncGenerator<Entry> {
    const { status, path: name, from } = file
    const before = this.#held.get(from ?? name)
    const made = (fields: Pick<Entry, 'kind'> & Partial<Entry>): Entry => {
      this.#seq += 1
      const { author: actor, at, id: requestId } = commit
      return { actor, at, requestId, seq: this.#seq, ...fields }
    }
    const gone = (held: Held): Entry => {
      this.#held.delete(from ?? name)
      return made({ kind: 'deleted', path: held.path, memoryId: held.name })
    }
    if (status === 'D') {
      if (before !== undefined) yield gone(before)
      return
    }
    const found = await this.#textOf(file)
    if (found === undefined) {
      if (before !== undefined) yield gone(before)
      return
    }
    const isMove = from !== undefined && before !== undefined && !this.#held.has(name)
    if (from !== undefined && before !== undefined && !isMove) yield gone(before)
    const kept = isMove ? before : this.#held.get(name)
    const memory = { name: kept?.name ?? `change ${this.#seq + 1}`, path: found.path }
    if (isMove) this.#held.delete(from)
    this.#held.set(name, memory)
    yield made({
      kind: kept === undefined ? 'created' : 'modified',
      memoryId: memory.name,
      content: found.text,
      sizeBytes: Buffer.byteLength(found.text),
      path: found.path,
      previousPath: isMove ? before.path : undefined,
    })
  }

  async #textOf(file: FileChange): Promise<{ text: string; path: string } | undefined> {
    const reason = await this.#readInto(file)
    if (typeof reason !== 'string') return reason
    this.#lost.set(file.path, reason)
    return undefined
  }

  async #readInto({
    mode,
    path,
    blob,
  }: FileChange): Promise<string | { text: string; path: string }> {
    if (mode === '120000') return 'is a symbolic link'
    if (mode === '160000') return 'is a repository of its own (submodule)'
    try {
      const checked = parsePath(`/${path.normalize('NFC')}`)
      const read = await this.#objects.read(blob)
      return 'reason' in read ? read.reason : { text: read.text, path: checked }
    } catch (error) {
      if (error instanceof DomainError) return error.message
      throw error
    }
  }
}

function rank({ status }: FileChange): number {
  return order[status] ?? 5
}
