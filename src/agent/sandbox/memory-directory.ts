import type { Api } from '../../api.ts'
import type { Attached } from '../files/memory-tree.ts'
import type { Owner } from '../files/work-tree.ts'

/** A store as a directory of this machine that a shell can use. */
export interface MemoryDirectory extends AsyncDisposable {
  readonly directory: string
  /** Nobody serves it any more: another has to be made. */
  readonly isOver: boolean
  /**
   * Before a command: the directory shows what the store has. After it: the store has what the
   * command wrote.
   * @returns what the agent must know: conflicts, and what could not be saved
   * @throws ToolFailure
   */
  sync(): Promise<string[]>
}

export interface LiveStore {
  /** As the session. */
  readonly api: Api
  readonly attached: Attached
  /** Who uses the directory; undefined for this process's own user. */
  readonly owner: Owner | undefined
}

/** Stores as live directories: every finished write is a version while the command still runs. */
export interface LiveMemory {
  /** @returns undefined where it cannot be done; a copy of the store has to do then */
  open(store: LiveStore): Promise<MemoryDirectory | undefined>
}
