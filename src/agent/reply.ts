import type { EventId } from '../domain/ids.ts'
import type { ModelUsage } from '../domain/session/event.ts'
import type { AssistantBlock, StreamEvent, UsageCounts } from './messages.ts'
import { ModelFailure } from './messages.ts'

/** What a streamed answer came to. */
export interface Reply {
  readonly blocks: readonly ReplyBlock[]
  readonly stopReason: string | undefined
  readonly stopDetails: { readonly category?: string; readonly explanation?: string } | undefined
  readonly usage: ModelUsage
}

export interface ReplyBlock {
  /** The event it belongs to; adjacent texts share one. */
  readonly eventId: EventId
  readonly block: AssistantBlock
  /** Why a tool's input could not be read; its input is then empty. */
  readonly problem?: string
}

export interface ReplyListener {
  readonly makeEventId: () => EventId
  readonly started: (type: 'agent.message' | 'agent.thinking', id: EventId) => void
  readonly text: (id: EventId, index: number, text: string) => void
}

/** A text of an answer may be as long as this; what is longer is no answer. */
const charactersMax = 4_000_000

/** Builds an answer from its stream; what is heard on the way is told to the listener. */
export async function readReply(
  stream: AsyncIterable<StreamEvent>,
  listener: ReplyListener,
): Promise<Reply> {
  const draft = new Draft(listener)
  for await (const event of stream) draft.take(event)
  return draft.finish()
}

interface OpenBlock {
  readonly eventId: EventId
  /** Of the text within its event. */
  readonly textIndex: number
  readonly start: { readonly type: string; readonly [key: string]: unknown }
  text: string
  json: string
  thinking: string
  signature: string
}

class Draft {
  readonly #listener: ReplyListener
  readonly #open = new Map<number, OpenBlock>()
  readonly #blocks: ReplyBlock[] = []
  #last: OpenBlock | undefined
  #usage: ModelUsage = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadInputTokens: 0,
    cacheCreationInputTokens: 0,
  }
  #stopReason: string | undefined
  #stopDetails: Reply['stopDetails']
  #isComplete = false
  #characters = 0

  constructor(listener: ReplyListener) {
    this.#listener = listener
  }

  take(event: StreamEvent): void {
    switch (event.type) {
      case 'message_start':
        this.#count(event.message.usage)
        return
      case 'content_block_start':
        return this.#start(event.index, event.content_block)
      case 'content_block_delta':
        return this.#delta(event.index, event.delta)
      case 'content_block_stop':
        return this.#stop(event.index)
      case 'message_delta': {
        this.#count(event.usage)
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason
        const details = event.delta.stop_details
        if (details) {
          const { category, explanation } = details
          this.#stopDetails = {
            ...(category ? { category } : {}),
            ...(explanation ? { explanation } : {}),
          }
        }
        return
      }
      case 'message_stop':
        this.#isComplete = true
    }
  }

  /** @throws ModelFailure when the stream ended in the middle */
  finish(): Reply {
    if (!this.#isComplete) {
      throw new ModelFailure('unreachable', 'the stream ended before the answer was complete')
    }
    // A call that was cut off by the limit of tokens has no end of its own.
    for (const index of Array.from(this.#open.keys())) this.#stop(index)
    return {
      blocks: this.#blocks,
      stopReason: this.#stopReason,
      stopDetails: this.#stopDetails,
      usage: this.#usage,
    }
  }

  #start(index: number, start: OpenBlock['start']): void {
    const last = this.#last
    const isText = start.type === 'text'
    const joins = isText && last?.start.type === 'text'
    const eventId = joins ? last.eventId : this.#listener.makeEventId()
    const textIndex = joins ? last.textIndex + 1 : 0
    const text = typeof start['text'] === 'string' ? start['text'] : ''
    const open = { eventId, textIndex, start, text: '', json: '', thinking: '', signature: '' }
    this.#open.set(index, open)
    this.#last = open
    if (isText && !joins) this.#listener.started('agent.message', eventId)
    if (isOpaque(start.type)) this.#listener.started('agent.thinking', eventId)
    if (isText && text !== '') this.#addText(open, text)
  }

  #delta(index: number, delta: { readonly type: string; readonly [key: string]: unknown }): void {
    const open = this.#open.get(index)
    if (open === undefined) return
    if (delta.type === 'text_delta') this.#addText(open, stringIn(delta['text']))
    if (delta.type === 'input_json_delta') open.json += stringIn(delta['partial_json'])
    if (delta.type === 'thinking_delta') open.thinking += stringIn(delta['thinking'])
    if (delta.type === 'signature_delta') open.signature += stringIn(delta['signature'])
    const added = delta['text'] ?? delta['partial_json'] ?? delta['thinking']
    this.#characters += stringIn(added).length
    if (this.#characters > charactersMax) {
      throw new ModelFailure('refused', `the answer is longer than ${charactersMax} characters`)
    }
  }

  #addText(open: OpenBlock, text: string): void {
    open.text += text
    if (text !== '') this.#listener.text(open.eventId, open.textIndex, text)
  }

  #stop(index: number): void {
    const open = this.#open.get(index)
    if (open === undefined) return
    this.#open.delete(index)
    const block = blockOf(open)
    if (block !== undefined) this.#blocks.push({ eventId: open.eventId, ...block })
  }

  #count(usage: UsageCounts | undefined): void {
    if (usage === undefined) return
    const known = this.#usage
    this.#usage = {
      inputTokens: usage.input_tokens ?? known.inputTokens,
      outputTokens: usage.output_tokens ?? known.outputTokens,
      cacheReadInputTokens: usage.cache_read_input_tokens ?? known.cacheReadInputTokens,
      cacheCreationInputTokens: usage.cache_creation_input_tokens ?? known.cacheCreationInputTokens,
    }
  }
}

function blockOf(open: OpenBlock): Omit<ReplyBlock, 'eventId'> | undefined {
  const { start } = open
  switch (start.type) {
    case 'text':
      return open.text === '' ? undefined : { block: { type: 'text', text: open.text } }
    case 'tool_use':
      return toolUse(open)
    case 'thinking': {
      const thinking = stringIn(start['thinking']) + open.thinking
      const signature = stringIn(start['signature']) + open.signature
      return { block: { type: 'thinking', thinking, signature } }
    }
    case 'redacted_thinking':
      return { block: { ...start, type: 'redacted_thinking' } }
    default:
      // Blocks of tools that run at the provider; none is offered, so none can be answered.
      return undefined
  }
}

function toolUse({ start, json }: OpenBlock): Omit<ReplyBlock, 'eventId'> {
  const head = {
    type: 'tool_use',
    id: stringIn(start['id']),
    name: stringIn(start['name']),
  } as const
  if (json.trim() === '') return { block: { ...head, input: objectIn(start['input']) ?? {} } }
  try {
    const input = objectIn(JSON.parse(json))
    if (input !== undefined) return { block: { ...head, input } }
    return { block: { ...head, input: {} }, problem: 'the input is not a JSON object' }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { block: { ...head, input: {} }, problem: `the input is not valid JSON: ${why}` }
  }
}

function isOpaque(type: string): boolean {
  return type === 'thinking' || type === 'redacted_thinking'
}

function stringIn(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
}
