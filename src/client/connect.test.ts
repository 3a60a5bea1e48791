import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRecordingServer, type RecordingServer } from '../../test/support/recording-server.ts'
import { DomainError } from '../domain/errors.ts'
import { connect, type RemoteApi } from './connect.ts'

let server: RecordingServer
let api: RemoteApi
beforeAll(async () => {
  server = await startRecordingServer()
  api = connect({ baseUrl: `${server.url}/base`, headers: { 'x-api-key': 'k' } })
})
afterAll(async () => {
  api[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  server.requests.length = 0
})

const memory = {
  id: 'mem_1',
  content_sha256: 'a'.repeat(64),
  content_size_bytes: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  memory_store_id: 's',
  memory_version_id: 'memver_1',
  path: '/a',
  type: 'memory',
  updated_at: '2026-01-01T00:00:00.000Z',
  content: null,
}
const failure = (status: number, type: string, more: object = {}) => ({
  status,
  headers: { 'x-should-retry': 'false' },
  body: { type: 'error', error: { type, message: 'no', ...more }, request_id: null },
})

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  )
}

test('requests are those of the official clients', async () => {
  server.reply = () => ({ body: { data: [], next_page: null } })
  await api.listMemories({ storeId: 'a/b', pathPrefix: '/n otes/', depth: 1 })
  const [request] = server.requests
  expect(request?.target).toBe(
    '/base/v1/memory_stores/a%2Fb/memories?path_prefix=%2Fn%20otes%2F&depth=1',
  )
  expect(request?.headers).toMatchObject({
    'x-api-key': 'k',
    accept: 'application/json',
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'agent-memory-2026-07-22',
  })
})

test('own operations carry no beta name', async () => {
  server.reply = () => failure(404, 'not_found_error')
  await codeOf(api.getUsage({ storeId: 's' }))
  expect(server.requests[0]?.headers['anthropic-beta']).toBeUndefined()
})

describe('refusals come back as they were', () => {
  test.each([
    [failure(400, 'invalid_request_error'), 'invalid'],
    [failure(401, 'authentication_error'), 'unauthenticated'],
    [failure(409, 'memory_precondition_failed_error'), 'precondition_failed'],
    [{ status: 418, body: 'a page' }, 'invalid'],
    [{ status: 200, body: 'a page' }, 'internal'],
  ])('%#', async (reply, code) => {
    server.reply = () => reply
    expect(await codeOf(api.getStore({ storeId: 's' }))).toBe(code)
    expect(server.requests).toHaveLength(1)
  })
})

describe('an answer that never came', () => {
  const dropFirst = (then: () => ReturnType<RecordingServer['reply']>) => {
    server.reply = () => (server.requests.length === 1 ? 'drop' : then())
  }

  test('a read is tried again', async () => {
    dropFirst(() => ({ body: memory }))
    expect(await codeOf(api.getMemory({ storeId: 's', memoryId: 'mem_1' }))).toBe('done')
    expect(server.requests).toHaveLength(2)
  })

  test('a create that had happened is success', async () => {
    server.reply = ({ method }) => {
      if (server.requests.length === 1) return 'drop'
      if (method === 'GET') return { body: { ...memory, content: 'x' } }
      return failure(409, 'memory_path_conflict_error', {
        conflicting_memory_id: 'mem_1',
        conflicting_path: '/a',
      })
    }
    const created = await api.createMemory({ storeId: 's', path: '/a', content: 'x' })
    expect(created).toMatchObject({ id: 'mem_1', content: undefined })
    server.requests.length = 0
    const other = api.createMemory({ storeId: 's', path: '/a', content: 'other' })
    expect(await codeOf(other)).toBe('path_conflict')
  })

  test('a conflict without one stays a conflict', async () => {
    server.reply = () =>
      failure(409, 'memory_path_conflict_error', {
        conflicting_memory_id: 'mem_1',
        conflicting_path: '/a',
      })
    const call = api.createMemory({ storeId: 's', path: '/a', content: 'x' })
    expect(await codeOf(call)).toBe('path_conflict')
    expect(server.requests).toHaveLength(1)
  })

  test('a delete that had happened is success', async () => {
    dropFirst(() => failure(404, 'not_found_error'))
    expect(await api.deleteMemory({ storeId: 's', memoryId: 'mem_1' })).toEqual({ id: 'mem_1' })
    server.requests.length = 1 // no first one to drop
    const again = api.deleteMemory({ storeId: 's', memoryId: 'mem_1' })
    expect(await codeOf(again)).toBe('not_found')
  })

  test('a store is not created twice', async () => {
    server.reply = () => 'drop'
    expect(await codeOf(api.createStore({ name: 'n' }))).toBe('unavailable')
    expect(server.requests).toHaveLength(1)
  })
})

test('nobody there is "unavailable", with the address and the reason', async () => {
  const nobody = connect({ baseUrl: 'http://127.0.0.1:1', headers: {} }, { attemptsMax: 1 })
  await expect(nobody.whoAmI()).rejects.toThrow(/no answer from http:\/\/127\.0\.0\.1:1: .*REFUSED/)
})

test('https to a server of http is told in words', async () => {
  const wrong = connect({ baseUrl: server.url.replace('http:', 'https:'), headers: {} })
  await expect(wrong.whoAmI()).rejects.toThrow('it does not speak TLS: is its address http://')
})

test('a watch goes on behind the last change when the stream breaks', async () => {
  const change = (seq: number) => ({
    seq,
    kind: 'created',
    type: 'memory_store_change',
    content_sha256: null,
    content_size_bytes: null,
    created_at: '2026-01-01T00:00:00.000Z',
    created_by: null,
    door: 'http',
    memory_id: null,
    memory_store_id: 's',
    memory_version_id: null,
    path: null,
    previous_path: null,
    request_id: 'req_1',
  })
  server.reply = ({ target }) => {
    const after = Number(/after=(\d+)/.exec(target)?.[1] ?? 0)
    const body = [after + 1, after + 2].map((seq) => `data: ${JSON.stringify(change(seq))}\n\n`)
    return { headers: { 'content-type': 'text/event-stream' }, body: body.join('') }
  }
  const ended = new AbortController()
  const seen: number[] = []
  for await (const { seq } of api.watchChanges({ storeId: 's', signal: ended.signal })) {
    if (seen.push(seq) === 3) ended.abort()
  }
  expect(seen).toEqual([1, 2, 3])
  expect(server.requests[0]?.headers.accept).toBe('text/event-stream')
  server.reply = () => failure(403, 'permission_error')
  const refused = api.watchChanges({ storeId: 's', signal: new AbortController().signal })
  expect(await codeOf(Array.fromAsync(refused))).toBe('forbidden')
})
