import type { TraceParent } from './traceparent.ts'

/** Attribute names as the official SDK and OpenTelemetry's conventions have them. */
export const attributes = {
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
  errorType: 'error.type',
  store: 'gen_ai.memory.store.id',
  memory: 'gen_ai.memory.record.id',
  version: 'anthropic.memory_store.memory_version.id',
  requestId: 'anthropic.request_id',
  workspace: 'anthropic.workspace.id',
} as const

export type Attributes = Readonly<Record<string, string | number>>

export interface SpanStart {
  readonly name: string
  readonly parent: TraceParent | undefined
  readonly attributes: Attributes
}

export interface Span {
  set(attributes: Attributes): void
  /** @param errorType the type of the error, when the server failed */
  end(errorType: string | undefined): void
}

/** Spans that leave the process by OTLP. */
export interface Tracing extends AsyncDisposable {
  start(span: SpanStart): Span
}
