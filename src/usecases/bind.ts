import { permitKind, type Api, type Verb } from '../api.ts'
import type { Caller } from '../domain/caller.ts'
import type { App, UseCase } from './app.ts'
import { applyBatch } from './memories/apply-batch.ts'
import { createMemory } from './memories/create-memory.ts'
import { deleteMemory } from './memories/delete-memory.ts'
import { getMemory } from './memories/get-memory.ts'
import { listMemories } from './memories/list-memories.ts'
import { updateMemory } from './memories/update-memory.ts'
import { listChanges } from './changes/list-changes.ts'
import { getActivity } from './activity/get-activity.ts'
import { listStoresChanges } from './changes/list-stores-changes.ts'
import { watchChanges } from './changes/watch-changes.ts'
import { watchStoresChanges } from './changes/watch-stores-changes.ts'
import { getBlame } from './history/get-blame.ts'
import { getDiff } from './history/get-diff.ts'
import { getMemoryAsOf } from './history/get-memory-as-of.ts'
import { getMoment } from './history/get-moment.ts'
import { listLog } from './history/list-log.ts'
import { listMemoriesAsOf } from './history/list-memories-as-of.ts'
import { restore } from './history/restore.ts'
import { revert } from './history/revert.ts'
import { archiveStore } from './stores/archive-store.ts'
import { createStore } from './stores/create-store.ts'
import { deleteStore } from './stores/delete-store.ts'
import { getStore } from './stores/get-store.ts'
import { getUsage } from './stores/get-usage.ts'
import { listStores } from './stores/list-stores.ts'
import { updateStore } from './stores/update-store.ts'
import { exportHistory } from './transfer/export-history.ts'
import { importHistory } from './transfer/import-history.ts'
import { listActors } from './tenants/list-actors.ts'
import { createKey } from './tenants/create-key.ts'
import { createWorkspace } from './tenants/create-workspace.ts'
import { listKeys } from './tenants/list-keys.ts'
import { listWorkspaces } from './tenants/list-workspaces.ts'
import { revokeKey } from './tenants/revoke-key.ts'
import { whoAmI } from './tenants/who-am-i.ts'
import { getVersion } from './versions/get-version.ts'
import { listVersions } from './versions/list-versions.ts'
import { redactVersion } from './versions/redact-version.ts'
import { redactWithReason } from './versions/redact-with-reason.ts'
import { archiveAgent } from './agents/archive-agent.ts'
import { createAgent } from './agents/create-agent.ts'
import { getAgent } from './agents/get-agent.ts'
import { listAgentVersions } from './agents/list-agent-versions.ts'
import { listAgents } from './agents/list-agents.ts'
import { updateAgent } from './agents/update-agent.ts'
import { archiveEnvironment } from './environments/archive-environment.ts'
import { createEnvironmentKey } from './environments/create-environment-key.ts'
import { createEnvironment } from './environments/create-environment.ts'
import { deleteEnvironment } from './environments/delete-environment.ts'
import { getEnvironment } from './environments/get-environment.ts'
import { listEnvironmentKeys } from './environments/list-environment-keys.ts'
import { listEnvironments } from './environments/list-environments.ts'
import { revokeEnvironmentKey } from './environments/revoke-environment-key.ts'
import { updateEnvironment } from './environments/update-environment.ts'
import { listEvents } from './events/list-events.ts'
import { listThreadEvents } from './events/list-thread-events.ts'
import { sendEvents } from './events/send-events.ts'
import { streamEvents } from './events/stream-events.ts'
import { streamThreadEvents } from './events/stream-thread-events.ts'
import { grepStore } from './search/grep-store.ts'
import { grepWorkspace } from './search/grep-workspace.ts'
import { searchStore } from './search/search-store.ts'
import { searchWorkspace } from './search/search-workspace.ts'
import { archiveSession } from './sessions/archive-session.ts'
import { createSession } from './sessions/create-session.ts'
import { deleteSession } from './sessions/delete-session.ts'
import { getSession } from './sessions/get-session.ts'
import { getThread } from './sessions/get-thread.ts'
import { listResources } from './sessions/list-resources.ts'
import { listSessions } from './sessions/list-sessions.ts'
import { listThreads } from './sessions/list-threads.ts'
import { updateSession } from './sessions/update-session.ts'
import { forget } from './forget/forget.ts'
import { getSigningKey } from './forget/get-signing-key.ts'
import { listForgetReceipts } from './forget/list-forget-receipts.ts'
import { streamBackup } from './guard/stream-backup.ts'
import { streamVerification } from './guard/stream-verification.ts'
import { createTurn } from './turns/create-turn.ts'
import { getTurn } from './turns/get-turn.ts'
import { acknowledgeWork } from './work/acknowledge-work.ts'
import { getWorkStats } from './work/get-work-stats.ts'
import { getWork } from './work/get-work.ts'
import { heartbeatWork } from './work/heartbeat-work.ts'
import { listWork } from './work/list-work.ts'
import { pollWork } from './work/poll-work.ts'
import { stopWork } from './work/stop-work.ts'
import { updateWork } from './work/update-work.ts'
import { createWebhook } from './webhooks/create-webhook.ts'
import { listWebhooks } from './webhooks/list-webhooks.ts'
import { getWebhook } from './webhooks/get-webhook.ts'
import { updateWebhook } from './webhooks/update-webhook.ts'
import { deleteWebhook } from './webhooks/delete-webhook.ts'
import { rotateWebhookSecret } from './webhooks/rotate-webhook-secret.ts'
import { testWebhook } from './webhooks/test-webhook.ts'
import { replayWebhook } from './webhooks/replay-webhook.ts'
import { listDeliveries } from './webhooks/list-deliveries.ts'
import { retryDelivery } from './webhooks/retry-delivery.ts'

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
  listStoresChanges,
  watchStoresChanges,
  whoAmI,
  listActors,
  exportHistory,
  importHistory,
  createKey,
  listKeys,
  revokeKey,
  createWorkspace,
  listWorkspaces,
  getMoment,
  listMemoriesAsOf,
  getMemoryAsOf,
  listLog,
  getBlame,
  getDiff,
  restore,
  revert,
  redactWithReason,
  searchStore,
  searchWorkspace,
  grepStore,
  grepWorkspace,
  archiveAgent,
  createAgent,
  getAgent,
  listAgentVersions,
  listAgents,
  updateAgent,
  archiveEnvironment,
  createEnvironmentKey,
  createEnvironment,
  deleteEnvironment,
  getEnvironment,
  listEnvironmentKeys,
  listEnvironments,
  revokeEnvironmentKey,
  updateEnvironment,
  listEvents,
  listThreadEvents,
  sendEvents,
  streamEvents,
  streamThreadEvents,
  archiveSession,
  createSession,
  deleteSession,
  getSession,
  getThread,
  listResources,
  listSessions,
  listThreads,
  updateSession,
  createTurn,
  getTurn,
  acknowledgeWork,
  getWorkStats,
  getWork,
  heartbeatWork,
  listWork,
  pollWork,
  stopWork,
  updateWork,
  createWebhook,
  listWebhooks,
  getWebhook,
  updateWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  replayWebhook,
  listDeliveries,
  retryDelivery,
  streamBackup,
  streamVerification,
  forget,
  listForgetReceipts,
  getSigningKey,
  getActivity,
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
      try {
        permitKind(this.caller, verb as Verb)
      } catch (error) {
        if (/^(stream|watch)/.test(verb)) throw error
        return Promise.reject(error)
      }
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
