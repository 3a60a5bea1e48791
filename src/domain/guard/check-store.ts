import { hash } from 'node:crypto'
import type { ChangeKind } from '../memory/version.ts'
import type { FindingRule } from './steps.ts'
import { ancestors, parsePath, type Path } from '../memory/path.ts'

/** A change as it is stored, before anything about it is believed. */
export interface StoredChange {
  readonly seq: number
  readonly kind: ChangeKind | undefined
  readonly at: number
  readonly firstSeq: number | undefined
  readonly firstAt: number | undefined
  readonly prevSeq: number | undefined
  readonly path: string | undefined
  /** The path that its memory had before and has not any more. */
  readonly leftPath: string | undefined
  readonly sha256: string | undefined
  readonly size: number | undefined
  readonly isRedacted: boolean
  /** Whether retention emptied it and left it as the way to newer versions. */
  readonly isPurged: boolean
  /** Whether it has content, however that is kept. */
  readonly hasContent: boolean
  /** Of a memory's first change, where the engine keeps that: its newest. */
  readonly headSeq: number | undefined
}

export interface StoredMemory {
  readonly path: string
  readonly firstSeq: number
  readonly firstAt: number
  readonly headSeq: number
  readonly headAt: number
  readonly sha256: string
  readonly size: number
}

export interface StoredTally {
  readonly seq: number
  readonly memories: number
  readonly bytes: number
  readonly versions: number
  readonly historyFrom: number
}

/** Tells of something wrong; `where` completes the store's id. */
export type Report = (rule: FindingRule, where: string, message: string) => void

type Newest = Pick<StoredChange, 'seq' | 'kind' | 'at' | 'firstAt' | 'path' | 'sha256' | 'size'>

/** Holds one store to its rules: all its changes by sequence, then its memories by path. */
export class StoreCheck {
  readonly #tally: StoredTally
  readonly #report: Report
  readonly #newest = new Map<number, Newest>()
  readonly #anchors = new Map<number, number>()
  /** Paths that memories had before the one they have now; of few there are any. */
  readonly #formerPaths = new Map<number, Set<string>>()
  /** Paths left by a version that came after a redacted one: another version must have them. */
  readonly #unsure: { readonly seq: number; readonly firstSeq: number; readonly path: string }[] =
    []
  readonly #heads = new Set<number>()
  readonly #paths = new Set<string>()
  #lastSeq = 0
  #lastAt = 0
  #versions = 0
  #memories = 0
  #bytes = 0

  constructor(tally: StoredTally, report: Report) {
    this.#tally = tally
    this.#report = report
  }

  change(change: StoredChange): void {
    const { seq, kind, at } = change
    const where = `seq ${seq}`
    this.#checkGap(seq)
    if (at < this.#lastAt) this.#report('sequence', where, 'is older than the change before it')
    this.#lastSeq = seq
    this.#lastAt = at
    if (kind === undefined) return this.#report('sequence', where, 'is of no known kind')
    if (change.headSeq !== undefined) this.#anchors.set(seq, change.headSeq)
    const isVersion = kind === 'created' || kind === 'modified' || kind === 'deleted'
    if (!isVersion || change.isPurged) {
      if (change.hasContent || change.path !== undefined || change.leftPath !== undefined) {
        this.#report('erased', where, 'has a path or content, and must have none')
      }
      return
    }
    this.#versions += 1
    this.#checkFields(change)
    this.#checkChain(change)
  }

  memory(memory: StoredMemory): void {
    const { path, firstSeq, headSeq } = memory
    const where = `memory of seq ${firstSeq}`
    this.#memories += 1
    this.#bytes += memory.size
    this.#checkPath(path, where)
    if (this.#heads.has(firstSeq)) this.#report('head', where, 'is live at two paths')
    this.#heads.add(firstSeq)
    const newest = this.#newest.get(firstSeq)
    if (newest === undefined) return this.#report('head', where, 'has no version')
    if (newest.seq !== headSeq) {
      return this.#report(
        'head',
        where,
        `is at seq ${headSeq}, its newest version at ${newest.seq}`,
      )
    }
    if (newest.kind === 'deleted') return this.#report('head', where, 'is live, and was deleted')
    const isSame =
      newest.path === path &&
      newest.sha256 === memory.sha256 &&
      newest.size === memory.size &&
      newest.at === memory.headAt &&
      newest.firstAt === memory.firstAt
    if (!isSame) this.#report('head', where, 'is not what its newest version is')
  }

  finish(): void {
    this.#finishLeft()
    const { seq, memories, bytes, versions, historyFrom } = this.#tally
    for (const [firstSeq, newest] of this.#newest) {
      const where = `memory of seq ${firstSeq}`
      if (newest.kind !== 'deleted' && !this.#heads.has(firstSeq)) {
        this.#report('head', where, 'was not deleted, and is nowhere')
      }
      const anchored = this.#anchors.get(firstSeq)
      if (anchored !== undefined && anchored !== newest.seq) {
        this.#report(
          'chain',
          where,
          `leads to seq ${anchored}, its newest version is ${newest.seq}`,
        )
      }
    }
    const isTailGone = this.#lastSeq < seq && seq > historyFrom
    if (this.#lastSeq > seq || isTailGone) {
      this.#report('sequence', '', `counts ${seq} changes, the newest is ${this.#lastSeq}`)
    }
    this.#checkCount('memories', memories, this.#memories)
    this.#checkCount('bytes of live content', bytes, this.#bytes)
    this.#checkCount('versions', versions, this.#versions)
  }

