import type { ImportOperation } from '../api/transfer.ts'
import { DomainError } from '../domain/errors.ts'
import { bring, redactHere } from './bring.ts'
import type { Mirrored, MirrorInput } from './mirror-run.ts'
import { HiddenPaths, Replay } from './replay.ts'
import { refuseShorter } from './refuse-shorter.ts'
import { ifOwn, openHistory } from './source.ts'
import type { StoreHistory } from './store-history.ts'
import { emptyState, readTarget, type TargetState } from './target-state.ts'
import { liveNames } from './live-names.ts'
import { writePlainly } from './write-plainly.ts'

/**
 * Brings into the target what it does not have of the source's history. Broken off anywhere, the
 * next call goes on: how far it came stands in the target itself, with what was written.
 */
export async function mirror(input: MirrorInput): Promise<Mirrored> {
  const { source, target } = input
  const history = await openHistory(source.api, source.storeId)
  await target.api.getStore({ storeId: target.storeId })
  const usage = await ifOwn(() => target.api.getUsage({ storeId: target.storeId }))
  if (usage === undefined) return writePlainly(input, history)
  const state = emptyState(source.storeId)
  await readTarget(target.api, target.storeId, state)
  const after = Math.max(0, state.sourceSeq)
  refuseShorter(history, after)
  const hidden = new HiddenPaths()
  let pending = 0
  for await (const entry of history.outline(after)) {
    hidden.see(entry)
    pending += 1
  }
  if (input.isDryRun) {
    const { sourceSeq } = state
    return { versions: pending, sourceSeq, lost: [], keepsClaims: true }
  }
  input.onStart?.(pending)
  const { versions, memoriesMax, contentBytesMax, versionsMax } = usage
  const limits = { memoriesMax, contentBytesMax, versionsMax }
  const replay = new Replay(hidden, { alive: state.alive, versions, limits })
  const { onBrought } = input
  const common = { ...target, replay, state, onBrought }
  const written = await bring({ ...common, entries: history.entries(after) })
  const gone = await removeGone(input, { history, replay, state, after })
  await redactLate(input, history, state)
  return {
    versions: written + gone,
    sourceSeq: Math.max(state.sourceSeq, history.seq),
    lost: replay.lost,
    keepsClaims: true,
  }
}

interface Progressed {
  readonly history: StoreHistory
  readonly replay: Replay
  readonly state: TargetState
  readonly after: number
}

/** What was deleted in the source and forgotten there before this mirror ran again. */
async function removeGone(
  { source, target }: MirrorInput,
  { history, replay, state, after }: Progressed,
): Promise<number> {
  if (after === 0 || history.historyFrom <= after) return 0
  const live = await liveNames(source.api, source.storeId)
  const { storeId } = target
  const claimed = { storeId: source.storeId, seq: history.seq }
  const operations: ImportOperation[] = []
  for (const [name, { path }] of replay.alive) {
    if (!live.has(name)) operations.push({ type: 'delete', at: path, claimed })
  }
  for (let start = 0; start < operations.length; start += 1_000) {
    const slice = operations.slice(start, start + 1_000)
    const expectedSeq = state.seq
    const { seq } = await target.api.importHistory({ storeId, expectedSeq, operations: slice })
    state.seq = seq
  }
  return operations.length
}

/** A source without a feed says which versions are redacted, and not when each became so. */
async function redactLate(
  { target }: MirrorInput,
  { redacted, seq }: StoreHistory,
  state: TargetState,
): Promise<void> {
  if (redacted.size === 0) return
  await readTarget(target.api, target.storeId, state)
  for (const versionId of redacted) {
    const entry = { kind: 'redacted', seq, versionId, storeId: state.sourceId } as const
    try {
      await redactHere({ ...target, state }, { versionId, entry })
    } catch (error) {
      // It becomes possible with the memory's next version; until then the next call tries again.
      if (!(error instanceof DomainError && error.code === 'head_version')) throw error
    }
  }
}
