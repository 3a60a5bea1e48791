// The order of checks, credentials, headers and routes: one door, over a fake Api.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDoor, post, type TestDoor } from './door.ts'

let door: TestDoor
let storePath = ''

interface ErrorBody {
  type: string
  error: { type: string; message: string; details?: { error_code: string } }
  request_id: string
}

beforeAll(async () => {
  door = await openDoor()
  const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
  const { id } = (await created.json()) as { id: string }
  storePath = `/v1/memory_stores/${id}`
})

afterAll(() => door[Symbol.asyncDispose]())

async function refused(response: Response): Promise<[number, string, string]> {
  const body = (await response.json()) as ErrorBody
  expect(body.type).toBe('error')
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('request-id')).toMatch(/^req_01/)
  expect(body.request_id).toBe(response.headers.get('request-id'))
  return [response.status, body.error.type, body.error.message]
}

describe('routes', () => {
  test.each([
    '/v1',
    '/v1/memory_stores/',
    '/v1/memorystores',
    '/V1/memory_stores',
    '/v1/memory_stores/x/memories/y/z',
    '/palimpsest/v1/nothing',
    '/v1//memory_stores',
  ])('[R-2.9-2] [R-3.1-1] %s is 404, also for strangers', async (path) => {
    const response = await door.fetch(path, { headers: { 'x-api-key': '' } })
    expect((await refused(response)).slice(0, 2)).toEqual([404, 'not_found_error'])
  })

  test('an unknown route says what is served, and where all of it is listed', async () => {
    const [, , message] = await refused(await door.fetch('/v1/messages'))
    expect(message).toContain('/v1/memory_stores')
    expect(message).toContain('/docs')
  })

  test('the root leads to the reference', async () => {
    const root = await door.fetch('/', { redirect: 'manual', headers: { 'x-api-key': '' } })
    expect([root.status, root.headers.get('location')]).toEqual([302, '/docs'])
    expect((await door.fetch('/', { method: 'POST' })).status).toBe(405)
  })

  test.each([
    ['PUT', '/v1/memory_stores', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', '/v1/memory_stores', 'GET, HEAD, POST, OPTIONS'],
    ['GET', '/v1/memory_stores/x/archive', 'POST, OPTIONS'],
    ['PUT', '/v1/memory_stores/x/memories/y?a=b', 'GET, HEAD, POST, PATCH, DELETE, OPTIONS'],
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
  ])('[R-2.9-2] %s %s is 405 and names %s', async (method, path, allow) => {
    const response = await door.fetch(path, { method })
    expect(response.headers.get('allow')).toBe(allow)
    expect((await refused(response)).slice(0, 2)).toEqual([405, 'invalid_request_error'])
  })

  test('OPTIONS says what is possible, HEAD what GET would, without the body', async () => {
    const options = await door.fetch('/v1/memory_stores', { method: 'OPTIONS' })
    expect(options.status).toBe(200)
    expect(options.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS')
    const head = await door.fetch(storePath, { method: 'HEAD' })
    const get = await door.fetch(storePath)
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(await head.text()).toBe('')
  })

  test('[R-2.1-2] PATCH does what POST does', async () => {
    const response = await door.fetch(storePath, { ...post({ name: 'New' }), method: 'PATCH' })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ name: 'New' })
  })

  test('[R-1-5] a malformed id is 404, after the fields were checked', async () => {
    for (const id of ['%00', 'a%2Fb', '%2e%2e', 'ä', "';--", '..%2f..']) {
      const response = await door.fetch(`/v1/memory_stores/${id}/memories/x`)
      expect((await refused(response)).slice(0, 2)).toEqual([404, 'not_found_error'])
    }
    const limit = await door.fetch('/v1/memory_stores/%00/memories?limit=x')
    expect((await refused(limit))[0]).toBe(400)
  })
})