  #checkCount(what: string, counted: number, there: number): void {
    if (counted === there) return
    this.#report('tally', '', `counts ${counted} ${what}, there are ${there}`)
  }

  /** Below where history is complete, retention has made gaps. */
  #checkGap(seq: number): void {
    const newestMissing = seq - 1
    const { historyFrom } = this.#tally
    if (newestMissing === this.#lastSeq) return
    if (newestMissing < historyFrom || (newestMissing === historyFrom && historyFrom > 1)) return
    const from = this.#lastSeq + 1
    const gap = from === newestMissing ? `change ${from}` : `changes ${from} to ${newestMissing}`
    this.#report('sequence', `seq ${seq}`, `follows a gap: ${gap} are missing`)
  }

  #checkFields(change: StoredChange): void {
    const { kind, isRedacted, path, sha256, size, hasContent } = change
    const where = `seq ${change.seq}`
    const holds = [sha256 !== undefined, size !== undefined, hasContent]
    if (isRedacted && (path !== undefined || holds.includes(true))) {
      return this.#report('erased', where, 'is redacted, and not everything of it is gone')
    }
    if (isRedacted) return
    if (path === undefined) return this.#report('chain', where, 'has no path')
    if (holds.includes(kind === 'deleted')) {
      const message = kind === 'deleted' ? 'is a deletion with content' : 'has no content'
      this.#report('chain', where, message)
    }
  }

  #checkChain(change: StoredChange): void {
    const { seq, kind, at, firstSeq, firstAt, prevSeq } = change
    const where = `seq ${seq}`
    if (firstSeq === undefined || firstAt === undefined) {
      return this.#report('chain', where, 'belongs to no memory')
    }
    const before = this.#newest.get(firstSeq)
    this.#newest.set(firstSeq, change)
    this.#checkLeft(change, before)
    if (kind === 'created' && prevSeq === undefined) {
      const isFirst = firstSeq === seq && firstAt === at
      if (!isFirst) this.#report('chain', where, 'creates a memory, and is not its first version')
      return
    }
    if (firstSeq >= seq || prevSeq === undefined || prevSeq >= seq) {
      return this.#report('chain', where, 'follows no earlier version')
    }
    if (before === undefined) {
      const isPurged = prevSeq < this.#tally.historyFrom
      if (!isPurged) this.#report('chain', where, `follows seq ${prevSeq}, which is not there`)
      return
    }
    if (before.seq !== prevSeq) {
      this.#report('chain', where, `follows seq ${prevSeq}; the version before it is ${before.seq}`)
    }
    if (firstAt !== before.firstAt) {
      this.#report('chain', where, 'belongs to a memory of another time than the one before it')
    }
    const isElsewhere = kind === 'deleted' && !change.isRedacted && change.path !== before.path
    if (isElsewhere && before.path !== undefined) {
      this.#report('chain', where, 'is a deletion at another path than the version before it')
    }
    const wasDeleted = before.kind === 'deleted'
    if (kind === 'created' && !wasDeleted) {
      this.#report('chain', where, 'brings back a memory that was not deleted')
    }
    if (kind !== 'created' && wasDeleted) this.#report('chain', where, 'follows a deletion')
  }

  /** What a version says its memory has left is where that was, and is not any more. */
  #checkLeft(change: StoredChange, before: Newest | undefined): void {
    const { seq, kind, firstSeq = 0, path, leftPath, isRedacted } = change
    const where = `seq ${seq}`
    if (before?.path !== undefined && before.path !== path) {
      const former = this.#formerPaths.get(firstSeq) ?? new Set()
      this.#formerPaths.set(firstSeq, former.add(before.path))
    }
    if (kind === 'created' || before === undefined) {
      if (leftPath !== undefined) this.#report('chain', where, 'has left a path, from nowhere')
      return
    }
    if (before.path === undefined) {
      if (leftPath !== undefined) this.#unsure.push({ seq, firstSeq, path: leftPath })
      return
    }
    const isMoved = kind === 'deleted' || path !== before.path
    // Of what is redacted nobody knows whether it moved.
    if (isRedacted && kind !== 'deleted' && leftPath === undefined) return
    if (leftPath === (isMoved ? before.path : undefined)) return
    const message = isMoved ? 'has not noted the path that it left' : 'has left a path, and stayed'
    this.#report('chain', where, message)
  }

  #finishLeft(): void {
    for (const { seq, firstSeq, path } of this.#unsure) {
      const isThere = this.#newest.get(firstSeq)?.path === path
      if (isThere || this.#formerPaths.get(firstSeq)?.has(path)) continue
      this.#report('erased', `seq ${seq}`, 'has left a path that no version has any more')
    }
  }

  /** Memories come by path: what a path runs through came before it. */
  #checkPath(path: string, where: string): void {
    try {
      parsePath(path)
    } catch {
      return this.#report('path', where, 'has a path that no memory may have')
    }
    const blocked = ancestors(path as Path).some((above) => this.#paths.has(above))
    if (blocked) this.#report('path', where, 'has a path that runs through another memory')
    if (this.#paths.has(path)) this.#report('path', where, 'has the path of another memory')
    this.#paths.add(path)
  }
}

export interface StoredContent {
  readonly seq: number
  readonly sha256: string
  readonly size: number
  readonly bytes: Uint8Array
}

export function checkContent({ seq, sha256, size, bytes }: StoredContent, report: Report): void {
  if (bytes.byteLength !== size) {
    report('content', `seq ${seq}`, `has ${bytes.byteLength} bytes, and must have ${size}`)
  } else if (hash('sha256', bytes) !== sha256) {
    report('content', `seq ${seq}`, 'is not the content of its SHA-256')
  }
}
