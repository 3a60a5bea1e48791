import {
  refuse,
  refuseOverCapacity,
  type ContentOf,
  type Refused,
  type StoreFacts,
  type VersionWrite,
} from '../memory/decide.ts'
import type { Content, Sha256 } from '../memory/content.ts'
import type { Path } from '../memory/path.ts'
import { compareBytes } from '../text.ts'
import { headOf, isLive, memoryIdOf, versionIdOf, type Lineage, type State } from './lineage.ts'
import type { Moment } from './moment.ts'
import {
  previewBytesMax,
  type Plan,
  type PlanConflict,
  type PlannedAction,
  type PlannedChange,
} from './plan.ts'

// What a restore and a revert have in common: from what memories shall be to the versions to write
// and the plan that says so.

/** What a memory shall be. */
export interface Wanted {
  readonly path: Path
  readonly content: Content | ContentOf
  /** The version whose content it is; undefined for content that was brought together. */
  readonly from: Pick<State, 'seq' | 'at'> | undefined
}

/** A memory that changes; `wanted` undefined: it goes. */
export interface Draft {
  readonly memory: Pick<Lineage, 'firstSeq' | 'createdAt' | 'newest'>
  readonly wanted: Wanted | undefined
}

/** What is to be undone, as far as it is known. */
export interface Drafts {
  readonly drafts: readonly Draft[]
  readonly unchanged: number
  readonly conflicts: readonly PlanConflict[]
}

/** A decision about undoing: refused, or a plan with what to write (nothing, for a dry run). */
export type Undone =
  | Refused
  | { readonly kind: 'planned'; readonly plan: Plan; readonly writes: readonly VersionWrite[] }

/** A draft, unless the memory already is what it shall be. */
export function draftOf(memory: Draft['memory'], wanted: Wanted | undefined): Draft | undefined {
  const { newest } = memory
  if (!isLive(newest)) return wanted && { memory, wanted }
  const isSame = wanted?.path === newest.path && wanted.content.sha256 === newest.sha256
  return isSame ? undefined : { memory, wanted }
}

/** A state to come back to. */
export function wantedOf(state: State | undefined): Wanted | undefined {
  if (!isLive(state)) return undefined
  const { seq, path, sha256, sizeBytes } = state
  return { path, content: { seq, sha256, sizeBytes }, from: state }
}

/** Whether the memory comes to a path where it is not now. */
export function arrives({ memory: { newest }, wanted }: Draft): boolean {
  return wanted !== undefined && !(isLive(newest) && newest.path === wanted.path)
}

interface Settled {
  readonly type: Plan['type']
  readonly isDryRun: boolean
  readonly moment: Moment | undefined
}

/** The drafts as versions of the store, unless they break a limit. */
export function settle(facts: StoreFacts, found: Drafts, settled: Settled): Undone {
  const sorted = [...found.drafts].sort((a, b) => rankOf(a) - rankOf(b))
  const writes = sorted.map((draft, index) => writeOf(draft, facts.seq + index, facts.now))
  const refused = refuseOverCapacity(facts, growthOf(writes))
  if (refused && writes.length > 0) return refused
  const { isDryRun } = settled
  const changes = sorted.map((draft, index) => {
    const written = isDryRun ? undefined : { seq: facts.seq + index, at: facts.now }
    return changeOf(facts, draft, written)
  })
  const plan: Plan = {
    ...settled,
    storeId: facts.store.id,
    seq: facts.usage.seq + (isDryRun ? 0 : writes.length),
    changes: boundPreview(changes.sort((a, b) => compareBytes(a.path, b.path))),
    unchanged: found.unchanged,
    conflicts: found.conflicts,
  }
  return { kind: 'planned', plan, writes: isDryRun ? [] : writes }
}

/** What is beyond the bound is planned all the same, and not shown. */
function boundPreview(changes: readonly PlannedChange[]): readonly PlannedChange[] {
  let room = previewBytesMax
  return changes.map((change) => {
    if (change.content === undefined) return change
    room -= change.sizeBytes ?? 0
    return room < 0 ? { ...change, content: undefined } : change
  })
}

/** Deletions first, then what moves, then what comes back: a path is left before it is taken. */
function rankOf({ memory, wanted }: Draft): number {
  if (wanted === undefined) return 0
  return isLive(memory.newest) ? 1 : 2
}

function writeOf({ memory, wanted }: Draft, seq: number, now: number): VersionWrite {
  const { newest, firstSeq, createdAt } = memory
  const before = isLive(newest) ? headOf(memory, newest) : undefined
  if (wanted === undefined) {
    if (before === undefined) throw new Error('what is deleted cannot be deleted again')
    return { kind: 'deleted', before, seq, at: now }
  }
  const { path, content } = wanted
  const after = {
    firstSeq,
    createdAt,
    headSeq: seq,
    path,
    sha256: content.sha256,
    sizeBytes: content.sizeBytes,
    updatedAt: now,
  }
  if (before === undefined) return { kind: 'revived', deletedSeq: newest.seq, after, content }
  const isNew = content.sha256 !== before.sha256
  return { kind: 'modified', before, after, content: isNew ? content : undefined }
}

function growthOf(writes: readonly VersionWrite[]) {
  let [memories, bytes] = [0, 0]
  for (const write of writes) {
    if (write.kind === 'deleted') memories -= 1
    if (write.kind === 'revived') memories += 1
    const isAfter = write.kind !== 'deleted'
    const isBefore = write.kind === 'deleted' || write.kind === 'modified'
    bytes += (isAfter ? write.after.sizeBytes : 0) - (isBefore ? write.before.sizeBytes : 0)
  }
  return { memories, bytes, versions: writes.length }
}

function changeOf(
  { store }: StoreFacts,
  { memory, wanted }: Draft,
  written: { readonly seq: number; readonly at: number } | undefined,
): PlannedChange {
  const { newest } = memory
  const was = isLive(newest) ? newest : undefined
  const path = wanted?.path ?? was?.path
  if (path === undefined) throw new Error('a change has a path')
  return {
    action: actionOf(was, wanted),
    memoryId: memoryIdOf(store.id, memory),
    path,
    previousPath: was && was.path !== path ? was.path : undefined,
    versionId: written && versionIdOf(store.id, written),
    fromVersionId: wanted?.from && versionIdOf(store.id, wanted.from),
    sizeBytes: wanted?.content.sizeBytes,
    content:
      written === undefined && wanted !== undefined && 'text' in wanted.content
        ? wanted.content.text
        : undefined,
  }
}

function actionOf(
  was: { readonly sha256: Sha256 } | undefined,
  wanted: Wanted | undefined,
): PlannedAction {
  if (wanted === undefined) return 'delete'
  if (was === undefined) return 'revive'
  return was.sha256 === wanted.content.sha256 ? 'move' : 'update'
}

export function staleSeq(expected: number, seq: number): Refused {
  return refuse({
    code: 'stale_version',
    message: `the store is at sequence ${seq}, not at ${expected}: somebody wrote since the plan was made`,
  })
}
