import { refuse, refuseArchived, type StoreFacts } from '../memory/decide.ts'
import { shareOf, sharedEffort, type Effort } from '../memory/lines.ts'
import type { Head } from '../memory/memory.ts'
import { ancestors, below, isWithin, overlaps, root, type Path } from '../memory/path.ts'
import { compareBytes } from '../text.ts'
import type { Revert } from './command.ts'
import { arrives, draftOf, settle, staleSeq, type Draft, type Undone } from './draft.ts'
import { isLive, memoryIdOf, versionIdOf, type Chain, type OtherDeed } from './lineage.ts'
import { refuseMoment, type MomentInput } from './moment.ts'
import type { PlanConflict } from './plan.ts'
import { ask, type Asking } from './question.ts'
import { replayWithout, textsNeeded, type Replayed, type Telling } from './replay-without.ts'

/** Versions of a memory that are told one by one; their texts are at most 10 MB. */
const stepsMax = 100

/**
 * Takes back what an actor wrote, memory by memory, and keeps what others did since. What cannot be
 * told apart from the work of others, or would go where something else is, stays as it is and is
 * listed; a limit or an archived store refuses all of it.
 * @param effort for bringing lines together; lessened by what was spent
 */
export function* decideRevert(
  facts: StoreFacts,
  command: Revert,
  effort: Effort = sharedEffort(),
): Asking<Undone> {
  const archived = refuseArchived(facts)
  if (archived) return archived
  const { expectedSeq, isDryRun } = command
  if (expectedSeq !== undefined && expectedSeq !== facts.usage.seq) {
    return staleSeq(expectedSeq, facts.usage.seq)
  }
  const range = yield* rangeOf(facts, command)
  if ('kind' in range) return range
  const deeds = yield* ask({ type: 'deeds', actor: command.actor, ...range })
  const isUndone = (state: { readonly seq: number; readonly actor: string | undefined }) =>
    state.actor === command.actor && state.seq >= range.from && state.seq <= range.to
  const drafts: Draft[] = []
  const conflicts: PlanConflict[] = []
  let unchanged = 0
  for (const { firstSeq, from } of deeds.written) {
    const chain = yield* ask({ type: 'chain', firstSeq, from })
    if (chain === undefined || !concerns(chain, command, isUndone)) continue
    // An engine may wait for each memory: none takes longer than a comparison.
    using share = shareOf(effort)
    const outcome = yield* undo(facts, chain, { isUndone, effort: share })
    if (outcome === undefined) unchanged += 1
    else if ('reason' in outcome) conflicts.push(outcome)
    else drafts.push(outcome)
  }
  if (command.prefix === root) conflicts.push(...deeds.others.flatMap((deed) => left(facts, deed)))
  const settled = yield* keepPathsApart(facts, drafts)
  const all = { drafts: settled.drafts, unchanged, conflicts: [...conflicts, ...settled.conflicts] }
  return settle(facts, all, { type: 'revert', isDryRun, moment: undefined })
}

function* rangeOf({ usage }: StoreFacts, { since, until }: Revert) {
  const from = since === undefined ? 1 : yield* firstOf(since)
  if (typeof from !== 'number') return from
  const to = until === undefined ? usage.seq : yield* lastOf(until)
  if (typeof to !== 'number') return to
  return { from, to: Math.min(to, usage.seq) }
}

/** The first sequence that was made at a time or later: the one behind the moment before it. */
function* firstOf(input: MomentInput) {
  if (input.seq !== undefined) return input.seq
  const { moment } = yield* ask({ type: 'moment', input: { at: input.at - 1 } })
  return moment.seq + 1
}

function* lastOf(input: MomentInput) {
  const looked = yield* ask({ type: 'moment', input })
  const field = { at: 'until', seq: 'until_seq' }
  const problem =
    looked.moment.seq > looked.now.seq ? refuseMoment(looked, input, field) : undefined
  return problem ? refuse(problem) : looked.moment.seq
}

type IsUndone = (state: { readonly seq: number; readonly actor: string | undefined }) => boolean

/** Whether the memory is below the prefix, or was before or after a version that is undone. */
function concerns({ states }: Chain, { prefix }: Revert, isUndone: IsUndone): boolean {
  return states.some((state, index) => {
    const next = states[index + 1]
    const counts = isUndone(state) || next === undefined || isUndone(next)
    return counts && state.path !== undefined && isWithin(state.path, prefix)
  })
}

function* undo(
  { store }: StoreFacts,
  chain: Chain,
  { isUndone, effort }: { readonly isUndone: IsUndone; readonly effort: Effort },
): Asking<Draft | PlanConflict | undefined> {
  let replayed = yield* replay(chain, { isUndone, isStepwise: false, effort })
  // Lines that meet when others' versions are taken together may not meet one by one: what an
  // earlier revert wrote is such a version.
  const isWorthSteps = replayed.kind === 'conflict' && replayed.reason === 'overlapping_edits'
  if (isWorthSteps && chain.states.length <= stepsMax) {
    const inSteps = yield* replay(chain, { isUndone, isStepwise: true, effort })
    if (inSteps.kind === 'state') replayed = inSteps
  }
  const newest = chain.states.at(-1)
  if (newest === undefined) return undefined
  if (replayed.kind === 'state') return draftOf({ ...chain, newest }, replayed.wanted)
  const { reason, message, state } = replayed
  return {
    reason,
    message,
    memoryId: memoryIdOf(store.id, chain),
    path: newest.path,
    versionId: versionIdOf(store.id, state),
  }
}

