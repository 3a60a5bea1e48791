// Headers and bodies as clients of all ages send them, on the real server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryPlace } from '../support/in-process.ts'
import { startTestServer, type RequestOptions, type TestServer } from '../support/server.ts'
import { eachSite, errorOf, invalid, shaOfText, stores } from '../support/site.ts'

const memoryBeta = 'agent-memory-2026-07-22'
const agentsBeta = 'managed-agents-2026-04-01'

const site = eachSite()
let strict: TestServer

beforeAll(async () => {
  const flags = { 'strict-headers': 'true', 'ignore-unknown-fields': 'true' }
  strict = await startTestServer(await temporaryPlace(), { flags })
})
afterAll(() => strict[Symbol.asyncDispose]())

describe('headers', () => {
  const betas = (value: string) => site().get(stores, { headers: { 'anthropic-beta': value } })

  test('[R-2.3-1] the two memory betas exclude each other', async () => {
    expect((await betas(memoryBeta)).status).toBe(200)
    expect((await betas(agentsBeta)).status).toBe(200)
    for (const value of [
      `${memoryBeta},${agentsBeta}`,
      `${agentsBeta}, x-2026-01-01,${memoryBeta}`,
    ]) {
      const answer = await betas(value)
      expect(errorOf(answer)).toBe(invalid)
      expect(answer.json.error.message).toContain(memoryBeta)
      expect(answer.json.error.message).toContain(agentsBeta)
    }
  })

  test('[R-2.3-2] none is needed, unless headers are strict', async () => {
    const { get } = site()
    expect((await get(stores)).status).toBe(200)
    const without = await strict.request(stores)
    expect(errorOf(without)).toBe('404 not_found_error')
    expect(without.json.error.message).toContain(memoryBeta)
    const unrelated = { 'anthropic-beta': 'files-api-2025-04-14' }
    expect((await strict.request(stores, { headers: unrelated })).status).toBe(404)
    const named = { 'anthropic-beta': `files-api-2025-04-14,${memoryBeta}` }
    expect((await strict.request(stores, { headers: named })).status).toBe(200)
    expect((await strict.request('/palimpsest/v1/me')).status).toBe(200)
  })

  test('[R-S1.0-1] [R-S1.0-3] agents and sessions ask for theirs only when headers are strict', async () => {
    const { get } = site()
    for (const path of ['/v1/agents', '/v1/environments', '/v1/sessions']) {
      expect((await get(path)).status).toBe(200)
      const version = { 'anthropic-version': '2023-06-01' }
      const without = await strict.request(path, { headers: version })
      expect(errorOf(without)).toBe('404 not_found_error')
      expect(without.json.error.message).toContain(agentsBeta)
      const other = { ...version, 'anthropic-beta': memoryBeta }
      expect((await strict.request(path, { headers: other })).status).toBe(404)
      const both = { ...version, 'anthropic-beta': `${memoryBeta},${agentsBeta}` }
      expect((await strict.request(path, { headers: both })).status).toBe(200)
      const unversioned = await strict.request(path, { headers: { 'anthropic-beta': agentsBeta } })
      expect(errorOf(unversioned)).toBe(invalid)
      expect(unversioned.json.error.message).toContain('anthropic-version')
    }
  })

  test('[R-S1.0-4] turns, which are our own, need no header', async () => {
    const turn = await strict.request('/v1/sessions/sesn_0111/turns/turn_0111')
    expect(turn.json.error.message).not.toContain('anthropic-beta')
  })

  test('[R-S1.0-2] made-up words are refused by agents and sessions too', async () => {
    const headers = { 'anthropic-beta': 'no-such-beta' }
    expect(errorOf(await site().get('/v1/sessions', { headers }))).toBe(invalid)
  })

  test('[R-2.3-3] made-up words are refused, betas of the future are not', async () => {
    const answer = await betas('no-such-beta')
    expect(errorOf(answer)).toBe(invalid)
    expect(answer.json.error.message).toBe(
      'Unexpected value(s) `no-such-beta` for the `anthropic-beta` header. Please consult our ' +
        'documentation at platform.claude.com/docs or try again without the header.',
    )
    expect((await betas('agent-memory-2030-01-31')).status).toBe(200)
    expect((await betas('oauth-2025-04-20')).status).toBe(200)
  })

  test('[R-2.3-4] names stand in one header or in several, with blanks', async () => {
    const { server, secret } = site()
    expect((await betas(` ${memoryBeta} , files-api-2025-04-14 ,`)).status).toBe(200)
    const response = await fetch(server.url + stores, {
      headers: [
        ['x-api-key', secret],
        ['anthropic-beta', memoryBeta],
        ['anthropic-beta', agentsBeta],
      ],
    })
    expect(response.status).toBe(400)
  })

  test('[R-2.4-1] the version header is ignored', async () => {
    const { get } = site()
    for (const version of ['2023-06-01', '2026-10-21', '2099-01-01', 'latest', '']) {
      const { status } = await get(stores, { headers: { 'anthropic-version': version } })
      expect(status).toBe(200)
    }
  })

  test('[R-2.5-1] [R-2.5-2] [R-2.5-3] the key comes in either header', async () => {
    const { secret, get } = site()
    const bearer = (value: string) => ({ headers: { authorization: value }, secret: null })
    expect((await get(stores, bearer(`Bearer ${secret}`))).status).toBe(200)
    expect((await get(stores, bearer(`bearer ${secret}`))).status).toBe(200)
    for (const options of [
      { secret: null },
      { secret: 'x' },
      { secret: '' },
      bearer(`Basic ${secret}`),
      bearer('Bearer'),
      bearer(`Bearer ${secret}x`),
    ]) {
      expect(errorOf(await get(stores, options))).toBe('401 authentication_error')
    }
    const both = (first: string, second: string) =>
      get(stores, { secret: first, headers: { authorization: `Bearer ${second}` } })
    expect((await both(secret, 'x')).status).toBe(200)
    expect((await both('x', secret)).status).toBe(401)
  })

  test('[R-2.5-4] the workspace header has to name the workspace of the key', async () => {
    const { server, workspace, get } = site()
    const named = (id: string) => get(stores, { headers: { 'anthropic-workspace-id': id } })
    expect((await named(workspace.workspaceId)).status).toBe(200)
    const other = await server.newWorkspace()
    expect(errorOf(await named(other.workspaceId))).toBe('403 permission_error')
    expect(errorOf(await named('default'))).toBe(invalid)
  })

  test('[R-2.6-1] [R-2.6-2] [R-3.1-1] answers name request and workspace', async () => {
    const { workspace, get } = site()
    const fine = await get(stores)
    expect(fine.headers.get('request-id')).toMatch(/^req_01\w{22}$/)
    expect(fine.headers.get('anthropic-workspace-id')).toBe(workspace.workspaceId)
    expect(fine.headers.get('anthropic-organization-id')).toMatch(/^[\da-f-]{36}$/)
    const missing = await get(`${stores}/memstore_x`)
    expect(missing.json).toEqual({
      type: 'error',
      error: { type: 'not_found_error', message: expect.any(String) as string },
      request_id: missing.headers.get('request-id'),
    })
    expect(missing.headers.get('request-id')).not.toBe(fine.headers.get('request-id'))
    const stranger = await get(stores, { secret: 'x' })
    expect(stranger.headers.get('anthropic-workspace-id')).toBeNull()
    expect(stranger.json.request_id).toBe(stranger.headers.get('request-id'))
  })
})

