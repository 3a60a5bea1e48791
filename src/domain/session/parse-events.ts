import { invalid } from '../errors.ts'
import { makeEventId, type EventId } from '../ids.ts'
import type { InboundEvent, TextBlock } from './event.ts'
import { readFields, readList, readOneOf, readSwitch, readText, isMissing } from './read-fields.ts'

const eventsMax = 1_000
const blocksMax = 1_000
const textRule = { max: 1_000_000 } as const
const denyRule = { max: 10_000 } as const

export const inboundTypes = [
  'user.message',
  'user.tool_result',
  'user.custom_tool_result',
  'user.tool_confirmation',
  'user.interrupt',
  'system.message',
] as const satisfies readonly InboundEvent['type'][]

/** @throws DomainError `invalid` (sessions §1.5) */
export function parseInboundList(input: unknown, now: number): readonly InboundEvent[] {
  const list = readList(input, 'events', eventsMax)
  if (list.length === 0) throw invalid('events', 'must have at least one event')
  return list.map((item, index) => parseInbound(item, `events[${index}]`, makeEventId(now)))
}

export function parseInbound(input: unknown, at: string, id: EventId): InboundEvent {
  const type = (input as { readonly type?: unknown } | null)?.type
  const known = readOneOf(type, `${at}.type`, inboundTypes)
  switch (known) {
    case 'user.message':
    case 'system.message': {
      const fields = readFields(input, at, ['type', 'content'])
      const content = parseContent(fields['content'], `${at}.content`)
      if (content.length === 0) throw invalid(`${at}.content`, 'must have at least one block')
      return { id, type: known, content }
    }
    case 'user.interrupt': {
      const thread = readFields(input, at, ['type', 'sessionThreadId'])['sessionThreadId']
      if (isMissing(thread)) return { id, type: known }
      return {
        id,
        type: known,
        sessionThreadId: readId(thread, `${at}.session_thread_id`) as never,
      }
    }
    case 'user.tool_confirmation':
      return parseConfirmation(input, at, id)
    case 'user.tool_result':
    case 'user.custom_tool_result':
      return parseResult(input, at, { id, type: known })
  }
}

function parseConfirmation(input: unknown, at: string, id: EventId): InboundEvent {
  const known = ['type', 'toolUseId', 'result', 'denyMessage', 'sessionThreadId']
  const fields = readFields(input, at, known)
  const deny = fields['denyMessage']
  return {
    id,
    type: 'user.tool_confirmation',
    toolUseId: readId(fields['toolUseId'], `${at}.tool_use_id`),
    result: readOneOf(fields['result'], `${at}.result`, ['allow', 'deny']),
    ...(isMissing(deny) ? {} : { denyMessage: readText(deny, `${at}.deny_message`, denyRule) }),
  }
}

function parseResult(
  input: unknown,
  at: string,
  { id, type }: { id: EventId; type: 'user.tool_result' | 'user.custom_tool_result' },
): InboundEvent {
  const isCustom = type === 'user.custom_tool_result'
  const name = isCustom ? 'customToolUseId' : 'toolUseId'
  const known = ['type', name, 'content', 'isError', 'sessionThreadId']
  const fields = readFields(input, at, known)
  const callId = readId(fields[name], `${at}.${isCustom ? 'custom_tool_use_id' : 'tool_use_id'}`)
  const { content, isError } = fields
  const rest = {
    ...(isMissing(content) ? {} : { content: parseContent(content, `${at}.content`) }),
    ...(isMissing(isError) ? {} : { isError: readSwitch(isError, `${at}.is_error`) }),
  }
  return isCustom
    ? { id, type: 'user.custom_tool_result', customToolUseId: callId, ...rest }
    : { id, type: 'user.tool_result', toolUseId: callId, ...rest }
}

function readId(input: unknown, at: string): EventId {
  return readText(input, at, { min: 1, max: 100 }) as EventId
}

/** Text, and nothing else yet. */
export function parseContent(input: unknown, at: string): readonly TextBlock[] {
  if (typeof input === 'string') return [{ type: 'text', text: readText(input, at, textRule) }]
  return readList(input, at, blocksMax).map((block, index) => {
    const place = `${at}[${index}]`
    const type = (block as { readonly type?: unknown } | null)?.type
    if (typeof type === 'string' && type !== 'text') {
      throw invalid(`${place}.type`, `"${type}" blocks are not supported by this server`)
    }
    const fields = readFields(block, place, ['type', 'text', 'cacheControl', 'citations'])
    readOneOf(fields['type'], `${place}.type`, ['text'])
    return { type: 'text', text: readText(fields['text'], `${place}.text`, textRule) }
  })
}
