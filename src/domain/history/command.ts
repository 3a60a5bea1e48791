import type { ActorId, Provenance } from '../caller.ts'
import type { StoreId, WorkspaceId } from '../ids.ts'
import type { Path, Prefix } from '../memory/path.ts'
import type { MomentInput } from './moment.ts'

interface Undo {
  readonly workspaceId: WorkspaceId
  readonly storeId: StoreId
  readonly by: Provenance
  /** Only answers the plan. */
  readonly isDryRun: boolean
  /** The sequence that the store must be at. */
  readonly expectedSeq: number | undefined
}

/** Which memories: by where they are or were. */
export type Selection =
  | { readonly type: 'all' }
  /** At a path or below it. */
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'prefix'; readonly prefix: Prefix }
  | { readonly type: 'memory'; readonly memoryId: string }

export interface Restore extends Undo {
  readonly type: 'restore'
  readonly to:
    | { readonly moment: MomentInput; readonly selection: Selection }
    | { readonly versionId: string }
}

export interface Revert extends Undo {
  readonly type: 'revert'
  readonly actor: ActorId
  readonly since: MomentInput | undefined
  readonly until: MomentInput | undefined
  readonly prefix: Prefix
}

export type UndoCommand = Restore | Revert