describe('credentials', () => {
  test.each([
    ['x-api-key', { 'x-api-key': 'reader-secret' }],
    ['a bearer token', { 'x-api-key': '', authorization: 'Bearer reader-secret' }],
  ])('[R-2.5-1] one key works as %s', async (_, headers) => {
    const response = await fetch(`${door.url}/v1/memory_stores`, {
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    })
    expect(response.status).toBe(200)
  })

  test.each([
    [{}],
    [{ 'x-api-key': 'unknown' }],
    [{ authorization: 'Bearer unknown' }],
    [{ authorization: 'Bearer ' }],
    [{ authorization: 'Basic cmVhZGVyLXNlY3JldA==' }],
    [{ authorization: 'reader-secret' }],
    [{ 'x-api-key': 'x'.repeat(2_000) }],
  ])('[R-2.5-2] [R-2.6-2] %j is 401 and names no workspace', async (headers) => {
    const response = await fetch(`${door.url}/v1/memory_stores`, { headers })
    expect(response.headers.has('anthropic-workspace-id')).toBe(false)
    expect(response.headers.has('anthropic-organization-id')).toBe(false)
    expect((await refused(response)).slice(0, 2)).toEqual([401, 'authentication_error'])
  })

  test('[R-2.5-3] of two credentials x-api-key counts', async () => {
    const ask = (key: string, bearer: string) =>
      door.fetch('/v1/memory_stores', {
        headers: { 'x-api-key': key, authorization: `Bearer ${bearer}` },
      })
    expect((await ask('reader-secret', 'unknown')).status).toBe(200)
    expect((await ask('unknown', 'reader-secret')).status).toBe(401)
  })

  test.each([
    ['reader-secret', 'POST', '/v1/memory_stores', 403],
    ['reader-secret', 'DELETE', '/v1/memory_stores/x', 403],
    ['reader-secret', 'GET', '/v1/memory_stores', 200],
    ['writer-secret', 'DELETE', '/v1/memory_stores/x', 403],
    ['writer-secret', 'POST', '/v1/memory_stores/x/memory_versions/y/redact', 403],
    ['writer-secret', 'GET', '/palimpsest/v1/keys', 403],
    ['admin-secret', 'GET', '/palimpsest/v1/keys', 200],
    ['reader-secret', 'GET', '/palimpsest/v1/me', 200],
  ])('[R-2.5-6] %s: %s %s is %d', async (key, method, path, status) => {
    const response = await door.fetch(path, { method, headers: { 'x-api-key': key } })
    expect(response.status).toBe(status)
    if (status === 403) expect((await refused(response))[1]).toBe('permission_error')
  })

  test('[R-2.5-4] a named workspace must be the one of the key', async () => {
    const ask = (id: string) =>
      door.fetch('/v1/memory_stores', { headers: { 'anthropic-workspace-id': id } })
    expect((await ask(door.workspaceId)).status).toBe(200)
    expect((await refused(await ask('wrkspc_01someoneElse'))).slice(0, 2)).toEqual([
      403,
      'permission_error',
    ])
    for (const id of ['nonsense', 'wrkspc_', 'wrkspc_a b', `wrkspc_${'x'.repeat(200)}`]) {
      expect((await refused(await ask(id)))[0]).toBe(400)
    }
  })

  test('[R-1-4] what belongs to another workspace is not there', async () => {
    const response = await door.fetch(storePath, { headers: { 'x-api-key': 'stranger-secret' } })
    expect((await refused(response))[0]).toBe(404)
  })

  test("a session's token reaches its stores, with the attached access", async () => {
    const storeId = storePath.split('/')[3] as never
    door.keys.set('session-secret', {
      workspaceId: door.workspaceId,
      actor: 'sesn_1',
      role: 'read_only',
      stores: new Map([[storeId, 'read_only']]),
    })
    const ask = (path: string, init: RequestInit = {}) =>
      door.fetch(path, { ...init, headers: { 'x-api-key': 'session-secret' } })
    expect((await ask(storePath)).status).toBe(200)
    expect((await ask(`${storePath}/memories`, { method: 'POST', body: '{}' })).status).toBe(403)
    expect((await ask('/v1/memory_stores/memstore_01other')).status).toBe(404)
    door.keys.set('session-secret', {
      workspaceId: door.workspaceId,
      actor: 'sesn_1',
      role: 'read_only',
      stores: new Map([[storeId, 'read_write']]),
    })
    const body = JSON.stringify({ path: '/by-session', content: '' })
    expect((await ask(`${storePath}/memories`, { method: 'POST', body })).status).toBe(200)
  })
})

