import type { Api, Verb } from '../api.ts'
import type { Caller } from '../domain/caller.ts'
import type { App, UseCase } from './app.ts'
import { applyBatch } from './memories/apply-batch.ts'
import { createMemory } from './memories/create-memory.ts'
import { deleteMemory } from './memories/delete-memory.ts'
import { getMemory } from './memories/get-memory.ts'
import { listMemories } from './memories/list-memories.ts'
import { updateMemory } from './memories/update-memory.ts'
import { listChanges } from './changes/list-changes.ts'
import { watchChanges } from './changes/watch-changes.ts'
import { archiveStore } from './stores/archive-store.ts'
import { createStore } from './stores/create-store.ts'
import { deleteStore } from './stores/delete-store.ts'
import { getStore } from './stores/get-store.ts'
import { getUsage } from './stores/get-usage.ts'
import { listStores } from './stores/list-stores.ts'
import { updateStore } from './stores/update-store.ts'
import { createKey } from './tenants/create-key.ts'
import { createWorkspace } from './tenants/create-workspace.ts'
import { listKeys } from './tenants/list-keys.ts'
import { listWorkspaces } from './tenants/list-workspaces.ts'
import { revokeKey } from './tenants/revoke-key.ts'
import { whoAmI } from './tenants/who-am-i.ts'
import { getVersion } from './versions/get-version.ts'
import { listVersions } from './versions/list-versions.ts'
import { redactVersion } from './versions/redact-version.ts'

const useCases: { readonly [V in Verb]: UseCase<V> } = {
  createStore,
  listStores,
  getStore,
  updateStore,
  archiveStore,
  deleteStore,
  createMemory,
  listMemories,
  getMemory,
  updateMemory,
  deleteMemory,
  listVersions,
  getVersion,
  redactVersion,
  getUsage,
  applyBatch,
  listChanges,
  watchChanges,
  whoAmI,
  createKey,
  listKeys,
  revokeKey,
  createWorkspace,
  listWorkspaces,
}

interface Bound {
  readonly app: App
  readonly caller: Caller
}

/**
 * Every verb as a method that hands its own app and caller on: made once, shared by every caller.
 */
const verbs = Object.fromEntries(
  Object.entries(useCases).map(([verb, useCase]) => [
    verb,
    function call(this: Bound, input: never) {
      return (useCase as (app: App, caller: Caller, input: never) => unknown)(
        this.app,
        this.caller,
        input,
      )
    },
  ]),
)

/** Every verb of the product in process, for one caller. */
export function bind(app: App, caller: Caller): Api {
  const bound: Bound = Object.assign(Object.create(verbs) as object, { app, caller })
  return bound as unknown as Api
}
