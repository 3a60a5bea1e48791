// Our wire types and those of the official SDK, assigned both ways: the compiler is the test. Their
// optional fields are compared as required ones, because this server leaves none out.
import type * as Current from '@anthropic-ai/sdk/resources/beta/memory-stores'
import type * as Older from 'anthropic-sdk-0/resources/beta/memory-stores'
import { expect, test } from 'vitest'
import type { WireActor } from '../../src/wire/actor.ts'
import type { WireDeletedMemory, WireDeletedStore } from '../../src/wire/deleted.ts'
import type { WireErrorObject } from '../../src/wire/error.ts'
import type { WireListItem, WireMemory, WirePrefix } from '../../src/wire/memory.ts'
import type { WireStore } from '../../src/wire/memory-store.ts'
import type { WireVersion } from '../../src/wire/memory-version.ts'

type Extends<Left, Right> = [Left] extends [Right] ? true : never
type Twins<Ours, Theirs> = Extends<Ours, Theirs> & Extends<Theirs, Ours>

/** Their types know no null for an actor that was not recorded; the wire has it. */
type NullActors<Version> = Omit<Version, 'created_by' | 'redacted_by'> & {
  [Key in 'created_by' | 'redacted_by']: Version extends { [K in Key]: infer Actor }
    ? Actor | null
    : never
}

type Item<Memory, Prefix> = Required<Memory> | Prefix

interface Checks {
  store: Twins<WireStore, Current.BetaManagedAgentsMemoryStore>
  deletedStore: Twins<WireDeletedStore, Current.BetaManagedAgentsDeletedMemoryStore>
  memory: Twins<WireMemory, Required<Current.BetaManagedAgentsMemory>>
  prefix: Twins<WirePrefix, Current.BetaManagedAgentsMemoryPrefix>
  item: Twins<
    WireListItem,
    Item<Current.BetaManagedAgentsMemory, Current.BetaManagedAgentsMemoryPrefix>
  >
  deletedMemory: Twins<WireDeletedMemory, Current.BetaManagedAgentsDeletedMemory>
  actor: Twins<WireActor, Current.BetaManagedAgentsActor>
  version: Twins<WireVersion, NullActors<Required<Current.BetaManagedAgentsMemoryVersion>>>

  olderStore: Twins<WireStore, Older.BetaManagedAgentsMemoryStore>
  olderMemory: Twins<WireMemory, Required<Older.BetaManagedAgentsMemory>>
  olderPrefix: Twins<WirePrefix, Older.BetaManagedAgentsMemoryPrefix>
  olderDeleted: Twins<WireDeletedMemory, Older.BetaManagedAgentsDeletedMemory>
  olderActor: Twins<WireActor, Older.BetaManagedAgentsActor>
  olderVersion: Twins<WireVersion, NullActors<Required<Older.BetaManagedAgentsMemoryVersion>>>

  /** Every error type of the memory endpoints that this server has a cause for is one of theirs. */
  errorTypes: Extends<
    Exclude<WireErrorObject['type'], 'request_too_large'>,
    Current.BetaManagedAgentsErrorObject['type']
  >
  pathConflict: Extends<
    Required<Current.BetaManagedAgentsMemoryPathConflictErrorObject>,
    WireErrorObject
  >
}

/** What they let a caller send is what an endpoint reads: the names of the bodies' fields. */
type Bodies = {
  createStore: Current.MemoryStoreCreateParams
  updateStore: Current.MemoryStoreUpdateParams
  createMemory: Current.MemoryCreateParams
  updateMemory: Current.MemoryUpdateParams
}
type NotInBody = 'betas' | 'workspace_id' | 'memory_store_id' | 'view'
export type BodyFields = {
  [Verb in keyof Bodies]: Exclude<keyof Bodies[Verb], NotInBody>
}

test('the checks above are all true, which the compiler proved', () => {
  const proof: Checks = {
    store: true,
    deletedStore: true,
    memory: true,
    prefix: true,
    item: true,
    deletedMemory: true,
    actor: true,
    version: true,
    olderStore: true,
    olderMemory: true,
    olderPrefix: true,
    olderDeleted: true,
    olderActor: true,
    olderVersion: true,
    errorTypes: true,
    pathConflict: true,
  }
  expect(Object.keys(proof)).toHaveLength(16)
})
