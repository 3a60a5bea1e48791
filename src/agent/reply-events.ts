import { assert } from '../domain/assert.ts'
import type { EventId } from '../domain/ids.ts'
import { policyOf, type BuiltInTool } from '../domain/session/agent.ts'
import type { AgentToolResult, RunnerEvent } from '../domain/session/event.ts'
import type { NewEvent, TurnEnd } from '../domain/session/runner-port.ts'
import type { Session } from '../domain/session/session.ts'
import type { RequestRecord } from '../domain/session/step.ts'
import type { ToolUseBlock } from './messages.ts'
import type { Reply, ReplyBlock } from './reply.ts'
import type { BlockRecord } from './transcript.ts'

export interface ReplyContext {
  readonly session: Session
  /** The built-in tools that the model was told of. */
  readonly offered: readonly string[]
  readonly startId: EventId
  readonly makeEventId: () => EventId
}

/** What a complete answer of the model adds to the log, and whether the turn ends with it. */
export function replyEvents(
  reply: Reply,
  context: ReplyContext,
): { readonly events: readonly NewEvent[]; readonly end: TurnEnd | undefined } {
  const said: NewEvent[] = []
  const refused: NewEvent[] = []
  for (const part of mergeTexts(reply.blocks)) {
    const { block } = part.first
    if (block.type === 'tool_use') {
      const call = callEvent(explained(part.first, reply), block, context)
      said.push({ event: call.event, raw: part.record })
      if (call.refusal !== undefined) refused.push({ event: call.refusal })
    } else if (block.type === 'text') {
      const content = part.record.blocks.map((one) => {
        assert(one.type === 'text', 'only texts share an event')
        return { type: 'text', text: one.text } as const
      })
      const event = { id: part.first.eventId, type: 'agent.message', content } as const
      said.push({ event, raw: part.record })
    } else {
      const event = { id: part.first.eventId, type: 'agent.thinking' } as const
      said.push({ event, raw: part.record })
    }
  }
  const record: RequestRecord = { stopReason: reply.stopReason }
  const end = endOfRequest(context, { usage: reply.usage, isError: false })
  const hasCalls = reply.blocks.some(({ block }) => block.type === 'tool_use')
  return {
    events: [...said, { event: end, raw: record }, ...refused],
    end: hasCalls ? undefined : turnEnd(reply),
  }
}

/** A call whose input broke off says why. */
function explained(part: ReplyBlock, reply: Reply): ReplyBlock {
  if (part.problem === undefined || reply.stopReason !== 'max_tokens') return part
  return {
    ...part,
    problem: 'the answer reached its limit of tokens before the input was complete',
  }
}

interface Part {
  readonly first: ReplyBlock
  readonly record: BlockRecord
}

/** Blocks by the event they belong to. */
function mergeTexts(blocks: readonly ReplyBlock[]): Part[] {
  const parts: Part[] = []
  for (const block of blocks) {
    const last = parts.at(-1)
    if (last !== undefined && last.first.eventId === block.eventId) {
      const record = { blocks: [...last.record.blocks, block.block] }
      parts[parts.length - 1] = { first: last.first, record }
    } else {
      parts.push({ first: block, record: { blocks: [block.block] } })
    }
  }
  return parts
}

interface CallEvents {
  readonly event: RunnerEvent
  /** The answer to a call that nobody can carry out. */
  readonly refusal: AgentToolResult | undefined
}

function callEvent(part: ReplyBlock, block: ToolUseBlock, context: ReplyContext): CallEvents {
  const { session, offered } = context
  const { name, input } = block
  const { eventId: id, problem } = part
  const custom = session.agent.tools.filter((tool) => tool.type === 'custom')
  const isCustom = custom.some((tool) => tool.name === name)
  if (isCustom && problem === undefined) {
    return { event: { id, type: 'agent.custom_tool_use', name, input }, refusal: undefined }
  }
  const policy = offered.includes(name) ? policyOf(session.agent, name as BuiltInTool) : undefined
  const asks = problem === undefined && policy?.type === 'always_ask'
  const event: RunnerEvent = {
    id,
    type: 'agent.tool_use',
    name,
    input,
    evaluatedPermission: asks ? 'ask' : 'allow',
    ...(policy === undefined ? {} : { evaluation: { type: policy.type } }),
  }
  if (problem === undefined && policy !== undefined) return { event, refusal: undefined }
  const known = [...offered, ...custom.map((tool) => tool.name)]
  const why =
    problem === undefined
      ? `there is no tool ${JSON.stringify(name)}; available: ${known.join(', ') || 'none'}`
      : `${name}: ${problem}`
  return { event, refusal: toolResult(context.makeEventId(), id, { text: why, isError: true }) }
}

export function toolResult(
  id: EventId,
  toolUseId: EventId,
  { text, isError }: { readonly text: string; readonly isError: boolean },
): AgentToolResult {
  const content = [{ type: 'text', text }] as const
  return { id, type: 'agent.tool_result', toolUseId, content, isError }
}

const noUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
}

export function endOfRequest(
  { startId, makeEventId }: Pick<ReplyContext, 'startId' | 'makeEventId'>,
  { usage = noUsage, isError }: { readonly usage?: Reply['usage']; readonly isError: boolean },
): RunnerEvent {
  return {
    id: makeEventId(),
    type: 'span.model_request_end',
    modelRequestStartId: startId,
    isError,
    modelUsage: usage,
  }
}

function turnEnd(reply: Reply): TurnEnd | undefined {
  switch (reply.stopReason) {
    case 'pause_turn':
      return undefined
    case 'refusal': {
      const { category, explanation } = reply.stopDetails ?? {}
      if (reply.stopDetails === undefined) return { type: 'refusal', details: undefined }
      return { type: 'refusal', details: { type: 'refusal', category, explanation } }
    }
    default:
      // Also what was cut off by the limit of tokens: its text is all there is.
      return 'end_turn'
  }
}
