import type { Provenance } from '../../domain/caller.ts'
import { parseMemoryId } from '../../domain/ids.ts'
import type { Limits } from '../../domain/limits.ts'
import type { Target, UpdateMemory } from '../../domain/memory/command.ts'
import {
  decideCreate,
  decideDelete,
  decideUpdate,
  headAfter,
  headBefore,
  type Decision,
  type StoreFacts,
  type VersionWrite,
} from '../../domain/memory/decide.ts'
import type { Head } from '../../domain/memory/memory.ts'
import { ancestors, type Path } from '../../domain/memory/path.ts'
import type { Usage } from '../../domain/memory/store.ts'
import type { HeadsFound, SingleCommand, StoreState } from './load.ts'

// Several commands on one store decided one after another from one load, each seeing the ones
// before it, so that one commit makes all of them durable.

/** One version to be written, and who caused it. */
export interface DraftWrite {
  readonly write: VersionWrite
  readonly by: Provenance
}

/** What is decided so far and not yet stored. */
export interface Draft {
  readonly found: HeadsFound
  readonly limits: Limits
  readonly now: number
  usage: Usage
  readonly writes: DraftWrite[]
  /** Memories whose content alone changed, by their first sequence. */
  readonly rewritten: Map<number, Head>
  /** Memories that were moved or deleted. */
  readonly gone: Set<number>
  /** Paths that memories came to or left, and all ancestors of those. */
  readonly touched: Set<Path>
  readonly touchedAbove: Set<Path>
}

/** What engines are opened with and facts need. */
export interface Setting {
  readonly limits: Limits
  readonly clock: () => number
}

/** Facts about a store; time never runs backwards in it. */
export function storeFacts(state: StoreState, { limits, clock }: Setting): StoreFacts {
  const { store, usage, changedAt } = state
  return { store, usage, seq: usage.seq + 1, now: Math.max(clock(), changedAt), limits }
}

export function startDraft(found: HeadsFound, setting: Setting): Draft {
  const { limits, now, usage } = storeFacts(found, setting)
  return {
    found,
    limits,
    now,
    usage,
    writes: [],
    rewritten: new Map(),
    gone: new Set(),
    touched: new Set(),
    touchedAbove: new Set(),
  }
}

/**
 * Decides the next command and adds what it writes.
 * @returns undefined when it depends on what an earlier command of this draft moved: commit, load
 * anew
 */
export function decideNext(draft: Draft, command: SingleCommand): Decision<Head> | undefined {
  if (dependsOnDraft(draft, command)) return undefined
  const decision = decide(draft, command)
  if (decision.kind !== 'changed') return decision
  if (decision.writes.some((write) => movesRewritten(draft, write))) return undefined
  for (const write of decision.writes) record(draft, { write, by: command.by })
  return decision
}

function decide(draft: Draft, command: SingleCommand): Decision<Head> {
  const { usage, now, limits } = draft
  const facts = { store: draft.found.store, usage, seq: usage.seq + 1, now, limits }
  if (command.type === 'create_memory') {
    return decideCreate({ ...facts, blocker: blockerOf(draft, command.path, undefined) }, command)
  }
  const memory = targetOf(draft, command.target)
  if (command.type === 'delete_memory') return decideDelete({ ...facts, memory }, command)
  return decideUpdate({ ...facts, memory, blocker: blockerOfMove(draft, command, memory) }, command)
}

function blockerOfMove(draft: Draft, { path }: UpdateMemory, memory: Head | undefined) {
  return path === undefined || path === memory?.path ? undefined : blockerOf(draft, path, memory)
}

/**
 * An ancestor, the path itself and descendants exclude each other, for stored paths never overlap.
 */
function blockerOf({ found }: Draft, path: Path, except: Head | undefined): Head | undefined {
  const atOrAbove = [...ancestors(path), path].map((candidate) => found.byPath.get(candidate))
  const candidates = [...atOrAbove, ...(found.below.get(path) ?? [])]
  return candidates.find((head) => head !== undefined && head.firstSeq !== except?.firstSeq)
}

function targetOf({ found, rewritten }: Draft, target: Target): Head | undefined {
  const head = 'path' in target ? found.byPath.get(target.path) : headById(found, target.memoryId)
  return head && (rewritten.get(head.firstSeq) ?? head)
}

function headById({ store, byFirstSeq }: HeadsFound, memoryId: string): Head | undefined {
  const position = parseMemoryId(store.id, memoryId)
  const head = position && byFirstSeq.get(position.seq)
  return head?.createdAt === position?.at ? head : undefined
}

function dependsOnDraft(draft: Draft, command: SingleCommand): boolean {
  const path = command.type === 'delete_memory' ? undefined : command.path
  if (path !== undefined && isTouched(draft, path)) return true
  if (command.type === 'create_memory') return false
  const { target } = command
  if ('path' in target) return draft.touched.has(target.path)
  const position = parseMemoryId(draft.found.store.id, target.memoryId)
  return position !== undefined && draft.gone.has(position.seq)
}

function isTouched({ touched, touchedAbove }: Draft, path: Path): boolean {
  return (
    touched.has(path) ||
    touchedAbove.has(path) ||
    ancestors(path).some((ancestor) => touched.has(ancestor))
  )
}

/**
 * Its row is written with the newest content at the old path; moving it too needs that stored
 * first.
 */
function movesRewritten({ rewritten }: Draft, write: VersionWrite): boolean {
  const before = headBefore(write)
  if (before === undefined || !rewritten.has(before.firstSeq)) return false
  return headAfter(write)?.path !== before.path
}

function record(draft: Draft, entry: DraftWrite): void {
  const { write } = entry
  draft.writes.push(entry)
  draft.usage = usageAfter(draft.usage, write)
  if (write.kind === 'modified' && write.before.path === write.after.path) {
    draft.rewritten.set(write.after.firstSeq, write.after)
    return
  }
  for (const head of [headBefore(write), headAfter(write)]) if (head) touch(draft, head)
}

function touch(draft: Draft, { path, firstSeq }: Head): void {
  draft.gone.add(firstSeq)
  draft.touched.add(path)
  for (const ancestor of ancestors(path)) draft.touchedAbove.add(ancestor)
}

/** What the store holds after a write. */
export function usageAfter(usage: Usage, write: VersionWrite): Usage {
  const before = headBefore(write)?.sizeBytes ?? 0
  const after = headAfter(write)?.sizeBytes ?? 0
  const memories = { created: 1, modified: 0, deleted: -1, revived: 1 }[write.kind]
  return {
    ...usage,
    seq: usage.seq + 1,
    versions: usage.versions + 1,
    memories: usage.memories + memories,
    contentBytes: usage.contentBytes + after - before,
  }
}
