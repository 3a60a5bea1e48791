import type { Api } from '../api.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { streamEvents } from './event-stream.ts'
import type { Exchange } from './exchange.ts'
import type { ServerState } from './state.ts'

interface Working {
  readonly api: Api
  readonly input: unknown
  readonly secret: string
  readonly endpoint: Endpoint
}

type Work = (input: object) => AsyncIterable<{ readonly type: string }>

/**
 * The steps of long work. The answer begins with the first one, so that what is refused is refused
 * with its status; whoever goes away gives the work up.
 */
export async function followWork(
  state: ServerState,
  exchange: Exchange,
  { api, input, secret, endpoint }: Working,
): Promise<void> {
  const controller = new AbortController()
  exchange.response.once('close', () => controller.abort())
  const work = api[endpoint.verb] as unknown as Work
  const steps = work.call(api, { ...(input as object), signal: controller.signal })
  const iterator = steps[Symbol.asyncIterator]()
  const first = await iterator.next()
  const frames = framesOf(endpoint, first, { [Symbol.asyncIterator]: () => iterator })
  await streamEvents(state, exchange, { secret, frames, controller })
}

async function* framesOf(
  endpoint: Endpoint,
  first: IteratorResult<{ readonly type: string }>,
  rest: AsyncIterable<{ readonly type: string }>,
): AsyncGenerator<string> {
  if (first.done) return
  yield frameOf(endpoint, first.value)
  for await (const step of rest) yield frameOf(endpoint, step)
}

function frameOf(endpoint: Endpoint, step: { readonly type: string }): string {
  const data = JSON.stringify(endpoint.encode(step as never))
  return `event: ${step.type}\ndata: ${data}\n\n`
}
