import findMyWay from 'find-my-way'
import type { Endpoint } from '../wire/endpoint.ts'
import type { BetaFamily } from '../wire/betas.ts'
import { betaFamilyOf, endpointList } from '../wire/endpoints.ts'

/** An operation at a place of the URL space. */
export interface Route {
  readonly endpoint: Endpoint
  /** The same path asked for as a stream of events. */
  readonly stream: Endpoint | undefined
  /** Whose rules its beta header follows; undefined for what is this server's own. */
  readonly betaFamily: BetaFamily | undefined
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
  /** What stands behind the "?", "" when nothing does. */
  readonly search: string
}

export interface Router {
  match(method: string, url: string): Match | undefined
  /** The methods that are known at a path, for a 405. */
  allowed(url: string): string[]
}

const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const
/** Ids have 33 characters at most; what is much longer is none. */
const paramCharactersMax = 100

const noop = (): void => undefined

export function createRouter(): Router {
  const router = findMyWay({
    maxParamLength: paramCharactersMax,
    // Each operation reads the query itself, by what it knows.
    querystringParser: (search) => search,
  })
  for (const endpoint of endpointList) {
    const isTwin = ({ path, stream }: Endpoint) => !stream && path === endpoint.path
    // A stream at the path of a list is asked for by its media type.
    if (endpoint.stream && endpointList.some(isTwin)) continue
    const stream = endpointList.find(({ path, stream }) => stream && path === endpoint.path)
    const route: Route = {
      endpoint,
      stream: endpoint.method === 'GET' && stream !== endpoint ? stream : undefined,
      betaFamily: betaFamilyOf(endpoint),
    }
    router.on(endpoint.method, endpoint.path, noop, route)
    if (endpoint.alias !== undefined) router.on(endpoint.alias, endpoint.path, noop, route)
  }
  return {
    match: (method, url) => {
      const found = router.find(asMethod(method), url)
      if (found === null || hasEmpty(found.params)) return undefined
      return {
        route: found.store as Route,
        params: found.params as Readonly<Record<string, string>>,
        search: found.searchParams as unknown as string,
      }
    },
    allowed: (url) => {
      const found = methods.filter((method) => {
        const match = router.find(method, url)
        return match !== null && !hasEmpty(match.params)
      })
      return found.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    },
  }
}

/** `/v1/memory_stores/` is no store with an empty id. */
function hasEmpty(params: Readonly<Record<string, string | undefined>>): boolean {
  for (const name in params) if (params[name] === '') return true
  return false
}

function asMethod(method: string): 'GET' {
  // HEAD is GET without the body, which node:http leaves out. Any other method is only looked up.
  return (method === 'HEAD' ? 'GET' : method) as 'GET'
}
