import type { Problem as Refusal } from '../../domain/errors.ts'
import type { Problem } from '../../mount/problems.ts'

// What the server and the process that serves its mounts tell each other. That process has no
// credential: it asks the server for each verb, for the session whose mount it is.

/** What a mount needs of the Api. */
export const mountVerbs = [
  'getStore',
  'getUsage',
  'listMemories',
  'getMemory',
  'getVersion',
  'applyBatch',
  'createMemory',
  'updateMemory',
  'deleteMemory',
  'listChanges',
  'watchChanges',
] as const
export type MountVerb = (typeof mountVerbs)[number]

export interface OpenMount {
  readonly mount: number
  readonly directory: string
  readonly storeId: string
  readonly isReadOnly: boolean
  readonly uid: number
  readonly gid: number
}

export type ToMounts =
  | { readonly type: 'open'; readonly wanted: OpenMount }
  /** Everything finished is in the store, and the mount shows this sequence. */
  | { readonly type: 'sync'; readonly id: number; readonly mount: number; readonly seq: number }
  | { readonly type: 'close'; readonly mount: number }
  | FromApi

/** The answer to a call; of `watchChanges` many values and then an end. */
export type FromApi =
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'refused'; readonly id: number; readonly problem: Refusal }

export type FromMounts =
  | { readonly type: 'opened'; readonly mount: number }
  | { readonly type: 'failed'; readonly mount: number; readonly message: string }
  | { readonly type: 'synced'; readonly id: number; readonly problems: readonly Problem[] }
  | { readonly type: 'unsynced'; readonly id: number; readonly message: string }
  | { readonly type: 'closed'; readonly mount: number }
  | ToApi

export type ToApi =
  | {
      readonly type: 'call'
      readonly id: number
      readonly mount: number
      readonly verb: MountVerb
      readonly input: unknown
    }
  | { readonly type: 'cancel'; readonly id: number }
