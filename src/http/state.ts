import type { ServerResponse } from 'node:http'
import type { CheckBody } from './check-body.ts'
import type { HttpServerOptions, StaticPage } from './door.ts'
import type { HttpLimits } from './limits.ts'
import type { LiveRequests } from './live-requests.ts'
import type { Router } from './routes.ts'
import type { Endpoint } from '../wire/endpoint.ts'

/** A running server's parts, as its functions see them. */
export interface ServerState {
  readonly options: HttpServerOptions
  readonly limits: HttpLimits
  readonly clock: () => number
  readonly router: Router
  readonly checkOf: (endpoint: Endpoint) => CheckBody
  readonly live: LiveRequests
  /** Asks the storage once for everybody who asks meanwhile. */
  readonly checkReady: () => Promise<void>
  readonly documentOf: (path: string) => StaticPage | undefined
  /** Responses that are not finished. */
  readonly active: Set<ServerResponse>
  isClosing: boolean
}
