import type { WireEvent } from '../../wire/session-event.ts'

/** What a transcript shows, told from the events of a session. */
export type Entry =
  | {
      readonly kind: 'message'
      readonly from: 'user' | 'agent' | 'system'
      readonly event: WireEvent
    }
  | { readonly kind: 'tool'; readonly use: WireEvent; readonly result: WireEvent | undefined }
  | { readonly kind: 'error'; readonly event: WireEvent }
  | { readonly kind: 'mark'; readonly text: string; readonly event: WireEvent }

const speakers: Readonly<Record<string, 'user' | 'agent' | 'system'>> = {
  'user.message': 'user',
  'agent.message': 'agent',
  'system.message': 'system',
}

const results = new Set(['agent.tool_result', 'user.tool_result', 'user.custom_tool_result'])

/** The events that people read, in order: a tool stands with its result. */
export function readLog(events: readonly WireEvent[]): Entry[] {
  const resultOf = new Map(
    events.filter(({ type }) => results.has(type)).map((event) => [calledBy(event), event]),
  )
  return events.flatMap((event) => entryOf(event, resultOf) ?? [])
}

function entryOf(event: WireEvent, resultOf: Map<unknown, WireEvent>): Entry | undefined {
  const from = speakers[event.type]
  if (from !== undefined) return { kind: 'message', from, event }
  switch (event.type) {
    case 'agent.tool_use':
    case 'agent.custom_tool_use':
      return { kind: 'tool', use: event, result: resultOf.get(event.id) }
    case 'session.error':
      return { kind: 'error', event }
    case 'user.interrupt':
      return { kind: 'mark', text: 'Interrupted', event }
    case 'agent.thread_context_compacted':
      return { kind: 'mark', text: 'The conversation so far was summarised', event }
    case 'session.status_terminated':
      return { kind: 'mark', text: 'The session ended', event }
    default:
      return undefined
  }
}

function calledBy(event: WireEvent): unknown {
  return event['tool_use_id'] ?? event['custom_tool_use_id']
}

interface Write {
  readonly created_at: string
  readonly path: string | null
}

/** What was written while a tool ran, where the tool says which file: that one. */
export function writesDuring<Kind extends Write>(
  { use, result }: { readonly use: WireEvent; readonly result: WireEvent | undefined },
  writes: readonly Kind[],
): Kind[] {
  const [from = NaN, to = NaN] = [use, result].map((event) => Date.parse(event?.processed_at ?? ''))
  const { file_path: file } = (use['input'] ?? {}) as { readonly file_path?: unknown }
  return writes.filter(({ created_at: time, path }) => {
    const at = Date.parse(time)
    const isThere = typeof file !== 'string' || path === null || file.endsWith(path)
    return at >= from && at <= to && isThere
  })
}

/** The text of an event's blocks. */
export function textOf(event: WireEvent): string {
  const content = event['content']
  if (!Array.isArray(content)) return ''
  return content.map((block: { readonly text?: string }) => block.text ?? '').join('\n')
}

/**
 * Adds what a stream brings: an event that was seen while it waited takes its place in the log, and
 * one that has it already keeps it.
 */
export function addEvent(events: readonly WireEvent[], event: WireEvent): readonly WireEvent[] {
  const known = events.find(({ id }) => id === event.id)
  if (known !== undefined && known.processed_at !== null) return events
  return [...events.filter(({ id }) => id !== event.id), event]
}

/** Ids of the tools that wait for a person's yes or no. */
export function waitingTools(events: readonly WireEvent[]): ReadonlySet<string> {
  const last = events.findLast(({ type }) => type.startsWith('session.status_'))
  const reason = last?.['stop_reason'] as { type?: string; event_ids?: string[] } | undefined
  if (last?.type !== 'session.status_idle' || reason?.type !== 'requires_action') return new Set()
  return new Set(reason.event_ids)
}

/** Where the session stands by its log; undefined before anything happened. */
export function statusOf(events: readonly WireEvent[]): string | undefined {
  return events
    .findLast(({ type }) => type.startsWith('session.status_'))
    ?.type.replace('session.status_', '')
}
