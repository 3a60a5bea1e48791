import type { LogEntry } from '../domain/session/event.ts'
import type { Session } from '../domain/session/session.ts'
import type { LoopSettings } from './loop-settings.ts'
import type { CacheControl, MessageParam, MessagesRequest, UserBlock } from './messages.ts'
import { systemBlocks, toolParams, type PromptOptions } from './prompt.ts'
import type { RetiredStores } from './retired-stores.ts'
import { transcript } from './transcript.ts'

export interface RequestParts {
  readonly session: Session
  /** What this request takes into account. */
  readonly log: readonly LogEntry[]
  readonly settings: LoopSettings
  readonly prompt: PromptOptions
  readonly retired: RetiredStores
}

const breakpoint: { readonly cache_control: CacheControl } = {
  cache_control: { type: 'ephemeral' },
}

/**
 * One request to the model: tools, system, messages, each beginning like the last request's, so
 * that a provider's cache hits. Three places are marked for it; four are allowed.
 */
export function modelRequest(parts: RequestParts): MessagesRequest {
  const { session, log, settings, prompt } = parts
  const { id, effort, speed } = session.agent.model
  const mark = settings.cachesPrompt ? breakpoint : {}
  const tools = markLast(toolParams(session, prompt), mark)
  const { stable, added } = systemBlocks(parts)
  const system = [...markLast(stable, mark), ...added]
  return {
    model: settings.upstreamModel(id),
    max_tokens: settings.outputTokensMax,
    ...(effort === undefined ? {} : { output_config: { effort: effort.type } }),
    ...(speed === 'fast' ? { speed } : {}),
    ...(system.length > 0 ? { system } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    messages: markLastMessage(transcript(log), mark),
  }
}

function markLast<Item extends object>(items: readonly Item[], mark: object): Item[] {
  return items.map((item, index) => (index === items.length - 1 ? { ...item, ...mark } : item))
}

function markLastMessage(messages: readonly MessageParam[], mark: object): MessageParam[] {
  return messages.map((message, index) => {
    if (index !== messages.length - 1 || message.role !== 'user') return message
    return { role: 'user', content: markLast(message.content, mark) }
  })
}

const summaryOrder =
  'The conversation is too long to go on with. Write a summary of it for yourself: what was asked, ' +
  'what was decided and found out, which files were read and changed and what matters in them, ' +
  'what remains to be done. Use no tools. Write the summary only.'

/** Characters of one tool's result that a shortened request keeps. */
const resultCharactersMax = 2_000

/** Asks the model for what is worth keeping. */
export function summaryRequest(parts: RequestParts, isShortened: boolean): MessagesRequest {
  const request = modelRequest(parts)
  const whole = isShortened ? request.messages.map(shortened) : request.messages
  const order = { type: 'text', text: summaryOrder } as const
  const last = whole.at(-1)
  const messages: MessageParam[] =
    last?.role === 'user'
      ? [...whole.slice(0, -1), { role: 'user', content: [...last.content, order] }]
      : [...whole, { role: 'user', content: [order] }]
  return { ...request, messages }
}

function shortened(message: MessageParam): MessageParam {
  if (message.role === 'assistant') return message
  return { role: 'user', content: message.content.map(shortenedBlock) }
}

function shortenedBlock(block: UserBlock): UserBlock {
  if (block.type === 'text') return block
  const content = block.content.map((one) => {
    if (one.text.length <= resultCharactersMax) return one
    return { ...one, text: `${one.text.slice(0, resultCharactersMax)} [shortened]` }
  })
  return { ...block, content }
}
