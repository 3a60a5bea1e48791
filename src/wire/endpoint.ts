import type { Api, Verb } from '../api.ts'
import { formatQuery, parseQuery, type Fields, type Values } from './query.ts'
import type { Schema } from './schema.ts'

/** The input of a verb as HTTP can carry it: a signal is the door's own business. */
export type Input<V extends Verb> =
  Parameters<Api[V]> extends [infer I] ? Omit<I, 'signal'> : undefined

/** The value of a verb; of a stream, one item. */
export type Output<V extends Verb> =
  ReturnType<Api[V]> extends Promise<infer O>
    ? O
    : ReturnType<Api[V]> extends AsyncIterable<infer Item>
      ? Item
      : never

/** The body of a request, its shape checked against the endpoint's schema. */
export type Body = Readonly<Record<string, unknown>>

/** The parts of a request that say what is wanted. */
export interface WireRequest {
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** What stands behind the "?" of the URL, "" when nothing does. */
  readonly search: string
  readonly body: Body | undefined
  /** Headers that an operation reads: `idempotency-key`. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/**
 * One operation as data: served by the HTTP door, called by the client, listed in the reference,
 * counted by tests. There is one for each verb.
 */
export interface Endpoint<V extends Verb = Verb> {
  readonly verb: V
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Another method that does the same (U55). */
  readonly alias?: 'PATCH'
  /** Parameters are written `:name`. */
  readonly path: string
  readonly query: Fields
  /** Undefined: no body, and one that holds something is refused. */
  readonly body: Schema | undefined
  readonly answer: Schema
  /** Whether the answer is a stream of events, asked for by `accept: text/event-stream`. */
  readonly stream: boolean
  readonly docs: Docs
  /** @throws DomainError `invalid` */
  toInput(request: WireRequest): Input<V>
  toRequest(input: Input<V>): WireRequest
  encode(output: Output<V>): unknown
  /** @param workspaceId the answer's `anthropic-workspace-id`, which some values need */
  decode(json: unknown, workspaceId: string): Output<V>
}

export interface Docs {
  readonly group: string
  readonly summary: string
  readonly description: string
  readonly example: {
    /** Behind the path, with its "?". */
    readonly search?: string
    readonly body?: Body
    readonly answer: unknown
  }
}

interface Parsed<F extends Fields> {
  readonly params: Readonly<Record<string, string>>
  readonly query: Values<F>
  readonly body: Body
  readonly headers: Readonly<Record<string, string | undefined>>
}

type Spec<V extends Verb, F extends Fields> = Pick<Endpoint<V>, 'verb' | 'method' | 'path'> &
  Partial<Pick<Endpoint<V>, 'alias' | 'body' | 'stream'>> &
  Pick<Endpoint<V>, 'answer' | 'docs' | 'encode' | 'decode'> & {
    readonly query: F
    toInput(request: Parsed<F>): Input<V>
    toRequest(input: Input<V>): Partial<Parsed<F>>
  }

/** Completes what an entry of the table leaves out, and ties its query fields to its functions. */
export function endpoint<V extends Verb, F extends Fields>(spec: Spec<V, F>): Endpoint<V> {
  return {
    ...spec,
    body: spec.body,
    stream: spec.stream ?? false,
    toInput: ({ params, search, body, headers = {} }) =>
      spec.toInput({ params, query: parseQuery(spec.query, search), body: body ?? {}, headers }),
    toRequest: (input) => {
      const { params, query, body, headers = {} } = spec.toRequest(input)
      return {
        params: params ?? {},
        search: query === undefined ? '' : formatQuery(spec.query, query),
        body,
        headers,
      }
    },
  }
}

/** Path and query of a request, as they stand in a URL. */
export function requestTarget(endpoint: Pick<Endpoint, 'path'>, request: WireRequest): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent((request.params[name] ?? '').toWellFormed()),
  )
  return request.search === '' ? path : `${path}?${request.search}`
}

/** A path parameter that the route is sure to have. */
export function param(request: Pick<WireRequest, 'params'>, name: string): string {
  return request.params[name] ?? ''
}
