import type { EventId } from '../ids.ts'
import type { EnvironmentKind } from './environment.ts'
import type { AgentToolUse, LogEntry, SessionEvent, StopReason } from './event.ts'

// What a session does next, from its log alone: a server that takes a session over after another
// died asks the same question of the same log and gets the same answer.

export interface StepRules {
  readonly environmentKind: EnvironmentKind
  /** The built-in tools of this agent: a worker runs them; calls of others are refused at once. */
  readonly isKnown: (name: string) => boolean
  /** Model requests in one turn. */
  readonly requestsMax: number
  /** Model requests that fail one after another before the turn ends. */
  readonly failuresMax: number
  /** Tokens of context above which it is summarised first. */
  readonly contextTokensMax: number
}

export type Step =
  /** Somebody asked to stop. */
  | { readonly type: 'interrupt' }
  /** A model request that was under way when its server died: nothing of it was kept. */
  | { readonly type: 'close_request'; readonly startId: EventId }
  /** In order, one after another. */
  | { readonly type: 'run_tools'; readonly calls: readonly AgentToolUse[] }
  | { readonly type: 'deny'; readonly callId: EventId; readonly text: string }
  /** Only a client or a worker can answer what is open; its early answers are consumed. */
  | { readonly type: 'wait' }
  | {
      readonly type: 'call_model'
      /** Waiting inputs that this request takes into account. */
      readonly consume: readonly EventId[]
      /** Failed requests directly before this one. */
      readonly failures: number
      /** The first request of its turn. */
      readonly isFirst: boolean
    }
  /** The context is nearly full. */
  | { readonly type: 'compact' }
  | { readonly type: 'finish'; readonly why: 'end_turn' | 'request_limit' | 'failures' }

/** What the runner keeps beside `span.model_request_end`. */
export interface RequestRecord {
  readonly stopReason: string | undefined
}

/** An open call, and what is known of its answer. */
interface Call {
  readonly event: SessionEvent & { readonly type: 'agent.tool_use' | 'agent.custom_tool_use' }
  confirmation: 'allow' | 'deny' | undefined
  denyMessage: string | undefined
}

/** @param log processed entries first, in order, then those that wait */
export function step(log: readonly LogEntry[], rules: StepRules): Step {
  const state = fold(log)
  if (state.isInterrupted) return { type: 'interrupt' }
  if (state.openRequest !== undefined) {
    return { type: 'close_request', startId: state.openRequest }
  }
  if (state.calls.size > 0) return stepCalls(Array.from(state.calls.values()), rules)
  if (!state.isModelDue) return { type: 'finish', why: 'end_turn' }
  if (state.failures >= rules.failuresMax) return { type: 'finish', why: 'failures' }
  if (state.requests >= rules.requestsMax) return { type: 'finish', why: 'request_limit' }
  if (state.contextTokens > rules.contextTokensMax) return { type: 'compact' }
  const { waiting, failures } = state
  return { type: 'call_model', consume: waiting, failures, isFirst: state.requests === 0 }
}

/** Calls without an answer in the log. */
export function openCalls(log: readonly LogEntry[]): EventId[] {
  return Array.from(fold(log).calls.keys())
}

function stepCalls(calls: readonly Call[], rules: StepRules): Step {
  for (const { event, confirmation, denyMessage } of calls) {
    if (event.type === 'agent.tool_use' && confirmation === 'deny') {
      return { type: 'deny', callId: event.id, text: denialOf(event.name, denyMessage) }
    }
  }
  const ready = calls.filter(isAllowed).map(({ event }) => event)
  const ours = ready.filter(
    (event) => rules.environmentKind === 'cloud' || !rules.isKnown(event.name),
  )
  return ours.length > 0 ? { type: 'run_tools', calls: ours } : { type: 'wait' }
}

function isAllowed(call: Call): call is Call & { readonly event: AgentToolUse } {
  if (call.event.type !== 'agent.tool_use') return false
  return call.event.evaluatedPermission === 'allow' || call.confirmation === 'allow'
}

