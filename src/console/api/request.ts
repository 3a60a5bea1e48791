import type { WireError } from '../../wire/error.ts'
import { leave, secret } from '../session/credential.ts'
import { Failure } from './failure.ts'

type Value = string | number | boolean | undefined
type Query = Readonly<Record<string, Value | readonly string[]>>

interface Options {
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** `application/json` unless said otherwise. */
  readonly accept?: string
}

type Method = 'GET' | 'POST' | 'DELETE'

/**
 * One request to this server, as the person who signed in.
 * @throws Failure; a key that no longer works also ends the session
 */
export async function request<Answer>(
  method: Method,
  path: string,
  options: Options = {},
): Promise<Answer> {
  const response = await send(method, path, options)
  return (await response.json()) as Answer
}

/** The answer itself, for those who read it as it comes. @throws Failure */
export async function send(method: Method, path: string, options: Options): Promise<Response> {
  const { query = {}, body, signal = null, accept } = options
  const headers = headersFor(secret.value ?? '', accept)
  if (body !== undefined) headers['content-type'] = 'application/json'
  const init: RequestInit = { method, headers, signal, cache: 'no-store', credentials: 'omit' }
  if (body !== undefined) init.body = JSON.stringify(body)
  const response = await reach(path + formatQuery(query), init)
  if (response.ok) return response
  const failure = new Failure(response.status, await readError(response))
  if (failure.status === 401) leave('The key no longer works. Sign in with another one.')
  throw failure
}

/** What every request says of itself; `palimpsest-door` is recorded with each change. */
export function headersFor(key: string, accept = 'application/json'): Record<string, string> {
  return { 'x-api-key': key, accept, 'palimpsest-door': 'console' }
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new Failure(0, {})
  }
}

async function readError(response: Response): Promise<Partial<WireError>> {
  try {
    return (await response.json()) as Partial<WireError>
  } catch {
    return {}
  }
}

function formatQuery(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: Value) =>
      one === undefined ? [] : [[name, String(one)]],
    ),
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}
