import type { ActorId, Door } from '../domain/caller.ts'
import type { Delivery } from '../domain/webhook/delivery.ts'
import { encodeActor } from './actor.ts'
import { encodeTime } from './timestamp.ts'

/** What only the store knows, and only as long as it was not redacted. */
export interface EventDetails {
  readonly path: string | undefined
  readonly previousPath: string | undefined
  readonly actor: ActorId | undefined
  readonly door: Door
}

/**
 * The body that a receiver gets, in the shape of the hosted service's events (contract §13). Events
 * of stores have exactly its fields; those of memories, which it does not send, have more.
 */
export function encodeWebhookEvent(
  { id, event, workspaceId }: Delivery,
  organizationId: string,
  details: EventDetails | undefined,
): unknown {
  const data = {
    id: event.subjectId,
    organization_id: organizationId,
    type: event.type,
    workspace_id: workspaceId,
  }
  const isMemory = event.versionId !== undefined
  return {
    id,
    created_at: encodeTime(event.at),
    type: 'event',
    data: isMemory ? { ...data, ...memoryFields(event, details) } : data,
  }
}

function memoryFields(event: Delivery['event'], details: EventDetails | undefined) {
  return {
    created_by: encodeActor(details?.actor),
    door: details?.door ?? null,
    memory_store_id: event.storeId ?? null,
    memory_version_id: event.versionId ?? null,
    path: details?.path ?? null,
    previous_path: details?.previousPath ?? null,
    seq: event.seq ?? null,
  }
}