function* replay(chain: Chain, means: Telling & { readonly effort: Effort }): Asking<Replayed> {
  const seqs = textsNeeded(chain.states, means)
  const texts = seqs.length === 0 ? new Map() : yield* ask({ type: 'texts', seqs })
  return replayWithout(chain, { ...means, texts })
}

/** What the actor did that no version undoes. Making the store is no deed to take back. */
function left({ store }: StoreFacts, deed: OtherDeed): PlanConflict[] {
  if (deed.kind === 'store_created') return []
  const { memory, version, kind } = deed
  const isRedaction = kind === 'redacted'
  return [
    {
      reason: isRedaction ? 'redaction' : 'store_change',
      memoryId: memory && memoryIdOf(store.id, memory),
      path: undefined,
      versionId: version && versionIdOf(store.id, version),
      message: isRedaction
        ? 'a version was redacted, which destroys its text'
        : `the store itself was changed (${kind}, sequence ${deed.seq})`,
    },
  ]
}

/** What a memory that is left out, or one of others, occupies. */
interface Blocker {
  readonly path: Path
  readonly seq: number
  readonly at: number
}

/**
 * Leaves out what would go where something else is. What is left out stays where it is, and may be
 * in the way of others there.
 */
function* keepPathsApart(facts: StoreFacts, all: readonly Draft[]) {
  const coming = all.filter(arrives)
  if (coming.length === 0) return { drafts: all, conflicts: [] }
  const except = new Set(all.map(({ memory }) => memory.firstSeq))
  const answer = yield* ask({ type: 'in_the_way', paths: coming.map(pathOf), except })
  const occupied = new Map(answer.map(({ path, by }) => [path, blockerOf(by)]))
  const crowded = overlapping(all)
  const left = new Map<Draft, Blocker | undefined>()
  for (const draft of coming) {
    const by = occupied.get(pathOf(draft))
    if (by || crowded.has(draft)) left.set(draft, by)
  }
  const meeting = meetingOf(coming)
  for (const { memory } of left.keys()) {
    const { newest } = memory
    if (!isLive(newest)) continue
    for (const draft of meeting(newest.path)) if (!left.has(draft)) left.set(draft, newest)
  }
  const conflicts = [...left].map(([draft, by]) => pathTaken(facts, draft, by))
  return { drafts: all.filter((draft) => !left.has(draft)), conflicts }
}

function blockerOf({ path, headSeq: seq, updatedAt: at }: Head): Blocker {
  return { path, seq, at }
}

function pathTaken({ store }: StoreFacts, draft: Draft, by: Blocker | undefined): PlanConflict {
  return {
    reason: 'path_taken',
    memoryId: memoryIdOf(store.id, draft.memory),
    path: pathOf(draft),
    versionId: by && versionIdOf(store.id, by),
    message: by ? `${by.path} is in the way` : 'another memory comes back in its way',
  }
}

/** The drafts that would go to a path, above it or below it. */
function meetingOf(drafts: readonly Draft[]): (path: Path) => readonly Draft[] {
  const byPath = new Map(drafts.map((draft) => [pathOf(draft), draft]))
  const paths = [...byPath.keys()].sort(compareBytes)
  const firstFrom = (bound: string) => {
    let [low, high] = [0, paths.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareBytes(paths[middle] ?? '', bound) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  return (path) => {
    const { from, to } = below(path)
    const inside = paths.slice(firstFrom(from), firstFrom(to))
    return [...ancestors(path), path, ...inside].flatMap((one) => byPath.get(one) ?? [])
  }
}

function pathOf({ wanted, memory }: Draft): Path {
  const path = wanted?.path ?? memory.newest.path
  if (path === undefined) throw new Error('a draft has a path')
  return path
}

/** Drafts whose paths exclude each other: in byte order such paths are neighbours or nested. */
function overlapping(drafts: readonly Draft[]): ReadonlySet<Draft> {
  const byPath = new Map<string, Draft>()
  const found = new Set<Draft>()
  for (const draft of drafts) {
    if (draft.wanted === undefined) continue
    const other = byPath.get(draft.wanted.path)
    if (other) found.add(other).add(draft)
    byPath.set(draft.wanted.path, draft)
  }
  for (const draft of byPath.values()) {
    const path = pathOf(draft)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const above = byPath.get(path.slice(0, end))
      if (above && overlaps(pathOf(above), path)) found.add(above).add(draft)
    }
  }
  return found
}