describe('headers', () => {
  test('[R-2.6-1] [R-2.6-2] [R-2.1-1] a success has its ids, 200 and JSON', async () => {
    const response = await door.fetch('/v1/memory_stores', post({ name: 'a' }))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('request-id')).toMatch(/^req_01/)
    expect(response.headers.get('anthropic-workspace-id')).toBe(door.workspaceId)
    expect(response.headers.get('anthropic-organization-id')).toBe('org_test')
  })

  test('[R-2.3-1] [R-2.3-3] both betas and words that are none are 400', async () => {
    for (const beta of ['agent-memory-2026-07-22,managed-agents-2026-04-01', 'nonsense']) {
      const response = await door.fetch('/v1/memory_stores', {
        headers: { 'anthropic-beta': beta },
      })
      expect((await refused(response)).slice(0, 2)).toEqual([400, 'invalid_request_error'])
    }
  })

  test('[R-2.3-4] a header that comes twice is one list', async () => {
    const headers: [string, string][] = [
      ['x-api-key', 'admin-secret'],
      ['anthropic-beta', 'agent-memory-2026-07-22'],
      ['anthropic-beta', 'managed-agents-2026-04-01'],
    ]
    const response = await fetch(`${door.url}/v1/memory_stores`, { headers })
    expect(response.status).toBe(400)
  })

  test('[R-2.4-1] anthropic-version is ignored', async () => {
    for (const version of ['2023-06-01', '2026-10-21', 'nonsense', '']) {
      const response = await door.fetch('/v1/memory_stores', {
        headers: { 'anthropic-version': version },
      })
      expect(response.status).toBe(200)
    }
  })

  test('[R-2.3-2] with strict headers a memory endpoint needs its beta, an own route does not', async () => {
    await using strict = await openDoor({ options: { strictHeaders: true } })
    expect((await strict.fetch('/v1/memory_stores')).status).toBe(404)
    const headers = { 'anthropic-beta': 'managed-agents-2026-04-01' }
    expect((await strict.fetch('/v1/memory_stores', { headers })).status).toBe(200)
    expect((await strict.fetch('/palimpsest/v1/me')).status).toBe(200)
  })

  test('the door in front of this one is remembered, where it is one of ours', async () => {
    for (const hint of ['mount', 'agent', 'nonsense']) {
      await door.fetch(storePath, post({ name: hint }, { 'palimpsest-door': hint }))
    }
    const changes = await door.fetch(`/palimpsest${storePath}/changes`)
    const { data } = (await changes.json()) as { data: { door: string }[] }
    expect(data.slice(-3).map(({ door }) => door)).toEqual(['mount', 'http', 'http'])
  })
})

describe('order', () => {
  /** Everything is wrong with it; each row mends one thing more. */
  const wrong = {
    key: 'unknown',
    workspace: 'wrkspc_01other',
    beta: 'nonsense',
    bytes: 3_000_000,
    body: '{',
    query: '?view=x',
  }
  test.each([
    [{}, 401],
    [{ key: 'reader-secret' }, 403],
    [{ key: 'reader-secret', workspace: '' }, 403],
    [{ key: 'admin-secret', workspace: '' }, 400],
    [{ key: 'admin-secret', workspace: '', beta: '' }, 413],
    [{ key: 'admin-secret', workspace: '', beta: '', bytes: 0 }, 400],
    [{ key: 'admin-secret', workspace: '', beta: '', bytes: 0, body: '{}' }, 400],
    [
      {
        key: 'admin-secret',
        workspace: '',
        beta: '',
        bytes: 0,
        body: '{"path":"/a","content":""}',
      },
      400,
    ],
    [
      {
        key: 'admin-secret',
        workspace: '',
        beta: '',
        bytes: 0,
        body: '{"path":"/a","content":""}',
        query: '',
      },
      404,
    ],
  ])('[R-2.9-1] with %j mended it is %d', async (mended, status) => {
    const { key, workspace, beta, bytes, body, query } = { ...wrong, ...mended }
    const headers: Record<string, string> = { 'x-api-key': key, 'anthropic-version': '?' }
    if (workspace !== '') headers['anthropic-workspace-id'] = workspace
    if (beta !== '') headers['anthropic-beta'] = beta
    const response = await door.fetch(`/v1/memory_stores/memstore_01none/memories${query}`, {
      method: 'POST',
      headers,
      body: body.padEnd(bytes, ' '),
    })
    expect((await refused(response))[0]).toBe(status)
  })
})
