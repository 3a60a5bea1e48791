import { UsageError, type Arguments } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { resolveServer, type Server } from '../credentials.ts'

/** A store on a server, as `mirror` is given it. */
export interface EndAddress {
  readonly server: Server
  /** Name or id. */
  readonly store: string
}

type Side = 'SOURCE' | 'TARGET'

/**
 * `URL/STORE`, or `STORE` on the server that flags, environment or credentials file name. The key
 * of a URL comes from the environment, and that of the known server goes to that server only.
 */
export function parseEnd(args: Arguments, side: Side, given: string | undefined): EndAddress {
  if (given === undefined) throw new UsageError(`${side} is missing: STORE or URL/STORE`)
  if (!/^https?:\/\//i.test(given)) {
    return { server: resolveServer(connectionFlags(args)), store: given }
  }
  if (!URL.canParse(given)) throw new UsageError(`${side} must be STORE or URL/STORE`)
  const url = new URL(given)
  const slash = url.pathname.lastIndexOf('/')
  const store = decodeURIComponent(url.pathname.slice(slash + 1))
  if (store === '') throw new UsageError(`${side} must end with a store: URL/STORE`)
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`${side} must not hold a password: set PALIMPSEST_${side}_API_KEY`)
  }
  const baseUrl = `${url.origin}${url.pathname.slice(0, slash + 1)}`
  return { server: serverAt(args, side, baseUrl), store }
}

function serverAt(args: Arguments, side: Side, baseUrl: string): Server {
  const apiKey = process.env[`PALIMPSEST_${side}_API_KEY`] || undefined
  const authToken = process.env[`PALIMPSEST_${side}_AUTH_TOKEN`] || undefined
  if (apiKey !== undefined || authToken !== undefined) {
    return resolveServer({ baseUrl, apiKey, authToken })
  }
  const known = knownServer(args)
  if (known?.baseUrl === baseUrl) return known
  throw new UsageError(
    `no key for ${baseUrl}: set PALIMPSEST_${side}_API_KEY (or PALIMPSEST_${side}_AUTH_TOKEN)`,
  )
}

function knownServer(args: Arguments): Server | undefined {
  try {
    return resolveServer(connectionFlags(args))
  } catch (error) {
    if (error instanceof UsageError) return undefined
    throw error
  }
}
