import type { Api, Verb } from '../api.ts'
import type { Caller } from '../domain/caller.ts'
import type { Limits } from '../domain/limits.ts'
import type { CursorKey } from '../domain/page.ts'
import type { SessionFiles } from '../domain/session/session-files.ts'
import type { Storage } from '../storage/port.ts'
import type { Watchers } from './events/watchers.ts'
import type { KnownCredentials } from './tenants/known-credentials.ts'

/** What use-cases work with; the composition root makes it. */
export interface App {
  readonly storage: Storage
  readonly limits: Limits
  readonly cursorKey: CursorKey
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Seconds that a worker may be silent, as it is told; `defaultTtlSeconds` without it. */
  readonly workTtlSeconds?: number
  /** Who follows which session; without it nobody is waited for. */
  readonly watchers?: Watchers
  /** What this process knows of credentials; without it a revocation is seen in half a second. */
  readonly knownCredentials?: KnownCredentials
  /** Why webhooks may not call this URL, for people; without it every URL is taken. */
  readonly refuseTarget?: (url: string) => string | undefined
  /** What sessions left on this machine; without it there is nothing of the kind. */
  readonly sessionFiles?: SessionFiles
  /** Whether an agent may name this model; without it every name is taken. */
  readonly isModelKnown?: (modelId: string) => boolean
}

/** One verb: for a caller, from raw input to a value of the domain. */
export type UseCase<V extends Verb> = (
  app: App,
  caller: Caller,
  ...input: Parameters<Api[V]>
) => ReturnType<Api[V]>