/** The words that clients know (contract §1.5, order guarantee 8). */
export function denialOf(tool: string, message: string | undefined): string {
  const reason = message === undefined ? '' : ` Rejection message: ${message}`
  return `Permission to use ${tool} has been rejected.${reason}`
}

interface State {
  isInterrupted: boolean
  openRequest: EventId | undefined
  readonly calls: Map<EventId, Call>
  /** Waiting messages, in the order in which they came. */
  readonly waiting: EventId[]
  /** Something came since the model last spoke, or it asked to be called again. */
  isModelDue: boolean
  /** Whether it was due when the newest request began. */
  wasModelDue: boolean
  /** In this turn. */
  requests: number
  /** Since the last request that succeeded. */
  failures: number
  /** Of the last request that succeeded since the context was last summarised. */
  contextTokens: number
}

function fold(log: readonly LogEntry[]): State {
  const state: State = {
    isInterrupted: false,
    openRequest: undefined,
    calls: new Map(),
    waiting: [],
    isModelDue: false,
    wasModelDue: false,
    requests: 0,
    failures: 0,
    contextTokens: 0,
  }
  for (const entry of log) {
    foldInput(state, entry)
    foldOutput(state, entry)
  }
  return state
}

function foldInput(state: State, { event, processedAt }: LogEntry): void {
  switch (event.type) {
    case 'user.interrupt':
      if (processedAt === undefined) state.isInterrupted = true
      return
    case 'user.message':
    case 'system.message':
      if (processedAt === undefined) state.waiting.push(event.id)
      // What the operator adds to the prompt is read when somebody else wakes the agent.
      if (event.type === 'user.message') state.isModelDue = true
      return
    case 'user.tool_confirmation': {
      const call = state.calls.get(event.toolUseId)
      if (call === undefined) return
      call.confirmation = event.result
      call.denyMessage = event.denyMessage
      return
    }
    case 'user.tool_result':
      return answer(state, event.toolUseId, { event, processedAt })
    case 'user.custom_tool_result':
      return answer(state, event.customToolUseId, { event, processedAt })
    default:
  }
}

/** An early answer waits in the log until the model is told of it. */
function answer(
  state: State,
  callId: EventId,
  { event, processedAt }: Pick<LogEntry, 'event' | 'processedAt'>,
): void {
  state.calls.delete(callId)
  if (processedAt === undefined) state.waiting.push(event.id)
  state.isModelDue = true
}

function foldOutput(state: State, { event, raw }: LogEntry): void {
  switch (event.type) {
    case 'agent.tool_use':
    case 'agent.custom_tool_use':
      state.calls.set(event.id, { event, confirmation: undefined, denyMessage: undefined })
      return
    case 'agent.tool_result':
      state.calls.delete(event.toolUseId)
      state.isModelDue = true
      return
    case 'agent.thread_context_compacted':
      // The request before it was for the summary: what the model was due to answer, it still is.
      state.contextTokens = 0
      state.isModelDue = state.wasModelDue
      return
    case 'span.model_request_start':
      state.openRequest = event.id
      state.wasModelDue = state.isModelDue
      state.requests += 1
      return
    case 'span.model_request_end': {
      state.openRequest = undefined
      state.failures = event.isError ? state.failures + 1 : 0
      if (event.isError) return
      const { inputTokens, outputTokens, cacheReadInputTokens } = event.modelUsage
      const cached = cacheReadInputTokens + event.modelUsage.cacheCreationInputTokens
      state.contextTokens = inputTokens + cached + outputTokens
      state.isModelDue = mustContinue(raw)
      return
    }
    case 'session.status_idle':
      if (!isTurnOpen(event.stopReason)) endTurn(state)
      return
    default:
  }
}

/** Whether a turn goes on after the session came to rest for this reason. */
function isTurnOpen(reason: StopReason): boolean {
  return reason.type === 'requires_action'
}

function endTurn(state: State): void {
  state.requests = 0
  state.failures = 0
  state.isModelDue = false
  state.openRequest = undefined
}

/** The model stopped in the middle and wants to be called again with what it has said. */
function mustContinue(raw: unknown): boolean {
  const reason = (raw as Partial<RequestRecord> | undefined)?.stopReason
  return reason === 'pause_turn'
}
