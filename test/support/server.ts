// The real server on a free port of loopback, with an installation of its own.
import type { Role } from '../../src/domain/caller.ts'
import type { Limits } from '../../src/domain/limits.ts'
import { startServer } from '../../src/server.ts'
import { configOf, type Place } from './in-process.ts'

export interface TestServer extends AsyncDisposable {
  readonly url: string
  /** The secret of an admin of the first workspace. */
  readonly operatorSecret: string
  /** One request, answered in full. */
  request(path: string, options?: RequestOptions): Promise<Answer>
  /** A new workspace with a key of each role in it. */
  newWorkspace(): Promise<TestWorkspace>
}

export interface TestWorkspace {
  readonly workspaceId: string
  readonly secrets: Readonly<Record<Role, string>>
  readonly keyIds: Readonly<Record<Role, string>>
}

export interface RequestOptions {
  readonly method?: string
  /** Sent as x-api-key; null sends none. */
  readonly secret?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, bytes and strings as they are. */
  readonly body?: object | string | Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What the text says as JSON; undefined when it is none. */
  readonly json: Json
}

/** Any JSON, to be looked into by assertions. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export interface StartOptions {
  readonly limits?: Partial<Limits> | undefined
  /** Further settings, by the names of their flags. */
  readonly flags?: Readonly<Record<string, string>> | undefined
}

/** Starts a server over the place, which is gone with it. */
export async function startTestServer(
  place: Place,
  { limits, flags = {} }: StartOptions = {},
): Promise<TestServer> {
  const config = configOf({ flags: { ...place.flags, port: '0', ...flags } }, limits)
  const server = await startServer(config)
  const operatorSecret = server.firstKey?.secret ?? ''
  const request = (path: string, options: RequestOptions = {}) =>
    send(server.url + path, { secret: operatorSecret, ...options })
  return {
    url: server.url,
    operatorSecret,
    request,
    newWorkspace: () => newWorkspace(request),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}

async function send(url: string, options: RequestOptions): Promise<Answer> {
  const { method = 'GET', secret, headers = {}, body } = options
  const isPlain = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(url, {
    method,
    headers: {
      ...(typeof secret === 'string' ? { 'x-api-key': secret } : {}),
      ...(isPlain ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isPlain ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) }
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

let workspaces = 0

async function newWorkspace(request: TestServer['request']): Promise<TestWorkspace> {
  workspaces += 1
  const body = { name: `workspace ${workspaces}` }
  const made = await request('/palimpsest/v1/workspaces', { method: 'POST', body })
  const workspaceId = made.json.id as string
  const secrets = { read_only: '', read_write: '', admin: '' }
  const keyIds = { ...secrets }
  for (const role of ['read_only', 'read_write', 'admin'] as const) {
    const key = await request('/palimpsest/v1/keys', {
      method: 'POST',
      body: { workspace_id: workspaceId, name: role, role },
    })
    secrets[role] = key.json.secret
    keyIds[role] = key.json.id
  }
  return { workspaceId, secrets, keyIds }
}
