import { activitySchema } from './activity.ts'
import { actorSchema } from './actor.ts'
import { agentSchema } from './agent.ts'
import { batchResultSchema } from './batch.ts'
import { blameSchema } from './blame.ts'
import { changePageSchema, changeSchema } from './change.ts'
import { deletedMemorySchema, deletedStoreSchema } from './deleted.ts'
import { diffSchema } from './diff.ts'
import { environmentKeySchema, environmentSchema, newEnvironmentKeySchema } from './environment.ts'
import { forgetOutcomeSchema, forgetReceiptSchema, signingKeySchema } from './forget.ts'
import { backupStepSchema, verifyStepSchema } from './guard-endpoints.ts'
import { identitySchema, keySchema, newKeySchema, workspaceSchema } from './key.ts'
import { knownActorSchema } from './known-actor.ts'
import { logEntrySchema } from './logged.ts'
import { listItemSchema, memorySchema, prefixSchema } from './memory.ts'
import { storeSchema } from './memory-store.ts'
import { versionSchema } from './memory-version.ts'
import { momentReportSchema, momentSchema } from './moment.ts'
import { planSchema } from './plan.ts'
import { literal, object, orNull, string, type Schema } from './schema.ts'
import { grepHitSchema, searchHitSchema } from './search.ts'
import { resourceSchema, sessionSchema, threadSchema } from './session.ts'
import { eventSchema } from './session-event.ts'
import { entrySchema, historyPageSchema, importedSchema } from './transfer.ts'
import { turnSchema } from './turn.ts'
import { usageSchema } from './usage.ts'
import { storesChangePageSchema } from './stores-changes.ts'
import { deliverySchema, newWebhookSchema, webhookSchema } from './webhook.ts'
import { heartbeatSchema, workSchema, workStatsSchema } from './work.ts'

const errorSchema: Schema = object(
  {
    type: literal('error'),
    error: {
      type: 'object',
      properties: {
        type: string('What went wrong; branch on this, never on the message.'),
        message: string('For people.'),
        details: { type: 'object', properties: { error_code: string() } },
        conflicting_memory_id: string('On path conflicts: the memory in the way.'),
        conflicting_path: string('On path conflicts: the path in the way.'),
      },
      required: ['type', 'message'],
    },
    request_id: orNull({ type: 'string', description: 'Equals the header `request-id`.' }),
  },
  'Every answer that is not a success.',
)

/** The named schemas that `ref` points at. */
export const schemas: Readonly<Record<string, Schema>> = {
  MemoryStore: storeSchema,
  Memory: memorySchema,
  MemoryPrefix: prefixSchema,
  MemoryListItem: listItemSchema,
  MemoryVersion: versionSchema,
  Actor: actorSchema,
  KnownActor: knownActorSchema,
  DeletedMemoryStore: deletedStoreSchema,
  DeletedMemory: deletedMemorySchema,
  MemoryStoreUsage: usageSchema,
  BatchResult: batchResultSchema,
  Change: changeSchema,
  ChangePage: changePageSchema,
  StoresChangePage: storesChangePageSchema,
  Moment: momentSchema,
  MomentReport: momentReportSchema,
  LogEntry: logEntrySchema,
  Blame: blameSchema,
  Diff: diffSchema,
  Plan: planSchema,
  SearchHit: searchHitSchema,
  GrepHit: grepHitSchema,
  HistoryEntry: entrySchema,
  HistoryPage: historyPageSchema,
  Imported: importedSchema,
  Identity: identitySchema,
  ApiKey: keySchema,
  NewApiKey: newKeySchema,
  Workspace: workspaceSchema,
  Agent: agentSchema,
  Environment: environmentSchema,
  EnvironmentKey: environmentKeySchema,
  NewEnvironmentKey: newEnvironmentKeySchema,
  Session: sessionSchema,
  SessionResource: resourceSchema,
  SessionThread: threadSchema,
  SessionEvent: eventSchema,
  Turn: turnSchema,
  Work: workSchema,
  WorkHeartbeat: heartbeatSchema,
  WorkStats: workStatsSchema,
  Activity: activitySchema,
  Webhook: webhookSchema,
  NewWebhook: newWebhookSchema,
  WebhookDelivery: deliverySchema,
  BackupStep: backupStepSchema,
  VerifyStep: verifyStepSchema,
  ForgetOutcome: forgetOutcomeSchema,
  ForgetReceipt: forgetReceiptSchema,
  SigningKey: signingKeySchema,
  Error: errorSchema,
}
