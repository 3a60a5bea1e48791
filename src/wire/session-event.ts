import type { StreamItem } from '../api/sessions.ts'
import type { LogEntry, ModelUsage, RefusalDetails } from '../domain/session/event.ts'
import type { SessionEvent, SessionUsage } from '../domain/session/event.ts'
import type { LiveDelta } from '../domain/session/runner-port.ts'
import { camelKeys, snakeKeys } from './case.ts'
import { expectObject } from './json.ts'
import { orNull, string, time, type Schema } from './schema.ts'
import { decodeMicrosecondsOrUndefined, encodeMicroseconds } from './timestamp.ts'

export type WireEvent = Readonly<Record<string, unknown>> & {
  readonly id: string
  readonly type: string
  readonly processed_at: string | null
}

export function encodeEntry({ event, processedAt }: LogEntry): WireEvent {
  const { id, type } = event
  const processed_at = processedAt === undefined ? null : encodeMicroseconds(processedAt)
  return { id, type, processed_at, ...encodeFields(event) }
}

function encodeFields(event: SessionEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'session.updated':
      return event.changes['agent'] === undefined
        ? event.changes
        : { ...event.changes, agent: snakeKeys(event.changes['agent']) }
    case 'session.usage':
      return { usage: encodeUsage(event.usage), budget: null }
    case 'span.model_request_end': {
      const { modelUsage, ...rest } = event
      const model_usage = { ...(snakeKeys(modelUsage) as object), speed: null }
      return { ...(snakeKeys(rest) as object), model_usage }
    }
    case 'session.status_idle':
    case 'session.thread_status_idle':
      return { ...(snakeKeys(event) as object), stop_details: encodeRefusal(event.stopDetails) }
    default:
      return snakeKeys(event) as Readonly<Record<string, unknown>>
  }
}

interface WireRefusal {
  category: string | null
  explanation: string | null
  type: 'refusal'
}

function encodeRefusal(details: RefusalDetails | undefined): WireRefusal | null {
  if (details === undefined) return null
  const { type, category = null, explanation = null } = details
  return { type, category, explanation }
}

function decodeRefusal({ type, category, explanation }: WireRefusal): RefusalDetails {
  return { type, category: category ?? undefined, explanation: explanation ?? undefined }
}

export interface WireUsage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
  active_seconds: number
}

export function encodeUsage(usage: SessionUsage): WireUsage {
  return {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_input_tokens: usage.cacheReadInputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheCreationInputTokens,
      ephemeral_1h_input_tokens: 0,
    },
    active_seconds: usage.activeSeconds,
  }
}

export function decodeUsage(wire: Partial<WireUsage>): SessionUsage {
  return {
    inputTokens: wire.input_tokens ?? 0,
    outputTokens: wire.output_tokens ?? 0,
    cacheReadInputTokens: wire.cache_read_input_tokens ?? 0,
    cacheCreationInputTokens: wire.cache_creation?.ephemeral_5m_input_tokens ?? 0,
    activeSeconds: wire.active_seconds ?? 0,
  }
}

export interface WireModelUsage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
}

export function encodeModelUsage(usage: ModelUsage): WireModelUsage {
  return snakeKeys(usage) as WireModelUsage
}

export function decodeEntry(json: unknown): LogEntry {
  const { processed_at, ...wire } = expectObject(json) as WireEvent
  const processedAt = decodeMicrosecondsOrUndefined(processed_at)
  return { event: decodeFields(wire), processedAt, raw: undefined }
}

function decodeFields(wire: Readonly<Record<string, unknown>>): SessionEvent {
  const { id, type, ...fields } = wire
  if (type === 'session.updated') return { id, type, changes: fields } as SessionEvent
  if (type === 'session.usage') {
    return { id, type, usage: decodeUsage(wire['usage'] as Partial<WireUsage>) } as SessionEvent
  }
  const event = camelKeys(wire) as Record<string, unknown>
  if (event['stopDetails'] === null) delete event['stopDetails']
  else if (event['stopDetails'] !== undefined) {
    event['stopDetails'] = decodeRefusal(event['stopDetails'] as WireRefusal)
  }
  if (type === 'span.model_request_end') delete (event['modelUsage'] as { speed?: null }).speed
  return event as unknown as SessionEvent
}

export function encodeDelta(delta: LiveDelta): unknown {
  if (delta.type === 'event_start') return delta
  return {
    type: 'event_delta',
    event_id: delta.eventId,
    delta: {
      type: 'content_delta',
      index: delta.index,
      content: { type: 'text', text: delta.text },
    },
  }
}

/** What a stream sends of an item; undefined for those that are only told inside. */
export function encodeStreamItem(item: StreamItem): { type: string; data: unknown } | undefined {
  switch (item.kind) {
    case 'open':
      return undefined
    case 'delta':
      return { type: item.delta.type, data: encodeDelta(item.delta) }
    case 'entry':
      return { type: item.entry.event.type, data: encodeEntry(item.entry) }
  }
}

export function decodeStreamItem(json: unknown): StreamItem {
  const wire = expectObject(json) as { readonly type?: string }
  if (wire.type === 'event_start') return { kind: 'delta', delta: json as LiveDelta }
  if (wire.type !== 'event_delta') return { kind: 'entry', entry: decodeEntry(json) }
  interface Delta {
    readonly event_id: LiveDelta extends infer D
      ? D extends { eventId: infer I }
        ? I
        : never
      : never
    readonly delta: { readonly index: number; readonly content: { readonly text: string } }
  }
  const { event_id: eventId, delta } = json as Delta
  const { index, content } = delta
  return { kind: 'delta', delta: { type: 'event_delta', eventId, index, text: content.text } }
}

export const eventSchema: Schema = {
  type: 'object',
  description: 'One entry of a session’s log; further fields by its type.',
  properties: {
    id: string('`sevt_…`'),
    type: string(),
    processed_at: orNull({ ...time, description: 'Null while it waits to be consumed.' }),
  },
  required: ['id', 'type', 'processed_at'],
}
