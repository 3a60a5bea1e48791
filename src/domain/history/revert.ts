import { refuse, refuseArchived, type StoreFacts } from '../memory/decide.ts'
import { isWithin, overlaps, root, type Path } from '../memory/path.ts'
import type { Revert } from './command.ts'
import { arrives, draftOf, settle, staleSeq, type Draft, type Undone } from './draft.ts'
import { memoryIdOf, versionIdOf, type Chain, type OtherDeed } from './lineage.ts'
import { refuseMoment, type MomentInput } from './moment.ts'
import type { PlanConflict } from './plan.ts'
import { ask, type Asking } from './question.ts'
import { replayWithout, textsNeeded } from './replay-without.ts'

/**
 * Takes back what an actor wrote, memory by memory, and keeps what others did since. What cannot be
 * told apart from the work of others, or would go where something else is, stays as it is and is
 * listed; a limit or an archived store refuses all of it.
 */
export function* decideRevert(facts: StoreFacts, command: Revert): Asking<Undone> {
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
    const outcome = yield* undo(facts, chain, isUndone)
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
  isUndone: IsUndone,
): Asking<Draft | PlanConflict | undefined> {
  const seqs = textsNeeded(chain.states, isUndone)
  const texts = seqs.length === 0 ? new Map() : yield* ask({ type: 'texts', seqs })
  const replayed = replayWithout(chain, { isUndone, texts })
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

/** Leaves out what would go where something else is, until all the rest fits. */
function* keepPathsApart(facts: StoreFacts, all: readonly Draft[]) {
  const conflicts: PlanConflict[] = []
  let drafts = all
  for (;;) {
    const paths = drafts.filter(arrives).map(pathOf)
    if (paths.length === 0) return { drafts, conflicts }
    const except = new Set(drafts.map(({ memory }) => memory.firstSeq))
    const answer = yield* ask({ type: 'in_the_way', paths, except })
    const blockers = new Map(answer.map(({ path, by }) => [path, by]))
    const crowded = overlapping(drafts)
    const isLeft = (draft: Draft) =>
      arrives(draft) && (blockers.has(pathOf(draft)) || crowded.has(draft))
    const gone = drafts.filter(isLeft)
    if (gone.length === 0) return { drafts, conflicts }
    for (const draft of gone) {
      const by = blockers.get(pathOf(draft))
      const version = by && { seq: by.headSeq, at: by.updatedAt }
      conflicts.push({
        reason: 'path_taken',
        memoryId: memoryIdOf(facts.store.id, draft.memory),
        path: pathOf(draft),
        versionId: version && versionIdOf(facts.store.id, version),
        message: by ? `${by.path} is in the way` : 'another memory comes back in its way',
      })
    }
    drafts = drafts.filter((draft) => !isLeft(draft))
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
