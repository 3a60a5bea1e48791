import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import { mark } from '../domain/forget/words.ts'
import type { Path } from '../domain/memory/path.ts'
import type { Change } from '../domain/memory/version.ts'
import { isVersion } from './entry.ts'
import type { Alive } from './replay.ts'

/**
 * What a store has of a source, read from the claims of its own changes: no other record is kept.
 */
export interface TargetState {
  /** The id of the source's store, which its claims name; undefined where the source has none. */
  readonly sourceId: string | undefined
  /** The store's newest change that is known of, and the newest whose claim was read. */
  seq: number
  readSeq: number
  /** How far the source was brought in: its newest change that is here; -1 for none. */
  sourceSeq: number
  /** Live memories by their names in the source. */
  readonly alive: Map<string, Alive>
  /** The names in the source, by the ids here. */
  readonly names: Map<string, string>
  /** Ids of versions here by their ids in the source. */
  readonly versions: Map<string, string>
  /** Ids of versions here that are redacted. */
  readonly redacted: Set<string>
}

export function emptyState(sourceId: string | undefined): TargetState {
  return {
    sourceId,
    seq: 0,
    readSeq: 0,
    sourceSeq: -1,
    alive: new Map(),
    names: new Map(),
    versions: new Map(),
    redacted: new Set(),
  }
}

const pageChanges = 1_000

/**
 * Reads on from where the state is.
 * @throws DomainError `conflict` when somebody else wrote memories into the store, and when the
 * names that the source gives its memories were forgotten
 */
export async function readTarget(api: Api, storeId: string, state: TargetState): Promise<void> {
  const { seq: until } = await api.getUsage({ storeId })
  while (state.readSeq < until) {
    const page = await api.listChanges({ storeId, after: state.readSeq, limit: pageChanges })
    for (const change of page.changes) take(state, change)
    if (page.seq <= state.readSeq) break
    state.readSeq = page.seq
  }
  state.seq = Math.max(state.seq, state.readSeq)
}

function take(state: TargetState, change: Change): void {
  const { kind, claimed, memoryId, versionId, path, seq } = change
  const isRedaction = kind === 'redacted'
  if (!isVersion(change) && !isRedaction) return
  if (claimed?.seq === undefined || claimed.storeId !== state.sourceId) {
    if (isRedaction) return
    throw new DomainError({
      code: 'conflict',
      message: `the store has a change of its own (${seq}, ${path ?? 'redacted'}) that did not come from the source`,
    })
  }
  if (claimed.memoryId?.includes(mark) || claimed.versionId?.includes(mark)) {
    throw new DomainError({
      code: 'conflict',
      message: `the store does not know any more which of the source its change ${seq} is: the name was forgotten; bring the source into a new store`,
    })
  }
  state.sourceSeq = Math.max(state.sourceSeq, claimed.seq)
  if (isRedaction || memoryId === undefined || versionId === undefined) return
  if (claimed.versionId !== undefined) state.versions.set(claimed.versionId, versionId)
  if (path === undefined) state.redacted.add(versionId)
  const name = claimed.memoryId ?? state.names.get(memoryId) ?? memoryNameOf(change)
  if (kind === 'deleted') {
    state.alive.delete(name)
    state.names.delete(memoryId)
    return
  }
  const { sha256, sizeBytes = 0 } = change
  state.names.set(memoryId, name)
  state.alive.set(name, { path: path ?? ('' as Path), sha256, sizeBytes })
}

/** Where the source has no ids of memories, the change that made one names it. */
function memoryNameOf({ claimed }: Change): string {
  return `change ${claimed?.seq ?? 0}`
}
