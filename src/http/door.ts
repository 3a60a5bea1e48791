import type { IncomingHttpHeaders } from 'node:http'
import type { Api } from '../api.ts'
import type { Caller } from '../domain/caller.ts'
import type { Log } from '../observe/log.ts'
import type { Metrics } from '../observe/metrics.ts'
import type { Tracing } from '../observe/tracing.ts'
import type { HttpLimits } from './limits.ts'

/** Who a credential is: a caller without the circumstances of a request. */
export type Principal = Omit<Caller, 'door' | 'requestId'>

/** A page that is not an operation: documentation, or a file of the console. */
export interface StaticPage {
  /** 200 unless said otherwise. */
  readonly status?: number
  readonly contentType: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** What the door is given. It decides nothing about memories: `bind` leads to what does. */
export interface HttpServerOptions {
  /**
   * Who presents this secret; undefined for nobody. Called on every request: it should be quick.
   */
  readonly authenticate: (secret: string) => Promise<Principal | undefined>
  readonly bind: (caller: Caller) => Api
  /** Names this installation in `anthropic-organization-id`. */
  readonly organizationId: string
  /** Of the program, for the OpenAPI document. */
  readonly version: string
  /** The storage engine, named by `/readyz`. */
  readonly backend: string
  /** Rejects when writes cannot be taken now. */
  readonly checkReady: () => Promise<void>
  readonly log: Log
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
  readonly limits?: Partial<HttpLimits> | undefined
  /**
   * Whether official endpoints are 404 without their `anthropic-beta`, and those of agents 400
   * without a version, as the hosted service's are.
   */
  readonly strictHeaders?: boolean | undefined
  /** Whether unknown fields of a body are ignored instead of refused. */
  readonly ignoreUnknownFields?: boolean | undefined
  /** PEM. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer } | undefined
  /**
   * The console: serves what no route knows, by its path; undefined when it knows no such page
   * either. Where there is one, browsers that ask for "/" are led to it.
   */
  readonly ui?:
    | ((path: string, headers: IncomingHttpHeaders) => Promise<StaticPage | undefined>)
    | undefined
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined
}
