import type { EventId } from '../domain/ids.ts'
import type { LogEntry, TextBlock } from '../domain/session/event.ts'
import type { AssistantBlock, MessageParam, ToolUseBlock, UserBlock } from './messages.ts'

/** What the runner keeps beside an event that the model made: the provider's own block. */
export interface BlockRecord {
  readonly blocks: readonly AssistantBlock[]
}

/** What the runner keeps beside `agent.thread_context_compacted`. */
export interface SummaryRecord {
  readonly summary: string
}

/**
 * The conversation as a Messages API wants it, from a session's log: turns alternate, every call is
 * answered in the next message, results before text, and the user speaks last.
 * @param log processed entries, and those that this request takes into account
 */
export function transcript(log: readonly LogEntry[]): MessageParam[] {
  const from = log.findLastIndex(({ event }) => event.type === 'agent.thread_context_compacted')
  const draft = new Draft()
  if (from !== -1) draft.say(openingOf(log, from))
  for (const entry of log.slice(from + 1)) take(draft, entry)
  return draft.finish()
}

/** What is left of the conversation before it was summarised. */
function openingOf(log: readonly LogEntry[], at: number): TextBlock[] {
  const record = log[at]?.raw as Partial<SummaryRecord> | undefined
  const texts = [`Summary of the conversation so far:\n\n${record?.summary ?? '(it was lost)'}`]
  const last = log.slice(0, at).findLast(({ event }) => event.type === 'user.message')
  if (last?.event.type === 'user.message') {
    const said = last.event.content.map(({ text }) => text).join('\n')
    texts.push(`The last message of the user, word for word:\n\n${said}`)
  }
  return texts.map((text) => ({ type: 'text', text }))
}

function take(draft: Draft, { event, raw }: LogEntry): void {
  switch (event.type) {
    case 'user.message':
      return draft.say(event.content)
    case 'agent.message':
      return draft.speak(blocksOf(raw) ?? event.content)
    case 'agent.thinking':
      return draft.speak(blocksOf(raw) ?? [])
    case 'agent.tool_use':
    case 'agent.custom_tool_use': {
      const [block] = blocksOf(raw) ?? []
      const { id, name, input } = event
      const fallback: ToolUseBlock = { type: 'tool_use', id, name, input }
      return draft.call(id, block?.type === 'tool_use' ? block : fallback)
    }
    case 'agent.tool_result':
    case 'user.tool_result':
      return draft.answer(event.toolUseId, event)
    case 'user.custom_tool_result':
      return draft.answer(event.customToolUseId, event)
    default:
  }
}

function blocksOf(raw: unknown): readonly AssistantBlock[] | undefined {
  const blocks = (raw as Partial<BlockRecord> | undefined)?.blocks
  return Array.isArray(blocks) ? (blocks as readonly AssistantBlock[]) : undefined
}

interface Answer {
  readonly content?: readonly TextBlock[]
  readonly isError?: boolean
}

interface OpenCall {
  readonly block: ToolUseBlock
  answer: Answer | undefined
}

class Draft {
  readonly #messages: MessageParam[] = []
  #spoken: AssistantBlock[] = []
  #calls = new Map<EventId, OpenCall>()
  #said: UserBlock[] = []

  say(content: readonly TextBlock[]): void {
    this.#endReply()
    const blocks = textBlocks(content)
    this.#said.push(...(blocks.length > 0 ? blocks : textBlocks(emptyMessage)))
  }

  speak(blocks: readonly AssistantBlock[]): void {
    this.#endUser()
    this.#spoken.push(
      ...blocks.filter((block) => block.type !== 'text' || block.text.trim() !== ''),
    )
  }

  call(id: EventId, block: ToolUseBlock): void {
    this.#endUser()
    this.#spoken.push(block)
    this.#calls.set(id, { block, answer: undefined })
  }

  answer(id: EventId, answer: Answer): void {
    const call = this.#calls.get(id)
    if (call !== undefined) call.answer = answer
  }

  finish(): MessageParam[] {
    this.#endReply()
    this.#endUser()
    return this.#messages
  }

  /** After the model spoke: its message, and the answers to its calls in the order of the calls. */
  #endReply(): void {
    if (this.#spoken.length === 0) return
    this.#messages.push({ role: 'assistant', content: this.#spoken })
    for (const { block, answer } of this.#calls.values()) {
      this.#said.push({
        type: 'tool_result',
        tool_use_id: block.id,
        content: textBlocks(answer?.content ?? noAnswer),
        ...(answer === undefined || answer.isError === true ? { is_error: true } : {}),
      })
    }
    this.#spoken = []
    this.#calls = new Map()
  }

  /** Before the model speaks: all that was said to it, as one message. */
  #endUser(): void {
    if (this.#calls.size > 0 && this.#isAnswered()) this.#endReply()
    if (this.#said.length === 0) return
    this.#messages.push({ role: 'user', content: this.#said })
    this.#said = []
  }

  /** A call is answered only after the whole reply: what follows an answer is a new reply. */
  #isAnswered(): boolean {
    return Array.from(this.#calls.values()).some(({ answer }) => answer !== undefined)
  }
}

const emptyMessage: readonly TextBlock[] = [{ type: 'text', text: '(an empty message)' }]
const noAnswer: readonly TextBlock[] = [{ type: 'text', text: '(no answer came)' }]

/** Messages APIs refuse text blocks with nothing but white space. */
function textBlocks(content: readonly TextBlock[]) {
  return content
    .filter(({ text }) => text.trim() !== '')
    .map(({ text }) => ({ type: 'text', text }) as const)
}
