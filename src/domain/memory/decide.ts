import type { Problem } from '../errors.ts'
import { memoryIdAt } from '../ids.ts'
import type { Limits } from '../limits.ts'
import type { CreateMemory, DeleteMemory, UpdateMemory } from './command.ts'
import type { Content, Sha256 } from './content.ts'
import type { Head } from './memory.ts'
import type { Path } from './path.ts'
import type { Store, Usage } from './store.ts'

// The rules of every write to memories: pure functions from facts to a decision, in the order of
// the
// contract (§2.9): not found, archived, precondition, nothing to change, path conflict, capacity.

/** What every decision about a store starts from, loaded inside the store's scope. */
export interface StoreFacts {
  readonly store: Store
  readonly usage: Usage
  /** Sequence of the next change: `usage.seq + 1`. */
  readonly seq: number
  /**
   * Milliseconds since 1970; never before the store's last change, so a clock that jumps back
   * cannot reorder.
   */
  readonly now: number
  readonly limits: Limits
}

/** The content of an earlier version of the store, which both then have. */
export interface ContentOf {
  /** Sequence of that version. */
  readonly seq: number
  readonly sha256: Sha256
  readonly sizeBytes: number
}

export function isContentOf(content: Content | ContentOf): content is ContentOf {
  return 'seq' in content
}

/** One version to be written. What the engine stores follows from it alone. */
export type VersionWrite =
  | { readonly kind: 'created'; readonly after: Head; readonly content: Content }
  | {
      readonly kind: 'modified'
      readonly before: Head
      readonly after: Head
      /** Undefined: the content of `before`. */
      readonly content: Content | ContentOf | undefined
    }
  | { readonly kind: 'deleted'; readonly before: Head; readonly seq: number; readonly at: number }
  /** A deleted memory comes back: a version `created` behind the one that deleted it. */
  | {
      readonly kind: 'revived'
      readonly deletedSeq: number
      readonly after: Head
      readonly content: Content | ContentOf
    }

/** The memory before the write; undefined where there was none that lived. */
export function headBefore(write: VersionWrite): Head | undefined {
  return write.kind === 'modified' || write.kind === 'deleted' ? write.before : undefined
}

/** The memory after the write; undefined for a deletion. */
export function headAfter(write: VersionWrite): Head | undefined {
  return write.kind === 'deleted' ? undefined : write.after
}

export type Refused = { readonly kind: 'refused'; readonly problem: Problem }
export type Decision<Value> =
  | Refused
  | { readonly kind: 'unchanged'; readonly answer: Value }
  | { readonly kind: 'changed'; readonly writes: readonly VersionWrite[]; readonly answer: Value }

export function refuse(problem: Problem): Refused {
  return { kind: 'refused', problem }
}

export const storeNotFound = refuse({ code: 'not_found', message: 'memory store not found' })
const memoryNotFound = refuse({ code: 'not_found', message: 'memory not found' })

export interface CreateFacts extends StoreFacts {
  /** The live memory in the way of the path, the first in byte order. */
  readonly blocker: Head | undefined
}

export function decideCreate(facts: CreateFacts, command: CreateMemory): Decision<Head> {
  const refused =
    refuseArchived(facts) ??
    refuseBlocked(facts, command.path, facts.blocker) ??
    refuseOverCapacity(facts, { memories: 1, bytes: command.content.sizeBytes, versions: 1 })
  if (refused) return refused
  const { seq, now } = facts
  const after: Head = {
    firstSeq: seq,
    headSeq: seq,
    path: command.path,
    sha256: command.content.sha256,
    sizeBytes: command.content.sizeBytes,
    createdAt: now,
    updatedAt: now,
  }
  const write: VersionWrite = { kind: 'created', after, content: command.content }
  return { kind: 'changed', writes: [write], answer: after }
}

export interface UpdateFacts extends StoreFacts {
  readonly memory: Head | undefined
  /** The live memory, other than the one updated, in the way of the new path. */
  readonly blocker: Head | undefined
}

/** The outcome table of contract §7.5. */
export function decideUpdate(facts: UpdateFacts, command: UpdateMemory): Decision<Head> {
  const { memory } = facts
  if (memory === undefined) return memoryNotFound
  const archived = refuseArchived(facts)
  if (archived) return archived
  const { content, path } = command
  const sameContent = content === undefined || content.sha256 === memory.sha256
  const samePath = path === undefined || path === memory.path
  if (command.expected !== undefined && command.expected !== memory.sha256) {
    const assertsNothing = content === undefined && path === undefined
    // A write whose answer was lost is sent again: it finds its own result, not a conflict.
    if (assertsNothing || !sameContent || !samePath) return preconditionFailed
  }
  if (sameContent && samePath) return { kind: 'unchanged', answer: memory }
  return changeMemory(facts, memory, {
    path: samePath ? memory.path : path,
    content: sameContent ? undefined : content,
  })
}

