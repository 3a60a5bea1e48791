import type { EventType, LogEntry, ModelUsage, StopReason } from './event.ts'
import type { Session } from './session.ts'
import type { Turn, TurnMessage, TurnOutcome, TurnResult } from './turn.ts'

/**
 * What came of a turn so far, read from the events since it began. It is over when the session came
 * to rest after its message, or waits for what only a client can answer.
 */
export function readOutcome(
  entries: readonly LogEntry[],
  turn: Turn,
  session: Session | undefined,
): TurnOutcome {
  const start = entries.findIndex(({ event }) => event.id === turn.messageId)
  if (start === -1) return { status: 'running' }
  const after = entries.slice(start)
  const end = after.findIndex(({ event }) => isRest(event))
  if (end !== -1) return outcomeOf(after.slice(0, end + 1))
  const last = after.findLast(({ event }) => event.type === 'session.status_idle')
  if (last === undefined || session === undefined || !waitsForClient(session)) {
    return { status: 'running' }
  }
  return { ...outcomeOf(after), status: 'requires_action' }
}

function isRest(event: LogEntry['event']): boolean {
  return event.type === 'session.status_idle' && event.stopReason.type !== 'requires_action'
}

/** Calls of custom tools and confirmations; what a worker runs is none of the client's business. */
function waitsForClient({ status, stopReason, calls }: Session): boolean {
  if (status !== 'idle' || stopReason?.type !== 'requires_action') return false
  return calls.some(
    (call) => call.kind === 'custom' || (call.permission === 'ask' && call.confirmed === undefined),
  )
}

function outcomeOf(entries: readonly LogEntry[]): TurnResult {
  const last = entries.findLast(({ event }) => event.type === 'session.status_idle')
  const stopReason: StopReason =
    last?.event.type === 'session.status_idle' ? last.event.stopReason : { type: 'end_turn' }
  const types = new Set<EventType>(entries.map(({ event }) => event.type))
  return {
    status: statusOf(stopReason, types.has('user.interrupt')),
    stopReason,
    output: outputOf(entries, last),
    usage: usageOf(entries),
    completedAt: Math.floor((last?.processedAt ?? 0) / 1_000),
    changed: undefined,
  }
}

function statusOf({ type }: StopReason, isInterrupted: boolean): TurnResult['status'] {
  if (type === 'requires_action') return 'requires_action'
  if (type === 'retries_exhausted' || type === 'budget_reached') return 'failed'
  return isInterrupted ? 'interrupted' : 'completed'
}

/** The last message always has a block, so that readers need not ask whether the model spoke. */
function outputOf(entries: readonly LogEntry[], last: LogEntry | undefined): TurnMessage[] {
  const messages = entries.flatMap(({ event }): TurnMessage[] =>
    event.type === 'agent.message' ? [{ id: event.id, content: event.content }] : [],
  )
  if ((messages.at(-1)?.content.length ?? 0) > 0) return messages
  const id = last?.event.id
  return id === undefined ? messages : [...messages, { id, content: [{ type: 'text', text: '' }] }]
}

function usageOf(entries: readonly LogEntry[]): ModelUsage {
  const usage = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadInputTokens: 0,
    cacheCreationInputTokens: 0,
  }
  for (const { event } of entries) {
    if (event.type !== 'span.model_request_end') continue
    usage.inputTokens += event.modelUsage.inputTokens
    usage.outputTokens += event.modelUsage.outputTokens
    usage.cacheReadInputTokens += event.modelUsage.cacheReadInputTokens
    usage.cacheCreationInputTokens += event.modelUsage.cacheCreationInputTokens
  }
  return usage
}
