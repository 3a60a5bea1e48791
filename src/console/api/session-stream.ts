import type { WireEvent } from '../../wire/session-event.ts'
import { readEvents } from './change-feed.ts'
import { send } from './request.ts'
import { sessionAddress } from './sessions.ts'

/** The words of a message that the agent is writing. */
export interface Words {
  readonly eventId: string
  readonly text: string
}

export interface SessionListener {
  /** Nothing is missed from here on; events wait until it is done. */
  onOpen(): Promise<void>
  onEvent(event: WireEvent): void
  onWords(words: Words): void
}

interface Delta {
  readonly type: string
  readonly event_id?: string
  readonly delta?: { readonly content?: { readonly text?: string } }
}

/**
 * Follows a session from an event on until the signal or the session ends it.
 * @throws Failure, or what broke the connection
 */
export async function followSession(
  id: string,
  from: { readonly after: string | undefined; readonly signal: AbortSignal },
  listener: SessionListener,
): Promise<void> {
  const response = await send('GET', `${sessionAddress(id)}/events/stream`, {
    query: { after: from.after, 'event_deltas[]': 'agent.message' },
    accept: 'text/event-stream',
    signal: from.signal,
  })
  if (response.body === null) return
  await listener.onOpen()
  for await (const data of readEvents(response.body)) take(JSON.parse(data) as Delta, listener)
}

function take(item: Delta, listener: SessionListener): void {
  if (item.type === 'event_start') return
  if (item.type !== 'event_delta') return listener.onEvent(item as unknown as WireEvent)
  const text = item.delta?.content?.text
  if (item.event_id !== undefined && text !== undefined) {
    listener.onWords({ eventId: item.event_id, text })
  }
}
