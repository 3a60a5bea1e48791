// What memory costs in tokens on your own traffic, beside what retrieval would have cost: read from
// the event logs of your sessions. Nothing is sent to a model.
//
//   node token-cost.ts [--since 2026-11-01] [--sessions 200] [--chunks 5] [--chunk-tokens 400]
//                      [--drop-chunks] [--characters-per-token 4] [--json]
//
// ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY name the server.
import Anthropic from '@anthropic-ai/sdk'
import { parseArgs } from 'node:util'

/** The retrieval to compare with: what it would put before every message of the user. */
export interface Baseline {
  readonly chunks: number
  readonly chunkTokens: number
  /** Whether chunks are gone from the conversation when the turn is over. */
  readonly dropsChunks: boolean
}

/** Tokens; the parts of `memory` add up to its `input`. */
export interface Cost {
  sessions: number
  turns: number
  requests: number
  input: number
  cached: number
  output: number
  memory: {
    input: number
    output: number
    /** The note on memory, in requests that would have been made anyway. */
    note: number
    /** What was read and written, at its first sending and carried along, in the same requests. */
    texts: number
    /** The whole input of requests that were made only because of a memory tool. */
    roundTrips: number
    calls: number
    requests: number
  }
  retrieval: { input: number }
}

export interface SessionEvents {
  /** The stores as the session lists them. */
  readonly resources: readonly Resource[]
  readonly events: readonly Event[]
}

interface Resource {
  readonly name?: string | null
  readonly description?: string | null
  readonly instructions?: string | null
  readonly mount_path?: string | null
  readonly access?: string | null
}

/** An event as the API lists it; only what is counted here. */
export interface Event {
  readonly type: string
  readonly id: string
  readonly content?: readonly { readonly type: string; readonly text?: string }[] | string | null
  readonly input?: unknown
  readonly name?: string
  readonly tool_use_id?: string
  readonly is_error?: boolean | null
  readonly model_usage?: {
    readonly input_tokens: number
    readonly output_tokens: number
    readonly cache_read_input_tokens: number
    readonly cache_creation_input_tokens: number
  } | null
}

export function noCost(): Cost {
  return {
    sessions: 0,
    turns: 0,
    requests: 0,
    input: 0,
    cached: 0,
    output: 0,
    memory: { input: 0, output: 0, note: 0, texts: 0, roundTrips: 0, calls: 0, requests: 0 },
    retrieval: { input: 0 },
  }
}

/** The characters of the note on memory in the system prompt, but for its quotes. */
export function noteCharacters(resources: readonly Resource[]): number {
  if (resources.length === 0) return 0
  const canWrite = resources.some(({ access }) => access !== 'read_only')
  return resources.reduce(
    (sum, { name, description, instructions, mount_path: path }) =>
      sum +
      23 +
      (name?.length ?? 0) +
      (path?.length ?? 0) +
      (description ? 4 + description.length : 0) +
      (instructions ? 20 + instructions.length : 0),
    canWrite ? 1_335 : 497,
  )
}

export interface CountOptions {
  readonly charactersPerToken: number
  readonly baseline: Baseline
}

/** Adds what one session cost. */
export function addSession(
  cost: Cost,
  { resources, events }: SessionEvents,
  options: CountOptions,
): void {
  cost.sessions += 1
  const conversation = new Conversation(cost, resources, options)
  for (const event of events) conversation.add(event)
}

/** One session as its log tells it, event by event. */
class Conversation {
  readonly #cost: Cost
  readonly #options: CountOptions
  readonly #noteTokens: number
  readonly #memoryCalls = new Set<string>()
  /** Tokens of memory's texts, and of retrieval's chunks, that the next request carries. */
  #texts = 0
  #chunks = 0
  /** Tokens of the memory calls in the answer that is being made, and what else is in it. */
  #called = 0
  #others = 0
  /** Whether the next request is made only because of memory. */
  #isRoundTrip = false

  constructor(cost: Cost, resources: readonly Resource[], options: CountOptions) {
    this.#cost = cost
    this.#options = options
    this.#noteTokens = this.#tokens(noteCharacters(resources))
  }

  add(event: Event): void {
    switch (event.type) {
      case 'user.message':
        return this.#asked()
      case 'span.model_request_start':
        this.#called = 0
        this.#others = 0
        return
      case 'agent.tool_use':
        return this.#use(event)
      case 'agent.message':
      case 'agent.custom_tool_use':
        this.#others += 1
        return
      case 'span.model_request_end':
        return this.#answered(event)
      case 'agent.tool_result':
      case 'user.tool_result':
        if (!this.#memoryCalls.has(event.tool_use_id ?? '')) return
        this.#texts += this.#tokens(textOf(event).length)
        return
      case 'agent.thread_context_compacted':
        // The conversation begins anew from a summary.
        this.#texts = 0
        this.#chunks = 0
    }
  }

  #tokens(characters: number): number {
    return Math.round(characters / this.#options.charactersPerToken)
  }

  #asked(): void {
    const { chunks, chunkTokens, dropsChunks } = this.#options.baseline
    this.#cost.turns += 1
    this.#chunks = (dropsChunks ? 0 : this.#chunks) + chunks * chunkTokens
    this.#isRoundTrip = false
  }

