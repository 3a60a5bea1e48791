// A Messages server that answers from a script, with faults, and keeps every request it got.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MessagesRequest } from '../../src/agent/messages.ts'

export type Block =
  | string
  | { readonly tool: string; readonly input: unknown; readonly json?: string }
  | { readonly thinking: string; readonly signature: string }

export interface Scripted {
  readonly blocks?: readonly Block[]
  readonly stop?: string
  readonly stopDetails?: object
  readonly usage?: object
  /** An HTTP error instead. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Cut the connection after so many events. */
  readonly cutAfter?: number
  /** Say nothing more after so many events. */
  readonly stallAfter?: number
  /** An error event after so many events. */
  readonly errorAfter?: { readonly events: number; readonly type: string }
  /** Runs before the answer begins. */
  readonly before?: () => void | Promise<void>
}

export interface FakeModel extends AsyncDisposable {
  readonly url: string
  readonly requests: MessagesRequest[]
  readonly headers: IncomingMessage['headers'][]
  /** Answers, in the order of the requests; one too few is a 500 with the request in it. */
  script(...answers: readonly Scripted[]): void
}

export async function startFakeModel(): Promise<FakeModel> {
  const requests: MessagesRequest[] = []
  const headers: IncomingMessage['headers'][] = []
  const answers: Scripted[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>)
      const body = JSON.parse(Buffer.concat(chunks).toString()) as MessagesRequest
      requests.push(body)
      headers.push(request.headers)
      const answer = answers.shift() ?? {
        status: 400,
        body: { error: { message: `unscripted: ${JSON.stringify(body)}` } },
      }
      await answer.before?.()
      await give(response, answer)
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    headers,
    script: (...more) => void answers.push(...more),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function give(response: ServerResponse, answer: Scripted): Promise<void> {
  if (answer.status !== undefined) {
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.body ?? { type: 'error', error: { message: 'no' } }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const [index, event] of eventsOf(answer).entries()) {
    if (answer.cutAfter === index) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      response.destroy()
      return
    }
    if (answer.stallAfter === index) return
    if (answer.errorAfter?.events === index) {
      const error = { type: 'error', error: { type: answer.errorAfter.type, message: 'sorry' } }
      response.end(`event: error\ndata: ${JSON.stringify(error)}\n\n`)
      return
    }
    response.write(`event: ${event.type}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`)
  }
  response.end()
}

let toolCalls = 0

function eventsOf({ blocks = [], stop, stopDetails, usage }: Scripted): { type: string }[] {
  const used = { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 10, ...usage }
  const hasTool = blocks.some((block) => typeof block === 'object' && 'tool' in block)
  const reason = stop ?? (hasTool ? 'tool_use' : 'end_turn')
  const delta = { stop_reason: reason, ...(stopDetails ? { stop_details: stopDetails } : {}) }
  return [
    { type: 'message_start', message: { id: 'msg_1', usage: used } },
    { type: 'ping' },
    ...blocks.flatMap((block, index) => blockEvents(block, index)),
    { type: 'message_delta', delta, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ] as { type: string }[]
}

function blockEvents(block: Block, index: number): object[] {
  const stop = { type: 'content_block_stop', index }
  const delta = (delta: object) => ({ type: 'content_block_delta', index, delta })
  const start = (content_block: object) => ({ type: 'content_block_start', index, content_block })
  if (typeof block === 'string') {
    const pieces = block.match(/.{1,5}/gsu) ?? []
    const deltas = pieces.map((text) => delta({ type: 'text_delta', text }))
    return [start({ type: 'text', text: '' }), ...deltas, stop]
  }
  if ('thinking' in block) {
    const { thinking, signature } = block
    return [
      start({ type: 'thinking', thinking: '', signature: '' }),
      delta({ type: 'thinking_delta', thinking }),
      delta({ type: 'signature_delta', signature }),
      stop,
    ]
  }
  toolCalls += 1
  const id = `toolu_${toolCalls}`
  const json = block.json ?? JSON.stringify(block.input)
  // Cut in awkward places, also inside of escapes.
  const pieces = json.match(/.{1,3}/gs) ?? []
  const deltas = pieces.map((partial_json) => delta({ type: 'input_json_delta', partial_json }))
  return [start({ type: 'tool_use', id, name: block.tool, input: {} }), ...deltas, stop]
}
