import type { ImportOperation } from '../api/transfer.ts'
import { DomainError, type Problem } from '../domain/errors.ts'
import { parseContent } from '../domain/memory/content.ts'
import { parsePath, type Path } from '../domain/memory/path.ts'
import { claimOf, isRedacted, isVersion, type Entry } from './entry.ts'
import { LiveTree } from './live-tree.ts'
import { movedTree, type MovedTree, type Rename } from './moved-tree.ts'

// A history as writes to a store that has none of it yet: pure, and therefore also the check of a
// whole history before anything is written.

/** A memory of the source that lives in the target, as far as the replay has come. */
export interface Alive {
  readonly path: Path
  readonly sha256: string | undefined
  readonly sizeBytes: number
}

export interface ReplayLimits {
  readonly memoriesMax: number
  readonly contentBytesMax: number
  readonly versionsMax: number
}

/** The most that the target holds at any moment of a replay. */
export interface Peaks {
  memories: number
  contentBytes: number
  versions: number
}

export interface ReplayStart {
  /** What the target has of the source already, by the source's names of its memories. */
  readonly alive?: ReadonlyMap<string, Alive>
  readonly versions?: number
  readonly limits?: ReplayLimits | undefined
}

/** One thing to do in the target. */
export type Step =
  | { readonly type: 'write'; readonly operation: ImportOperation; readonly versions: number }
  /** Redact what the version of the source with this id has become. */
  | { readonly type: 'redact'; readonly versionId: string; readonly entry: Entry }

/** What cannot come along, and why. */
export interface Lost {
  readonly what: string
  readonly reason: string
}

/**
 * The paths that redacted versions had, where that can be known: one that a deletion follows had
 * the path of the deletion. Other entries may come in between.
 */
export class HiddenPaths {
  readonly #paths = new Map<string, string>()
  readonly #newest = new Map<string, string>()

  see(entry: Entry): void {
    const { memoryId = '', versionId = '', path } = entry
    if (!isVersion(entry)) return
    const before = this.#newest.get(memoryId)
    if (entry.kind === 'deleted' && before !== undefined && path !== undefined) {
      this.#paths.set(before, path)
    }
    if (isRedacted(entry) && entry.kind !== 'deleted') this.#newest.set(memoryId, versionId)
    else this.#newest.delete(memoryId)
  }

  of(versionId: string): string | undefined {
    return this.#paths.get(versionId)
  }
}

export class Replay {
  readonly lost: Lost[] = []
  readonly peaks: Peaks = { memories: 0, contentBytes: 0, versions: 0 }
  readonly #hidden: HiddenPaths
  readonly #alive: Map<string, Alive>
  readonly #tree = new LiveTree()
  readonly #limits: ReplayLimits | undefined
  #bytes = 0
  #versions: number
  #lastSeq = Number.NEGATIVE_INFINITY

  constructor(hidden: HiddenPaths, { alive = new Map(), versions = 0, limits }: ReplayStart = {}) {
    this.#hidden = hidden
    this.#alive = new Map(alive)
    this.#versions = versions
    this.#limits = limits
    for (const { path, sizeBytes } of alive.values()) {
      this.#tree.add(path)
      this.#bytes += sizeBytes
    }
  }

  /** Names of the source's memories that live in the target now. */
  get alive(): ReadonlyMap<string, Alive> {
    return this.#alive
  }

