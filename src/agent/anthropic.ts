// A Messages API over HTTP. The official SDK would bring its own retries, its own reading of the
// environment and a dependency; the loop needs one request and its events.
import type { MessagesRequest, Model, StreamEvent } from './messages.ts'
import { ModelFailure, type FailureKind } from './messages.ts'
import { readEventData } from './sse.ts'

export interface ModelAddress {
  readonly baseUrl: string
  readonly key: string | undefined
  /** How the key is sent. */
  readonly auth: 'x-api-key' | 'bearer'
  /** Milliseconds without a byte after which the answer counts as lost. */
  readonly silenceMsMax: number
}

const bodyCharactersMax = 64_000

/** A model behind an address. Redirects are not followed: the key is for this address. */
export function messagesApi(address: ModelAddress): Model {
  return { stream: (request, signal) => stream(address, request, signal) }
}

async function* stream(
  address: ModelAddress,
  request: MessagesRequest,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const silence = new Silence(address.silenceMsMax)
  try {
    const response = await fetch(`${address.baseUrl.replace(/\/+$/, '')}/v1/messages`, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'anthropic-version': '2023-06-01',
        ...(request.speed === 'fast' ? { 'anthropic-beta': 'fast-mode-2026-02-01' } : {}),
        ...credentialOf(address),
      },
      body: JSON.stringify({ ...request, stream: true }),
      signal: AbortSignal.any([signal, silence.signal]),
    })
    silence.heard()
    if (!response.ok) throw await failureOf(response)
    if (response.body === null) throw new ModelFailure('unreachable', 'the model sent no body')
    for await (const data of readEventData(heard(response.body, silence))) {
      const event = parseEvent(data)
      if (event !== undefined) yield event
    }
  } catch (error) {
    if (signal.aborted || error instanceof ModelFailure) throw error
    throw unreachable(error, silence)
  } finally {
    silence.end()
  }
}

function credentialOf({ key, auth }: ModelAddress): Record<string, string> {
  if (key === undefined) return {}
  return auth === 'bearer' ? { authorization: `Bearer ${key}` } : { 'x-api-key': key }
}

/** Aborts when nothing was heard for a while. */
class Silence {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly ms: number

  constructor(ms: number) {
    this.ms = ms
    this.#timer = setTimeout(() => this.#controller.abort(), ms)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  heard(): void {
    this.#timer.refresh()
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

async function* heard(body: AsyncIterable<Uint8Array>, silence: Silence) {
  for await (const chunk of body) {
    silence.heard()
    yield chunk
  }
}

function parseEvent(data: string): StreamEvent | undefined {
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch (error) {
    throw new ModelFailure('unreachable', 'the model sent an event that is not JSON', {
      cause: error,
    })
  }
  const event = json as { readonly type?: unknown; readonly error?: unknown }
  if (event.type === 'error') throw failureIn(undefined, json)
  return typeof event.type === 'string' && known.has(event.type) ? (json as StreamEvent) : undefined
}

const known: ReadonlySet<string> = new Set<StreamEvent['type']>([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])

async function failureOf(response: Response): Promise<ModelFailure> {
  const text = (await response.text()).slice(0, bodyCharactersMax)
  const retryAfterMs = retryAfterOf(response.headers)
  return failureIn(response.status, parseOrUndefined(text), retryAfterMs)
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function retryAfterOf(headers: Headers): number | undefined {
  const exact = Number(headers.get('retry-after-ms') ?? Number.NaN)
  if (exact >= 0) return exact
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return seconds >= 0 ? seconds * 1_000 : undefined
}

interface ErrorBody {
  readonly error?: { readonly type?: unknown; readonly message?: unknown }
}

function failureIn(status: number | undefined, json: unknown, retryAfterMs?: number): ModelFailure {
  const error = (json as ErrorBody | undefined)?.error
  const type = typeof error?.type === 'string' ? error.type : ''
  const said = typeof error?.message === 'string' ? error.message.slice(0, 1_000) : ''
  const kind = kindOf(status, type, said)
  const shown = said === '' ? `it answered ${status ?? 'with an error'}` : said
  return new ModelFailure(kind, status === undefined ? shown : `${status}: ${shown}`, {
    retryAfterMs,
  })
}

function kindOf(status: number | undefined, type: string, said: string): FailureKind {
  if (type === 'overloaded_error' || status === 529) return 'overloaded'
  if (type === 'rate_limit_error' || status === 429) return 'rate_limited'
  if (type === 'billing_error' || status === 402 || /credit balance/i.test(said)) return 'billing'
  if (/prompt is too long|context (window|length)|maximum context/i.test(said)) {
    return 'context_too_long'
  }
  if (status === undefined || status >= 500 || status === 408 || status === 409)
    return 'unreachable'
  return 'refused'
}

function unreachable(error: unknown, silence: Silence): ModelFailure {
  if (silence.signal.aborted) {
    return new ModelFailure('unreachable', `nothing was heard for ${silence.ms / 1_000} s`)
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined
  const why = code ?? (cause instanceof Error ? cause.message : String(cause))
  return new ModelFailure('unreachable', `no answer from the model: ${why}`, { cause: error })
}
