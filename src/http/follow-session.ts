import type { Api, Verb } from '../api.ts'
import type { StreamItem } from '../api/sessions.ts'
import { encodeStreamItem } from '../wire/session-event.ts'
import { streamEvents } from './event-stream.ts'
import type { Exchange } from './exchange.ts'
import type { ServerState } from './state.ts'

interface Following {
  readonly api: Api
  readonly input: unknown
  readonly secret: string
  readonly verb: Verb
}

type ThreadInput = Parameters<Api['streamThreadEvents']>[0]

/**
 * The events of a session. The answer begins when nothing can be missed any more, because clients
 * send as soon as they see its headers.
 */
export async function followSession(
  state: ServerState,
  exchange: Exchange,
  { api, input, secret, verb }: Following,
): Promise<void> {
  const controller = new AbortController()
  const wanted = { ...(input as ThreadInput), signal: controller.signal }
  const items =
    verb === 'streamThreadEvents' ? api.streamThreadEvents(wanted) : api.streamEvents(wanted)
  const iterator = items[Symbol.asyncIterator]()
  await iterator.next()
  const frames = framesOf({ [Symbol.asyncIterator]: () => iterator })
  await streamEvents(state, exchange, { secret, frames, controller })
}

async function* framesOf(items: AsyncIterable<StreamItem>): AsyncGenerator<string> {
  for await (const item of items) {
    const frame = encodeStreamItem(item)
    if (frame === undefined) continue
    yield `event: ${frame.type}\ndata: ${JSON.stringify(frame.data)}\n\n`
  }
}
