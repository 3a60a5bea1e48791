import type { EventId, ThreadId } from '../ids.ts'

// The events of a session: its log is the truth from which everything else follows. Fields are
// spelled as the wire spells them in camelCase; what has no value is absent.

export interface TextBlock {
  readonly type: 'text'
  readonly text: string
}

interface Base {
  readonly id: EventId
}

// What clients and workers send.

export interface UserMessage extends Base {
  readonly type: 'user.message'
  readonly content: readonly TextBlock[]
}

/** The answer of a worker to an `agent.tool_use` of a self-hosted session. */
export interface UserToolResult extends Base {
  readonly type: 'user.tool_result'
  readonly toolUseId: EventId
  readonly content?: readonly TextBlock[]
  readonly isError?: boolean
}

export interface UserCustomToolResult extends Base {
  readonly type: 'user.custom_tool_result'
  readonly customToolUseId: EventId
  readonly content?: readonly TextBlock[]
  readonly isError?: boolean
}

export interface UserToolConfirmation extends Base {
  readonly type: 'user.tool_confirmation'
  readonly toolUseId: EventId
  readonly result: 'allow' | 'deny'
  readonly denyMessage?: string
}

export interface UserInterrupt extends Base {
  readonly type: 'user.interrupt'
  readonly sessionThreadId?: ThreadId
}

/** Appended to the system prompt from here on. */
export interface SystemMessage extends Base {
  readonly type: 'system.message'
  readonly content: readonly TextBlock[]
}

export type InboundEvent =
  | UserMessage
  | UserToolResult
  | UserCustomToolResult
  | UserToolConfirmation
  | UserInterrupt
  | SystemMessage

// What the runner appends.

export interface AgentMessage extends Base {
  readonly type: 'agent.message'
  readonly content: readonly TextBlock[]
}

export interface AgentThinking extends Base {
  readonly type: 'agent.thinking'
}

export type Permission = 'allow' | 'ask' | 'deny'

export interface AgentToolUse extends Base {
  readonly type: 'agent.tool_use'
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  readonly evaluatedPermission: Permission
  readonly evaluation?: { readonly type: 'always_allow' | 'always_ask' }
}

/** The result of a tool that this server ran, or that was denied, broken or cut off. */
export interface AgentToolResult extends Base {
  readonly type: 'agent.tool_result'
  readonly toolUseId: EventId
  readonly content: readonly TextBlock[]
  readonly isError: boolean
}

export interface AgentCustomToolUse extends Base {
  readonly type: 'agent.custom_tool_use'
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

export interface ContextCompacted extends Base {
  readonly type: 'agent.thread_context_compacted'
}

export interface ModelRequestStart extends Base {
  readonly type: 'span.model_request_start'
}

/** Tokens of one model request. */
export interface ModelUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheCreationInputTokens: number
}

export interface ModelRequestEnd extends Base {
  readonly type: 'span.model_request_end'
  readonly modelRequestStartId: EventId
  readonly isError: boolean
  readonly modelUsage: ModelUsage
}

export type SessionErrorType =
  | 'unknown_error'
  | 'model_overloaded_error'
  | 'model_rate_limited_error'
  | 'model_request_failed_error'
  | 'billing_error'
  | 'tool_use_limit_reached_error'
  | 'compaction_limit_reached_error'

export interface SessionError extends Base {
  readonly type: 'session.error'
  readonly error: {
    readonly type: SessionErrorType
    readonly message: string
    readonly retryStatus: { readonly type: 'retrying' | 'exhausted' | 'terminal' }
  }
}

export type RunnerEvent =
  | AgentMessage
  | AgentThinking
  | AgentToolUse
  | AgentToolResult
  | AgentCustomToolUse
  | ContextCompacted
  | ModelRequestStart
  | ModelRequestEnd
  | SessionError

// What the log appends by itself, because the status follows from what was received or appended.

export type StopReason =
  | { readonly type: 'end_turn' | 'retries_exhausted' | 'refusal' | 'budget_reached' }
  | { readonly type: 'requires_action'; readonly eventIds: readonly EventId[] }

export interface RefusalDetails {
  readonly type: 'refusal'
  readonly category: string | undefined
  readonly explanation: string | undefined
}

export interface StatusChanged extends Base {
  readonly type:
    | 'session.status_running'
    | 'session.status_rescheduled'
    | 'session.status_terminated'
    | 'session.deleted'
}

export interface StatusIdle extends Base {
  readonly type: 'session.status_idle'
  readonly stopReason: StopReason
  readonly stopDetails?: RefusalDetails
}

export interface ThreadRunning extends Base {
  readonly type: 'session.thread_status_running'
  readonly sessionThreadId: ThreadId
  readonly agentName: string
}

export interface ThreadIdle extends Base {
  readonly type: 'session.thread_status_idle'
  readonly sessionThreadId: ThreadId
  readonly agentName: string
  readonly stopReason: StopReason
  readonly stopDetails?: RefusalDetails
}

/** All model requests of a session together, and how long it has run. */
export interface SessionUsage extends ModelUsage {
  readonly activeSeconds: number
}

export interface UsageReported extends Base {
  readonly type: 'session.usage'
  readonly usage: SessionUsage
}

export interface SessionUpdated extends Base {
  readonly type: 'session.updated'
  /** The fields that changed, as the wire spells them. */
  readonly changes: Readonly<Record<string, unknown>>
}

export type StatusEvent =
  | StatusChanged
  | StatusIdle
  | ThreadRunning
  | ThreadIdle
  | UsageReported
  | SessionUpdated

export type SessionEvent = InboundEvent | RunnerEvent | StatusEvent
export type EventType = SessionEvent['type']

/**
 * An event in its place in the log. The processed ones come first, in the order of `processedAt`,
 * which is unique in a session; those that wait follow in the order in which they came.
 */
export interface LogEntry {
  readonly event: SessionEvent
  /** Microseconds since 1970; undefined while it waits to be consumed. */
  readonly processedAt: number | undefined
  /** What the runner keeps beside the event and nobody else sees: a provider's own blocks. */
  readonly raw: unknown
}
