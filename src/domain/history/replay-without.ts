import { DomainError } from '../errors.ts'
import { parseContent, type Content } from '../memory/content.ts'
import type { ContentOf } from '../memory/decide.ts'
import { mergeTexts } from '../memory/merge.ts'
import { wantedOf, type Wanted } from './draft.ts'
import { isErased, isLive, type Chain, type LiveState, type State } from './lineage.ts'
import type { ConflictReason } from './plan.ts'

type IsUndone = (state: State) => boolean

/** What a memory would be without some of its versions; `wanted` undefined: not there. */
export type Replayed =
  | { readonly kind: 'state'; readonly wanted: Wanted | undefined }
  | {
      readonly kind: 'conflict'
      readonly reason: ConflictReason
      readonly message: string
      /** The version that stands in the way. */
      readonly state: State
    }

/**
 * Tells a memory's history without the versions that are undone. What others changed after one is
 * brought together by lines with what there would have been before it.
 */
export function replayWithout(
  { firstSeq, states }: Pick<Chain, 'firstSeq' | 'states'>,
  { isUndone, texts }: { readonly isUndone: IsUndone; readonly texts: ReadonlyMap<number, string> },
): Replayed {
  const [first] = states
  if (first === undefined) return { kind: 'state', wanted: undefined }
  if (isUndone(first) && first.seq !== firstSeq) {
    return conflict('history_removed', 'what it was before is no longer kept', first)
  }
  if (!isUndone(first) && isErased(first)) {
    return conflict('redacted', 'what it was before is redacted', first)
  }
  let wanted = isUndone(first) ? undefined : wantedOf(first)
  for (const { before, after } of othersRuns(states, isUndone)) {
    const replayed = followed(wanted, { before, after, texts })
    if (replayed.kind === 'conflict') return replayed
    wanted = replayed.wanted
  }
  return { kind: 'state', wanted }
}

/** What others did in one go: from an undone version to the last one before the next. */
interface Run {
  readonly before: State
  readonly after: State
}

function othersRuns(states: readonly State[], isUndone: IsUndone): Run[] {
  const runs: Run[] = []
  let before: State | undefined
  for (const [index, state] of states.entries()) {
    const next = states[index + 1]
    if (isUndone(state)) before = state
    else if (before && (next === undefined || isUndone(next))) runs.push({ before, after: state })
  }
  return runs
}

/** The sequences of the versions whose texts a replay may have to bring together. */
export function textsNeeded(states: readonly State[], isUndone: IsUndone): number[] {
  const seqs = new Set<number>()
  for (const { before, after } of othersRuns(states, isUndone)) {
    for (const state of [before, after]) if (isLive(state)) seqs.add(state.seq)
  }
  const [first] = states
  if (seqs.size > 0 && isLive(first)) seqs.add(first.seq)
  return [...seqs]
}

/** What there would be, after others went from one state to another. */
function followed(
  wanted: Wanted | undefined,
  { before, after, texts }: Run & { readonly texts: ReadonlyMap<number, string> },
): Replayed {
  if (after.operation === 'deleted') return { kind: 'state', wanted: undefined }
  if (!isLive(after)) return conflict('redacted', 'what others wrote since is redacted', after)
  if (before.operation === 'deleted') return { kind: 'state', wanted: wantedOf(after) }
  if (!isLive(before)) return conflict('redacted', 'what was written is redacted', before)
  const path = wanted === undefined || after.path !== before.path ? after.path : wanted.path
  if (after.sha256 === before.sha256) {
    return { kind: 'state', wanted: wanted && { ...wanted, path } }
  }
  if (wanted?.content.sha256 === before.sha256) {
    return { kind: 'state', wanted: { ...newest(after), path } }
  }
  return merged(wanted, path, { before, after, texts })
}

function newest(state: LiveState): Wanted {
  const { seq, path, sha256, sizeBytes } = state
  return { path, content: { seq, sha256, sizeBytes }, from: state }
}

function merged(
  wanted: Wanted | undefined,
  path: Wanted['path'],
  { before, after, texts }: Run & { readonly texts: ReadonlyMap<number, string> },
): Replayed {
  const ours = wanted === undefined ? '' : textOf(wanted.content, texts)
  const text = mergeTexts(texts.get(before.seq) ?? '', ours, texts.get(after.seq) ?? '')
  if (text === undefined) {
    return conflict('overlapping_edits', 'others changed the same lines since', after)
  }
  // Of what only the undone versions held, nothing is left.
  if (wanted === undefined && text === '') return { kind: 'state', wanted: undefined }
  const content = contentOf(text)
  if (content === undefined) {
    return conflict('overlapping_edits', 'together it would be too large for a memory', after)
  }
  return { kind: 'state', wanted: { path, content, from: undefined } }
}

function textOf(content: Content | ContentOf, texts: ReadonlyMap<number, string>): string {
  return 'text' in content ? content.text : (texts.get(content.seq) ?? '')
}

function contentOf(text: string): Content | undefined {
  try {
    return parseContent(text)
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}

function conflict(reason: ConflictReason, message: string, state: State): Replayed {
  return { kind: 'conflict', reason, message, state }
}
