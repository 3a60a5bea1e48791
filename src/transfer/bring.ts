import type { Api } from '../api.ts'
import type { ImportOperation } from '../api/transfer.ts'
import { claimOf, type Entry } from './entry.ts'
import { inGroups } from './moved-tree.ts'
import type { Replay, Step } from './replay.ts'
import { readTarget, type TargetState } from './target-state.ts'

const operationsMax = 1_000
/** JSON of one import: a body may have 2 MiB. */
const bytesMax = 1_500_000

export interface BringInput {
  readonly api: Api
  readonly storeId: string
  readonly entries: AsyncIterable<Entry>
  readonly replay: Replay
  /** What the store has of the source already; kept up to date. */
  readonly state: TargetState
  /** Called after entries were made durable, with their number and bytes. */
  readonly onBrought?: ((entries: number, bytes: number) => void) | undefined
}

/**
 * Brings a history into a store, slice by slice. Each slice happens whole or not at all, and says
 * in its claims how far the source was read: broken off anywhere, the same call goes on.
 * @returns how many versions were written
 */
export async function bring(input: BringInput): Promise<number> {
  const slice: Slice = { operations: [], bytes: 0, entries: 0, contentBytes: 0 }
  const before = (await input.api.getUsage({ storeId: input.storeId })).versions
  for await (const group of inGroups(input.entries)) {
    const fresh = group.filter(({ seq }) => seq > input.state.sourceSeq)
    if (fresh.length === 0) continue
    for (const step of input.replay.next(fresh)) await take(input, slice, step)
    slice.entries += fresh.length
    for (const { sizeBytes = 0 } of fresh) slice.contentBytes += sizeBytes
  }
  await flush(input, slice)
  return (await input.api.getUsage({ storeId: input.storeId })).versions - before
}

interface Slice {
  operations: ImportOperation[]
  bytes: number
  entries: number
  contentBytes: number
}

async function take(input: BringInput, slice: Slice, step: Step): Promise<void> {
  if (step.type === 'redact') {
    await flush(input, slice)
    await readTarget(input.api, input.storeId, input.state)
    return redactHere(input, step)
  }
  const bytes = Buffer.byteLength(JSON.stringify(step.operation)) + 200
  const isFull = slice.operations.length === operationsMax || slice.bytes + bytes > bytesMax
  if (isFull) await flush(input, slice)
  slice.operations.push(step.operation)
  slice.bytes += bytes
}

async function flush({ api, storeId, state, onBrought }: BringInput, slice: Slice): Promise<void> {
  const { operations, entries, contentBytes } = slice
  if (operations.length > 0) {
    const expectedSeq = state.seq
    state.seq = (await api.importHistory({ storeId, expectedSeq, operations })).seq
  }
  onBrought?.(entries, contentBytes)
  Object.assign(slice, { operations: [], bytes: 0, entries: 0, contentBytes: 0 })
}

/** Which version here is meant, is read from the claims; one that retention removed is none. */
export async function redactHere(
  { api, storeId, state }: Pick<BringInput, 'api' | 'storeId' | 'state'>,
  { versionId: sourceId, entry }: { readonly versionId: string; readonly entry: Entry },
): Promise<void> {
  const versionId = state.versions.get(sourceId)
  if (versionId === undefined || state.redacted.has(versionId)) return
  const { reason } = entry
  const operations = [{ type: 'redact', versionId, reason, claimed: claimOf(entry) }] as const
  state.seq = (await api.importHistory({ storeId, expectedSeq: state.seq, operations })).seq
  state.redacted.add(versionId)
}
