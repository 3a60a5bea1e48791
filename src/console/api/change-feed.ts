import type { WireChange } from '../../wire/change.ts'
import { secret } from '../session/credential.ts'
import { Failure } from './failure.ts'
import { send } from './request.ts'
import { ownAddress } from './stores.ts'

export type FeedState = 'connecting' | 'live' | 'broken'

export interface FeedListener {
  onChange(change: WireChange): void
  onState(state: FeedState): void
}

const waitsMs = [500, 1_000, 2_000, 5_000, 10_000]

/**
 * Follows a store's changes until the signal: server-sent events read from a `fetch`, because an
 * `EventSource` cannot present a key. A lost connection is made again from the last change on.
 */
export async function followChanges(
  storeId: string,
  from: { readonly after: number; readonly signal: AbortSignal },
  listener: FeedListener,
): Promise<void> {
  let { after } = from
  let lost = 0
  const take = (change: WireChange) => {
    after = change.seq
    lost = 0
    listener.onChange(change)
  }
  while (!from.signal.aborted && secret.value !== undefined) {
    try {
      listener.onState(lost === 0 ? 'connecting' : 'broken')
      await readFeed(storeId, { after, signal: from.signal }, { ...listener, onChange: take })
    } catch (error) {
      if (from.signal.aborted || isFinal(error)) return
    }
    listener.onState('broken')
    await wait(waitsMs[Math.min(lost, waitsMs.length - 1)] ?? 0, from.signal)
    lost += 1
  }
}

/** The store is gone or the key is: trying again changes nothing. */
function isFinal(error: unknown): boolean {
  return error instanceof Failure && error.status >= 400 && error.status < 500
}

async function readFeed(
  storeId: string,
  from: { readonly after: number; readonly signal: AbortSignal },
  listener: FeedListener,
): Promise<void> {
  const response = await send('GET', `${ownAddress(storeId)}/changes`, {
    query: { after: from.after },
    accept: 'text/event-stream',
    signal: from.signal,
  })
  if (response.body === null) return
  listener.onState('live')
  for await (const data of readEvents(response.body)) {
    const change = JSON.parse(data) as WireChange
    if (change.type === 'memory_store_change') listener.onChange(change)
  }
}

/** The data of each server-sent event; what is only there to keep the line open is left out. */
export async function* readEvents(body: ReadableStream<BufferSource>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    buffer += value
    const events = buffer.split('\n\n')
    buffer = events.pop() ?? ''
    for (const event of events) {
      const data = event.split('\n').flatMap((line) => /^data: ?(.*)$/.exec(line)?.[1] ?? [])
      if (data.length > 0) yield data.join('\n')
    }
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