  #use({ id, input }: Event): void {
    const text = JSON.stringify(input ?? {})
    if (!text.includes('/mnt/memory')) {
      this.#others += 1
      return
    }
    this.#memoryCalls.add(id)
    const tokens = this.#tokens(text.length)
    this.#called += tokens
    this.#cost.memory.calls += 1
    this.#cost.memory.output += tokens
  }

  #answered({ model_usage: usage, is_error: isError }: Event): void {
    // One that failed is made again for the same reason.
    if (!usage || isError === true) return
    const { memory, retrieval } = this.#cost
    const cached = usage.cache_read_input_tokens
    const input = usage.input_tokens + cached + usage.cache_creation_input_tokens
    this.#cost.requests += 1
    this.#cost.input += input
    this.#cost.cached += cached
    this.#cost.output += usage.output_tokens
    if (this.#isRoundTrip) {
      memory.requests += 1
      memory.roundTrips += input
    } else {
      const note = Math.min(this.#noteTokens, input)
      memory.note += note
      memory.texts += Math.min(this.#texts, input - note)
      retrieval.input += this.#chunks
    }
    memory.input = memory.note + memory.texts + memory.roundTrips
    this.#texts += this.#called
    this.#isRoundTrip = this.#called > 0 && this.#others === 0
  }
}

function textOf({ content }: Event): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text = '' }) => text).join('\n')
}

export function report(cost: Cost, baseline: Baseline): string {
  const { memory, retrieval } = cost
  const row = (name: string, value: number, more = '') =>
    `${name.padEnd(44)}${Math.round(value).toLocaleString('en').padStart(14)}  ${more}`.trimEnd()
  const share = (part: number) => `${((100 * part) / Math.max(1, cost.input)).toFixed(1)} %`
  const perTurn = (tokens: number) =>
    `${Math.round(tokens / Math.max(1, cost.turns)).toLocaleString('en')} a turn`
  const { chunks, chunkTokens, dropsChunks } = baseline
  return [
    `${cost.sessions} sessions, ${cost.turns} turns, ${cost.requests} model requests`,
    '',
    row('input tokens', cost.input, `${share(cost.cached)} of them from the cache`),
    row('output tokens', cost.output),
    '',
    row('memory, input', memory.input, `${share(memory.input)}, ${perTurn(memory.input)}`),
    row('  its note in the system prompt', memory.note),
    row('  texts read and written, and carried along', memory.texts),
    row(`  ${memory.requests} requests made only for memory`, memory.roundTrips),
    row('memory, output', memory.output, `${memory.calls} calls of tools`),
    '',
    row(
      'retrieval instead, input',
      retrieval.input,
      `${share(retrieval.input)}, ${perTurn(retrieval.input)}`,
    ),
    `  ${chunks} chunks of ${chunkTokens} tokens a turn, ${dropsChunks ? 'dropped' : 'kept'} after it`,
    '',
  ].join('\n')
}

function number(text: string, flag: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && text !== '') return value
  throw new Error(`--${flag} must be a number`)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      since: { type: 'string' },
      sessions: { type: 'string', default: '200' },
      chunks: { type: 'string', default: '5' },
      'chunk-tokens': { type: 'string', default: '400' },
      'drop-chunks': { type: 'boolean', default: false },
      'characters-per-token': { type: 'string', default: '4' },
      json: { type: 'boolean', default: false },
    },
  })
  const baseline: Baseline = {
    chunks: number(values.chunks, 'chunks'),
    chunkTokens: number(values['chunk-tokens'], 'chunk-tokens'),
    dropsChunks: values['drop-chunks'],
  }
  const charactersPerToken = number(values['characters-per-token'], 'characters-per-token')
  const sessionsMax = number(values.sessions, 'sessions')
  const client = new Anthropic()
  const cost = noCost()
  const since = values.since === undefined ? {} : { 'created_at[gte]': isoTime(values.since) }
  const all = { limit: 100, include_archived: true, ...since }
  for await (const session of client.beta.sessions.list(all)) {
    if (cost.sessions >= sessionsMax) break
    const events: Event[] = []
    for await (const event of client.beta.sessions.events.list(session.id)) {
      events.push(event)
    }
    const resources = session.resources.filter(({ type }) => type === 'memory_store') as Resource[]
    addSession(cost, { resources, events }, { charactersPerToken, baseline })
  }
  const text = values.json ? `${JSON.stringify(cost, undefined, 2)}\n` : report(cost, baseline)
  process.stdout.write(text)
}

function isoTime(text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new Error('--since must be a date, like 2026-11-01')
  return time.toISOString()
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    process.stderr.write(`token-cost: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