interface Desired {
  readonly path: Path
  /** Undefined keeps the content. */
  readonly content: Content | undefined
}

function changeMemory(facts: UpdateFacts, before: Head, desired: Desired): Decision<Head> {
  const { path, content } = desired
  const growth = content === undefined ? 0 : content.sizeBytes - before.sizeBytes
  const refused =
    (path === before.path ? undefined : refuseBlocked(facts, path, facts.blocker)) ??
    refuseOverCapacity(facts, { memories: 0, bytes: growth, versions: 1 })
  if (refused) return refused
  const after: Head = {
    ...before,
    headSeq: facts.seq,
    path,
    sha256: content?.sha256 ?? before.sha256,
    sizeBytes: content?.sizeBytes ?? before.sizeBytes,
    updatedAt: facts.now,
  }
  const write: VersionWrite = { kind: 'modified', before, after, content }
  return { kind: 'changed', writes: [write], answer: after }
}

export interface DeleteFacts extends StoreFacts {
  readonly memory: Head | undefined
}

/** Allowed on archived and on full stores (contract §7.6). */
export function decideDelete(facts: DeleteFacts, command: DeleteMemory): Decision<Head> {
  const { memory, seq, now } = facts
  if (memory === undefined) return memoryNotFound
  if (command.expected !== undefined && command.expected !== memory.sha256) {
    return preconditionFailed
  }
  const write: VersionWrite = { kind: 'deleted', before: memory, seq, at: now }
  return { kind: 'changed', writes: [write], answer: memory }
}

/** Never says what the current hash is (contract §3.3). */
const preconditionFailed = refuse({
  code: 'precondition_failed',
  message: 'the memory has changed: its content does not have the expected content_sha256',
})

/** What a batch that goes on from a known change finds when somebody else wrote meanwhile. */
export function refuseMoved(seq: number, expected: number | undefined): Refused | undefined {
  if (expected === undefined || expected === seq) return undefined
  return refuse({
    code: 'precondition_failed',
    message: `the store has changed: its newest change is ${seq}, not ${expected}`,
  })
}

export function refuseArchived({ store }: StoreFacts): Refused | undefined {
  if (store.archivedAt === undefined) return undefined
  return refuse({
    code: 'archived',
    message: `memory store ${store.id} is archived: it can be read, and memories in it deleted, but not created or updated`,
  })
}

export function refuseBlocked(
  facts: StoreFacts,
  wanted: Path,
  blocker: Head | undefined,
): Refused | undefined {
  if (blocker === undefined) return undefined
  const how =
    blocker.path === wanted
      ? `a memory already exists at ${wanted}`
      : `${wanted} overlaps the memory at ${blocker.path}: a name is either a memory or a directory`
  return refuse({
    code: 'path_conflict',
    message: how,
    conflictingMemoryId: memoryIdAt(facts.store.id, {
      seq: blocker.firstSeq,
      at: blocker.createdAt,
    }),
    conflictingPath: blocker.path,
  })
}

interface Growth {
  readonly memories: number
  readonly bytes: number
  readonly versions: number
}

/** Shrinking is always allowed, also above a limit that was lowered (contract §10). */
export function refuseOverCapacity(facts: StoreFacts, growth: Growth): Refused | undefined {
  const { usage, limits } = facts
  if (growth.memories > 0 && usage.memories + growth.memories > limits.storeMemoriesMax) {
    return refuse({
      code: 'limit',
      limit: 'memory_store_full',
      message: `the store holds ${usage.memories} of at most ${limits.storeMemoriesMax} memories; delete some or use another store`,
    })
  }
  if (growth.bytes > 0 && usage.contentBytes + growth.bytes > limits.storeBytesMax) {
    return refuse({
      code: 'limit',
      limit: 'memory_store_bytes_exceeded',
      message: `the store would hold ${usage.contentBytes + growth.bytes} of at most ${limits.storeBytesMax} bytes of content`,
    })
  }
  if (usage.versions + growth.versions > limits.storeVersionsMax) {
    return refuse({
      code: 'limit',
      limit: 'memory_versions_exceeded',
      message: `the store keeps ${usage.versions} of at most ${limits.storeVersionsMax} versions, and retention allows none to go yet`,
    })
  }
  return undefined
}