describe('bodies', () => {
  const json = { 'content-type': 'application/json' }
  const create = (body: RequestOptions['body'], headers: Record<string, string> = json) =>
    site().post(stores, body, { headers })

  test.each([
    ['nothing', ''],
    ['no JSON', '{name: "x"}'],
    ['half of it', '{"name":"x"'],
    ['a list', '[{"name":"x"}]'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['a number as name', '{"name":1}'],
    ['a list as name', '{"name":["x"]}'],
    ['a string as metadata', '{"name":"x","metadata":"a"}'],
    ['a number in metadata', '{"name":"x","metadata":{"a":1}}'],
    ['no name', '{}'],
  ])('[R-2.8-1] %s is refused', async (_what, body) => {
    expect(errorOf(await create(body))).toBe(invalid)
  })

  test('[R-2.8-1] nesting without end is refused, and harms nobody', async () => {
    const { get } = site()
    const deep = `{"name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    expect(errorOf(await create(deep))).toBe(invalid)
    expect((await get(stores)).status).toBe(200)
  })

  test('[R-2.8-2] other charsets and encodings are refused', async () => {
    const body = '{"name":"x"}'
    for (const type of ['application/json; charset=utf-8', 'application/json;charset="UTF-8"']) {
      expect((await create(body, { 'content-type': type })).status).toBe(200)
    }
    expect((await create(body, {})).status).toBe(200)
    const utf16 = { 'content-type': 'application/json; charset=utf-16' }
    expect(errorOf(await create(body, utf16))).toBe(invalid)
    for (const encoding of ['br', 'zip', 'gzip']) {
      const answer = await create(body, { ...json, 'content-encoding': encoding })
      expect(answer.status, encoding).toBe(400)
    }
  })

  test('[R-2.8-3] the largest content fits in any escape, a larger body is 413', async () => {
    const { storePath, post } = site()
    const escaped = `{"path":"/big","content":"${'\\u0001'.repeat(102_400)}"}`
    expect((await post(`${storePath}/memories`, escaped, { headers: json })).status).toBe(200)
    const padded = (bytes: number) => `{"name":"x"}${' '.repeat(bytes - 12)}`
    expect((await create(padded(2_097_152))).status).toBe(200)
    const large = await create(padded(2_097_153))
    expect(errorOf(large)).toBe('413 request_too_large')
  })

  test('[R-2.8-4] an unknown field is refused and named, or ignored where that is set', async () => {
    const { storeId, storePath, memoryPath, post } = site()
    const precondition = { type: 'not_exists' }
    const body = { path: '/b', content: '', precondition }
    const answer = await post(`${storePath}/memories`, body)
    expect(errorOf(answer)).toBe(invalid)
    expect(answer.json.error.message).toContain('precondition')
    expect(errorOf(await post(memoryPath, { contents: 'typo' }))).toBe(invalid)
    expect(errorOf(await post(storePath, { id: storeId }))).toBe(invalid)
    const loose = { method: 'POST', body: { name: 'x', colour: 'red' } }
    const headers = { 'anthropic-beta': memoryBeta }
    expect((await strict.request(stores, { ...loose, headers })).status).toBe(200)
  })

  test('[R-2.8-6] text that is no Unicode is refused', async () => {
    const { storePath, post } = site()
    const memories = `${storePath}/memories`
    const bytes = (text: string) => Buffer.from(text, 'latin1')
    for (const body of [
      bytes('{"path":"/b","content":"\xff"}'),
      bytes('{"path":"/b","content":"\xed\xa0\x80"}'),
      bytes('{"path":"/\xc0\xaf","content":""}'),
      '{"path":"/b","content":"\\ud800"}',
      '{"path":"/b","content":"\\udc00\\ud800"}',
      '{"path":"/\\uD83D","content":""}',
      '{"path":"/b","content":"","\\ud800":1}',
    ]) {
      expect(errorOf(await post(memories, body, { headers: json }))).toBe(invalid)
    }
    const pair = '{"path":"/b","content":"\\ud83d\\ude00"}'
    expect((await post(memories, pair, { headers: json })).json.content_size_bytes).toBe(4)
  })

  test('[R-7.5-9] [R-7.5-1] [R-6.5-2] preconditions and nulls have their forms', async () => {
    const { storePath, memoryPath, post } = site()
    for (const precondition of [
      {},
      { type: 'content_sha256' },
      { content_sha256: shaOfText },
      { type: 'not_exists', content_sha256: shaOfText },
      { type: 'content_sha256', content_sha256: null },
      { type: 'content_sha256', content_sha256: shaOfText.toUpperCase() },
      { type: 'content_sha256', content_sha256: shaOfText, more: 1 },
      [],
      'content_sha256',
    ]) {
      const answer = await post(memoryPath, { content: 'new', precondition })
      expect(errorOf(answer), JSON.stringify(precondition)).toBe(invalid)
    }
    const kept = await post(memoryPath, { content: null, path: null, precondition: null })
    expect(kept.json).toMatchObject({ path: '/a', content_sha256: shaOfText })
    const store = await post(storePath, { name: null, description: null, metadata: null })
    expect(store.json).toMatchObject({ name: 'x', description: '', metadata: {} })
  })
})
