import type { APIPromise } from '@anthropic-ai/sdk'
import type { RequestOptions } from '@anthropic-ai/sdk/internal/request-options'

export interface TurnCreateParams {
  /** What the user says: a text, or messages with the role `user`. */
  input:
    | string
    | {
        role: 'user'
        content: string | { type: 'text'; text: string }[]
      }[]
  /** 0 to 540; 300 when not given. The turn goes on after it. */
  timeout_seconds?: number
  /** Whether to wait until a worker has saved the memory; true when not given. */
  wait_for_memory?: boolean
}

export interface TurnMessage {
  id: string
  type: 'message'
  role: 'assistant'
  content: { type: 'text'; text: string }[]
}

export interface Turn {
  id: string
  type: 'turn'
  session_id: string
  status: 'running' | 'completed' | 'requires_action' | 'failed' | 'timed_out' | 'interrupted'
  stop_reason: { type: string; event_ids?: string[] } | null
  /** Once the turn is over, the last message has at least one block. */
  output: TurnMessage[]
  usage: {
    input_tokens: number
    output_tokens: number
    cache_read_input_tokens: number
    cache_creation_input_tokens: number
  } | null
  memory: {
    changed: {
      memory_store_id: string
      path: string
      operation: 'created' | 'modified' | 'deleted'
      memory_version_id: string
    }[]
    /** Whether a worker has not saved everything yet. */
    pending: boolean
  }
  created_at: string
  completed_at: string | null
}

export declare class Turns {
  create(sessionId: string, params: TurnCreateParams, options?: RequestOptions): APIPromise<Turn>
  retrieve(
    turnId: string,
    params: { session_id: string },
    options?: RequestOptions,
  ): APIPromise<Turn>
}

declare module '@anthropic-ai/sdk/resources/beta/sessions/sessions' {
  interface Sessions {
    readonly turns: Turns
  }
}
