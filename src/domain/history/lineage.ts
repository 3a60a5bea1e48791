import type { ActorId } from '../caller.ts'
import { memoryIdAt, versionIdAt, type MemoryId, type StoreId, type VersionId } from '../ids.ts'
import type { Sha256 } from '../memory/content.ts'
import type { Head } from '../memory/memory.ts'
import type { Path } from '../memory/path.ts'
import type { ChangeKind, Operation } from '../memory/version.ts'

/** A version, as what is to be undone looks at it. */
export interface State {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly operation: Operation
  readonly isRedacted: boolean
  /** Undefined when redacted. */
  readonly path: Path | undefined
  /** Undefined when redacted or deleted. */
  readonly sha256: Sha256 | undefined
  readonly sizeBytes: number | undefined
  readonly actor: ActorId | undefined
}

/** A state in which the memory lives and can be read. */
export interface LiveState extends State {
  readonly path: Path
  readonly sha256: Sha256
  readonly sizeBytes: number
}

/** A memory that was changed since a moment. */
export interface Lineage {
  /** Sequence and time of its first change, which name it. */
  readonly firstSeq: number
  readonly createdAt: number
  /** Its newest version, a deletion perhaps. */
  readonly newest: State
  /** The version that was current at the moment; undefined: there was none yet. */
  readonly past: State | undefined
}

/** A memory's versions in order, from the one before the first that is to be undone. */
export interface Chain {
  readonly firstSeq: number
  readonly createdAt: number
  readonly states: readonly State[]
}

/** A change that is no version: a redaction, or one of the store itself. */
export interface OtherDeed {
  readonly seq: number
  readonly kind: ChangeKind
  /** The memory and the version that were redacted. */
  readonly memory: { readonly firstSeq: number; readonly createdAt: number } | undefined
  readonly version: { readonly seq: number; readonly at: number } | undefined
}

export function isLive(state: State | undefined): state is LiveState {
  return state !== undefined && state.operation !== 'deleted' && state.path !== undefined
}

/** Whether what the memory was is erased: a deletion leaves nothing that could be. */
export function isErased(state: State | undefined): boolean {
  return state !== undefined && state.isRedacted && state.operation !== 'deleted'
}

type Named = Pick<Lineage, 'firstSeq' | 'createdAt'>

export function memoryIdOf(storeId: StoreId, { firstSeq, createdAt }: Named): MemoryId {
  return memoryIdAt(storeId, { seq: firstSeq, at: createdAt })
}

export function versionIdOf(storeId: StoreId, { seq, at }: Pick<State, 'seq' | 'at'>): VersionId {
  return versionIdAt(storeId, { seq, at })
}

export function headOf(memory: Named, state: LiveState): Head {
  return {
    firstSeq: memory.firstSeq,
    headSeq: state.seq,
    path: state.path,
    sha256: state.sha256,
    sizeBytes: state.sizeBytes,
    createdAt: memory.createdAt,
    updatedAt: state.at,
  }
}
