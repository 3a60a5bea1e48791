// The built-in demo model: no language model, a small set of rules. It stores what it is told to
// remember, answers from its memory files, and says that it does not know when they say nothing.
import type { MessageParam, MessagesRequest } from '../messages.ts'
import { condensedByRules } from './condense.ts'
import { factsIn, subjectOf, type Subject } from './facts.ts'
import { answerFrom, wordsOf } from './recall.ts'

/** What the persona does next. */
export type Move =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'call'; readonly calls: readonly Call[] }

export interface Call {
  readonly name: 'glob' | 'grep' | 'read' | 'write'
  readonly input: Readonly<Record<string, string>>
}

/** A call of this turn with its answer. */
export interface Done extends Call {
  readonly text: string
  readonly isError: boolean
}

interface Store {
  /** Without a "/" at its end. */
  readonly path: string
  readonly isWritable: boolean
}

/** The next move, from the request alone: the same request gets the same answer. */
export function nextMove(request: MessagesRequest): Move {
  const condensed = condensedByRules(request)
  if (condensed !== undefined) return say(condensed)
  const { asked, done } = thisTurn(request.messages)
  const stores = storesIn(request)
  const hasTools = ['read', 'write', 'grep', 'glob'].every((name) =>
    request.tools?.some((tool) => tool.name === name),
  )
  const canUse = hasTools ? stores : []
  if (isSummary(asked)) return say(summaryOf(request.messages))
  if (isOrderToRemember(asked)) return remember(asked, canUse, done)
  if (/^\s*(hi|hello|hey)\b[^?]{0,20}$/i.test(asked)) return say(greeting)
  return recall(asked, canUse, done)
}

const greeting =
  'Hello. I am the built-in demo model: a few rules, no language model. Tell me something to ' +
  'remember, then ask me about it in a new session.'

function say(text: string): Move {
  return { type: 'say', text }
}

function isOrderToRemember(text: string): boolean {
  if (/\b(do|did|can) you remember\b/i.test(text)) return false
  const orders =
    /\b(remember|note down|take note|keep in mind|do not forget|don't forget|save this)\b/i
  return orders.test(text)
}

function isSummary(text: string): boolean {
  return text.includes('Write the summary only.')
}

function summaryOf(messages: readonly MessageParam[]): string {
  const said = messages.flatMap(({ role, content }) =>
    role === 'user' ? content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) : [],
  )
  return `The user said: ${said.slice(0, -1).join(' / ').slice(0, 2_000)}`
}

/** The user's last words, and the calls that were made about them. */
function thisTurn(messages: readonly MessageParam[]): { asked: string; done: readonly Done[] } {
  const from = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content.some(({ type }) => type === 'text'),
  )
  const texts = (messages[from]?.content ?? []).flatMap((block) =>
    block.type === 'text' ? [block.text] : [],
  )
  const after = messages.slice(from + 1)
  const results = new Map(after.flatMap(resultsIn))
  const done = after.flatMap(({ content }) =>
    content.flatMap((block) => {
      if (block.type !== 'tool_use') return []
      const result = results.get(block.id) ?? { text: '', isError: true }
      return [{ ...(block as unknown as Call), ...result }]
    }),
  )
  return { asked: texts.join('\n'), done }
}

function resultsIn({ content }: MessageParam): [string, { text: string; isError: boolean }][] {
  return content.flatMap((block) => {
    if (block.type !== 'tool_result') return []
    const {
      tool_use_id: id,
      content: texts,
      is_error: isError,
    } = block as {
      readonly tool_use_id: string
      readonly content: readonly { readonly text: string }[]
      readonly is_error?: boolean
    }
    const text = texts.map((one) => one.text).join('\n')
    return [
      [id, { text, isError: isError === true }] as [string, { text: string; isError: boolean }],
    ]
  })
}

/** The stores that the system prompt lists. */
function storesIn({ system }: MessagesRequest): Store[] {
  const text = (system ?? []).map((block) => block.text).join('\n')
  const bullets = text.matchAll(/^ - ".*" → (\/\S+?)\/ \((read-write|read-only)\)/gm)
  return Array.from(bullets, ([, path = '', access]) => {
    return { path, isWritable: access === 'read-write' }
  })
}

function remember(asked: string, stores: readonly Store[], done: readonly Done[]): Move {
  const store = stores.find(({ isWritable }) => isWritable)
  if (store === undefined) {
    return say('I have no memory that I can write to, so I will have forgotten this tomorrow.')
  }
  const subject = subjectOf(asked)
  const file = store.path + subject.file
  const written = done.find(({ name }) => name === 'write')
  if (written !== undefined) return say(confirmation(written, subject, factsIn(asked)))
  const listed = done.find(({ name }) => name === 'glob')
  if (listed === undefined) {
    return { type: 'call', calls: [{ name: 'glob', input: { pattern: '**/*', path: store.path } }] }
  }
  const known = done.find(({ name }) => name === 'read')
  if (known === undefined && listed.text.split('\n').includes(file)) {
    return { type: 'call', calls: [{ name: 'read', input: { file_path: file } }] }
  }
  const content = noted(known?.isError === false ? known.text : '', subject, factsIn(asked))
  return { type: 'call', calls: [{ name: 'write', input: { file_path: file, content } }] }
}

function noted(before: string, subject: Subject, facts: readonly string[]): string {
  const lines = before === '' ? [`# ${subject.title}`] : before.trimEnd().split('\n')
  const news = facts.map((fact) => `- ${fact}`).filter((line) => !lines.includes(line))
  return `${[...lines, ...news].join('\n')}\n`
}

function confirmation(written: Done, subject: Subject, facts: readonly string[]): string {
  if (written.isError) return `I could not save this: ${written.text}`
  const who = subject.name === undefined ? '' : `, ${subject.name}`
  const bullets = facts.map((fact) => `• ${fact}`).join('\n')
  return (
    `Got it${who} — noted for next time:\n${bullets}\n` +
    `I have written this to ${written.input['file_path'] ?? ''}, where later sessions find it.`
  )
}

/** Files that are read for one answer. */
const filesMax = 5

function recall(asked: string, stores: readonly Store[], done: readonly Done[]): Move {
  if (stores.length === 0) return say('I do not know: this session has no memory that I can read.')
  const words = wordsOf(asked)
  const searched = done.filter(({ name }) => name === 'grep')
  if (searched.length === 0) {
    const calls = stores.map(({ path }) => {
      return { name: 'grep', input: { pattern: words.pattern, path } } as const
    })
    return { type: 'call', calls }
  }
  const read = done.filter(({ name, isError }) => name === 'read' && !isError)
  if (read.length === 0) {
    const found = searched.flatMap(({ text, isError }) => (isError ? [] : filesIn(text)))
    const files = Array.from(new Set(found)).slice(0, filesMax)
    if (files.length === 0 || done.some(({ name }) => name === 'read')) return say(unknown)
    const calls = files.map((file_path) => ({ name: 'read', input: { file_path } }) as const)
    return { type: 'call', calls }
  }
  const texts = read.map(({ input, text }) => ({ file: input['file_path'] ?? '', text }))
  return say(answerFrom(texts, asked, words) ?? unknown)
}

const unknown = 'I do not know: my memory says nothing about this.'

function filesIn(output: string): string[] {
  return Array.from(output.matchAll(/^(\/.+?):\d+:/gm), ([, file = '']) => file)
}
