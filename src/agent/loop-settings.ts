/** Limits of the model loop. */
export interface LoopSettings {
  /** The name that the model's server knows, for the name that an agent has. */
  readonly upstreamModel: (model: string) => string
  /** Tokens of one answer. */
  readonly outputTokensMax: number
  /** Tokens that fit into the model's context. */
  readonly contextTokens: number
  /** Model requests in one turn. */
  readonly requestsMax: number
  /** Tries of one model request. */
  readonly triesMax: number
  /** Whether requests mark what a provider may cache. */
  readonly cachesPrompt: boolean
  /** The pause after the first failure; it doubles, up to sixty times as much. */
  readonly retryMs: number
  /** How long the first request of a turn waits for somebody who follows the session. */
  readonly watchMs: number
}

export const defaultLoop: LoopSettings = {
  upstreamModel: (model) => model,
  outputTokensMax: 8_192,
  contextTokens: 200_000,
  requestsMax: 200,
  triesMax: 6,
  cachesPrompt: true,
  retryMs: 1_000,
  watchMs: 300,
}

/** Of the context; what is above it is summarised before the next request. */
const fullShare = 0.8

export function contextTokensMax(settings: LoopSettings): number {
  return Math.floor(settings.contextTokens * fullShare)
}

/** Milliseconds before the next try, half of it by chance so that many do not come back at once. */
export function retryDelayMs(
  settings: LoopSettings,
  failures: number,
  retryAfterMs: number | undefined,
): number {
  const most = settings.retryMs * 60
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, most)
  const delay = Math.min(settings.retryMs * 2 ** failures, most)
  return delay * (0.5 + Math.random() / 2)
}
