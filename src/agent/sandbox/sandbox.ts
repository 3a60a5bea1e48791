import type { Api } from '../../api.ts'
import type { Attached } from '../files/memory-tree.ts'
import type { Owner } from '../files/work-tree.ts'
import type { Shell } from '../tools/tool.ts'
import type { LiveMemory } from './memory-directory.ts'

/** A way to run commands in which this machine cannot be seen or reached. */
export interface Sandbox {
  /** In words: what it is made of. */
  readonly name: string
  /**
   * Makes a directory usable inside.
   * @returns who owns what is made there; undefined where that is this process's own user
   */
  prepare(directory: string): Promise<Owner | undefined>
  open(options: OpenOptions): SandboxShell
}

export interface OpenOptions {
  /** As the session: its memory is read and written through it. */
  readonly api: Api
  readonly attached: readonly Attached[]
  /** The scratch directory on this machine. */
  readonly scratch: string
  /** Of the scratch directory, as `prepare` said. */
  readonly owner: Owner | undefined
  /** A directory for what the sandbox needs of its own. */
  readonly home: string
  /** Undefined: stores stand inside as copies that are brought into step. */
  readonly live?: LiveMemory | undefined
}

export type SandboxShell = Shell & AsyncDisposable