  /**
   * The steps for entries that follow each other; several only where they are one move.
   * @throws DomainError where a rule or a limit stands against it; it names the change
   */
  next(group: readonly Entry[]): Step[] {
    for (const { seq } of group) {
      if (seq <= this.#lastSeq) throw this.#broken(seq, 'does not follow the change before it')
      this.#lastSeq = seq
    }
    const steps: Step[] = []
    for (let start = 0; start < group.length;) {
      const rest = group.slice(start)
      const move = rest.length > 1 ? movedTree(this.#renamesOf(rest), this.#tree) : undefined
      if (move === undefined) steps.push(...this.#one(group[start] as Entry))
      else steps.push(this.#moveTree(move, rest.slice(0, move.count)))
      start += move?.count ?? 1
    }
    return steps
  }

  /** The leading ones that may be renames of memories that keep their content. */
  #renamesOf(entries: readonly Entry[]): Rename[] {
    const renames: Rename[] = []
    for (const entry of entries) {
      const { memoryId = '', path: to } = entry
      const before = this.#alive.get(memoryId)
      const isKept = isRedacted(entry) || before?.sha256 === entry.sha256
      if (before === undefined || !isKept || to === before.path) break
      renames.push({ memoryId, from: before.path, to })
    }
    return renames
  }

  #moveTree({ from, to }: MovedTree, group: readonly Entry[]): Step {
    const paths = group.map(({ memoryId = '' }) => this.#alive.get(memoryId)?.path ?? '')
    for (const path of paths) this.#tree.remove(path as Path)
    for (const [index, entry] of group.entries()) {
      this.#settle(entry, parsePath(to + (paths[index] ?? '').slice(from.length)))
    }
    const claims = group.map(claimOf)
    const operation = { type: 'move', from, to, claims } as const
    return { type: 'write', operation, versions: group.length }
  }

  #one(entry: Entry): Step[] {
    if (entry.kind === 'redacted') {
      const { versionId } = entry
      return versionId === undefined ? [] : [{ type: 'redact', versionId, entry }]
    }
    if (!isVersion(entry)) return []
    const before = this.#alive.get(entry.memoryId ?? '')
    const write = (operation: ImportOperation | undefined): Step[] =>
      operation === undefined ? [] : [{ type: 'write', operation, versions: 1 }]
    return write(entry.kind === 'deleted' ? this.#delete(entry, before) : this.#put(entry, before))
  }

  #delete(entry: Entry, before: Alive | undefined): ImportOperation | undefined {
    if (before === undefined) {
      const what = `${entry.path ?? 'a memory'} (change ${entry.seq}, deleted)`
      this.lost.push({ what, reason: 'nothing is left of what was deleted' })
      return undefined
    }
    this.#alive.delete(entry.memoryId ?? '')
    this.#tree.remove(before.path)
    this.#bytes -= before.sizeBytes
    this.#count(entry)
    return { type: 'delete', at: before.path, claimed: claimOf(entry) }
  }

  #put(entry: Entry, before: Alive | undefined): ImportOperation | undefined {
    const { path: wanted, text } = this.#stateOf(entry)
    const path = this.#checked(entry, () => parsePath(wanted))
    const isKept = before !== undefined && !isRedacted(entry) && before.sha256 === entry.sha256
    if (text === undefined && !isKept) {
      const reason = 'the source has no content of it'
      this.lost.push({ what: `${path} (change ${entry.seq})`, reason })
      return undefined
    }
    const content = text === undefined ? undefined : this.#checked(entry, () => parseContent(text))
    if (content && entry.sha256 !== undefined && content.sha256 !== entry.sha256) {
      throw this.#broken(entry.seq, 'has content that does not have its hash')
    }
    const hasText = isKept || content?.sha256 === before?.sha256
    if (before !== undefined && before.path === path && hasText) return undefined
    if (before !== undefined) this.#tree.remove(before.path)
    const blocker = this.#tree.blockerOf(path)
    if (blocker !== undefined) {
      throw this.#broken(entry.seq, `puts a memory at ${path}, where ${blocker} is in the way`)
    }
    this.#bytes -= before?.sizeBytes ?? 0
    const sizeBytes = content?.sizeBytes ?? before?.sizeBytes ?? 0
    const sha256 = content?.sha256 ?? before?.sha256
    this.#tree.add(path)
    this.#alive.set(entry.memoryId ?? '', { path, sha256, sizeBytes })
    this.#bytes += sizeBytes
    this.#count(entry)
    const claimed = claimOf(entry)
    if (before === undefined) return { type: 'create', path, content: content?.text, claimed }
    return {
      type: 'update',
      at: before.path,
      ...(path === before.path ? {} : { path }),
      ...(isKept ? {} : { content: content?.text }),
      claimed,
    }
  }

  /**
   * What is redacted is written as a stand-in at a path of its own and redacted where the source
   * did, so that the target's history has the same shape and never had the content.
   */
  #stateOf(entry: Entry): { readonly path: string; readonly text: string | undefined } {
    if (!isRedacted(entry)) return { path: entry.path ?? '', text: entry.content }
    const name = `redacted-${entry.versionId ?? entry.seq}`
    return { path: this.#hidden.of(entry.versionId ?? '') ?? `/${name}`, text: name }
  }

  #settle(entry: Entry, path: Path): void {
    const before = this.#alive.get(entry.memoryId ?? '')
    const { sha256, sizeBytes = 0 } = before ?? { sha256: undefined }
    this.#alive.set(entry.memoryId ?? '', { path, sha256, sizeBytes })
    this.#tree.add(path)
    this.#count(entry)
  }

  #count({ seq }: Entry): void {
    this.#versions += 1
    const { peaks } = this
    peaks.memories = Math.max(peaks.memories, this.#tree.size)
    peaks.contentBytes = Math.max(peaks.contentBytes, this.#bytes)
    peaks.versions = this.#versions
    const limits = this.#limits
    if (limits === undefined) return
    const over = (limit: LimitedCode, what: string, max: number) =>
      new DomainError({
        code: 'limit',
        limit,
        message: `change ${seq} of the source is one too many: a store has at most ${max} ${what} here`,
      })
    if (this.#tree.size > limits.memoriesMax) {
      throw over('memory_store_full', 'memories', limits.memoriesMax)
    }
    if (this.#bytes > limits.contentBytesMax) {
      throw over('memory_store_bytes_exceeded', 'bytes of content', limits.contentBytesMax)
    }
    if (this.#versions > limits.versionsMax) {
      throw over('memory_versions_exceeded', 'versions', limits.versionsMax)
    }
  }

  #checked<Value>({ seq }: Entry, check: () => Value): Value {
    try {
      return check()
    } catch (error) {
      throw error instanceof DomainError ? this.#broken(seq, error.message) : error
    }
  }

  #broken(seq: number, rule: string): DomainError {
    return new DomainError({ code: 'invalid', message: `change ${seq} of the source: ${rule}` })
  }
}

type LimitedCode = Extract<Problem, { code: 'limit' }>['limit']
