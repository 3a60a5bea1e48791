// The part of the Messages protocol that the loop speaks, as its wire spells it.

export interface CacheControl {
  readonly type: 'ephemeral'
}

export interface TextParam {
  readonly type: 'text'
  readonly text: string
  readonly cache_control?: CacheControl
}

export interface ToolResultParam {
  readonly type: 'tool_result'
  readonly tool_use_id: string
  readonly content: readonly TextParam[]
  readonly is_error?: boolean
  readonly cache_control?: CacheControl
}

export interface ToolUseBlock {
  readonly type: 'tool_use'
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
}

/** A block that only the provider understands (thinking, its signature): sent back as it came. */
export interface OpaqueBlock {
  readonly type: 'thinking' | 'redacted_thinking'
  readonly [key: string]: unknown
}

export type AssistantBlock = TextParam | ToolUseBlock | OpaqueBlock
export type UserBlock = TextParam | ToolResultParam

export type MessageParam =
  | { readonly role: 'user'; readonly content: readonly UserBlock[] }
  | { readonly role: 'assistant'; readonly content: readonly AssistantBlock[] }

export interface ToolParam {
  readonly name: string
  readonly description: string
  readonly input_schema: object
  readonly cache_control?: CacheControl
}

export interface MessagesRequest {
  readonly model: string
  readonly max_tokens: number
  readonly output_config?: { readonly effort: string }
  /** Left out: standard. */
  readonly speed?: 'fast'
  readonly system?: readonly TextParam[]
  readonly tools?: readonly ToolParam[]
  readonly messages: readonly MessageParam[]
}

export interface UsageCounts {
  readonly input_tokens?: number | null
  readonly output_tokens?: number | null
  readonly cache_read_input_tokens?: number | null
  readonly cache_creation_input_tokens?: number | null
}

/** The events of a streamed answer; others are passed over. */
export type StreamEvent =
  | { readonly type: 'message_start'; readonly message: { readonly usage?: UsageCounts } }
  | {
      readonly type: 'content_block_start'
      readonly index: number
      readonly content_block: { readonly type: string; readonly [key: string]: unknown }
    }
  | {
      readonly type: 'content_block_delta'
      readonly index: number
      readonly delta: { readonly type: string; readonly [key: string]: unknown }
    }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | {
      readonly type: 'message_delta'
      readonly delta: {
        readonly stop_reason?: string | null
        readonly stop_details?: {
          readonly category?: string | null
          readonly explanation?: string | null
        } | null
      }
      readonly usage?: UsageCounts
    }
  | { readonly type: 'message_stop' }

/** Something that answers like a Messages API. */
export interface Model {
  /**
   * One answer as it is made.
   * @throws ModelFailure
   */
  stream(request: MessagesRequest, signal: AbortSignal): AsyncIterable<StreamEvent>
}

export type FailureKind =
  | 'overloaded'
  | 'rate_limited'
  | 'unreachable'
  | 'refused'
  | 'billing'
  | 'context_too_long'

/** Why a model gave no answer. `message` never holds a credential. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure'
  readonly kind: FailureKind
  /** Milliseconds after which the model said to try again. */
  readonly retryAfterMs: number | undefined

  constructor(
    kind: FailureKind,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options)
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs
  }

  /** Whether the same request may succeed later. */
  get isTransient(): boolean {
    return ['overloaded', 'rate_limited', 'unreachable'].includes(this.kind)
  }
}
