// What the contract says of HTTP itself, on the real server: the Api cannot see these rules.
import { describe, expect, test } from 'vitest'
import type { RequestOptions } from '../support/server.ts'
import { eachSite, errorOf, invalid, shaOfText, stores } from '../support/site.ts'

const site = eachSite()

describe('objects', () => {
  test('[R-6.1-1] [R-1-7] [R-1-6] a store has eight keys in their order', async () => {
    const { storePath, get } = site()
    const { json } = await get(storePath)
    expect(Object.keys(json)).toEqual([
      'id',
      'archived_at',
      'created_at',
      'description',
      'metadata',
      'name',
      'type',
      'updated_at',
    ])
    expect(json).toMatchObject({ archived_at: null, description: '', metadata: {}, name: 'x' })
    expect(json.type).toBe('memory_store')
    expect(json.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('[R-7.1-1] [R-1-7] a memory has ten keys in their order', async () => {
    const { storeId, storePath, memoryPath, get } = site()
    const { json } = await get(memoryPath)
    expect(Object.keys(json)).toEqual([
      'id',
      'content_sha256',
      'content_size_bytes',
      'created_at',
      'memory_store_id',
      'memory_version_id',
      'path',
      'type',
      'updated_at',
      'content',
    ])
    expect(json).toMatchObject({
      type: 'memory',
      path: '/a',
      content: 'text',
      content_sha256: shaOfText,
      content_size_bytes: 4,
      memory_store_id: storeId,
    })
    const listed = await get(`${storePath}/memories`)
    expect(listed.json.data).toEqual([{ ...json, content: null }])
  })

  test('[R-7.1-4] a directory item has two keys', async () => {
    const { storePath, get, post } = site()
    await post(`${storePath}/memories`, { path: '/d/x', content: '' })
    const { json } = await get(`${storePath}/memories?depth=1&path_prefix=%2F`)
    expect(json.data[1]).toEqual({ path: '/d/', type: 'memory_prefix' })
  })

  test('[R-8.1-1] [R-1-7] [R-2.5-5] a version has twelve keys in their order', async () => {
    const { server, workspace, secret, storePath, memoryPath, get, post } = site()
    await server.request(memoryPath, { secret, method: 'DELETE' })
    const { json } = await get(`${storePath}/memory_versions?view=full`)
    const [deleted, created] = json.data
    expect(Object.keys(created)).toEqual([
      'id',
      'created_at',
      'memory_id',
      'memory_store_id',
      'operation',
      'type',
      'content',
      'content_sha256',
      'content_size_bytes',
      'created_by',
      'path',
      'redacted_at',
      'redacted_by',
    ])
    const actor = { type: 'api_actor', api_key_id: workspace.keyIds.admin }
    expect(created).toMatchObject({
      type: 'memory_version',
      operation: 'created',
      content: 'text',
      created_by: actor,
      redacted_at: null,
      redacted_by: null,
    })
    expect(deleted).toMatchObject({
      operation: 'deleted',
      content: null,
      content_sha256: null,
      content_size_bytes: null,
      path: '/a',
    })
    const path = `${storePath}/memory_versions/${created.id}`
    const redacted = await post(`${path}/redact`)
    expect(redacted.json).toMatchObject({
      path: null,
      content: null,
      content_sha256: null,
      content_size_bytes: null,
      created_by: actor,
      redacted_by: actor,
      redacted_at: expect.stringMatching(/Z$/) as string,
    })
  })

  test('[R-4.1-1] a page has two keys', async () => {
    const { storePath, get } = site()
    for (const path of [stores, `${storePath}/memories`, `${storePath}/memory_versions`]) {
      const { json } = await get(path)
      expect(Object.keys(json)).toEqual(['data', 'next_page'])
      expect(json.next_page).toBeNull()
    }
  })
})

describe('requests', () => {
  test('[R-2.1-1] [R-5-1] all fourteen operations answer 200 with JSON', async () => {
    const { server, secret, storeId, storePath, memoryPath, get, post } = site()
    const created = await post(`${storePath}/memories`, { path: '/b', content: '' })
    const { json } = await post(memoryPath, { content: 'new' })
    const version = (await get(`${storePath}/memory_versions?operation=created`)).json.data[1]
    const versionPath = `${storePath}/memory_versions/${version.id}`
    const other = await post(stores, { name: 'y' })
    const answers = [
      created,
      other,
      await get(stores),
      await get(storePath),
      await post(storePath, { name: 'z' }),
      await get(`${storePath}/memories`),
      await get(memoryPath),
      await post(memoryPath, { content: json.content }),
      await get(`${storePath}/memory_versions`),
      await get(versionPath),
      await post(`${versionPath}/redact`),
      await server.request(memoryPath, { secret, method: 'DELETE' }),
      await post(`${storePath}/archive`),
      await server.request(storePath, { secret, method: 'DELETE' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual(Array(14).fill(200))
    for (const { headers, json: body } of answers) {
      expect(headers.get('content-type')).toContain('application/json')
      expect(body).toBeTypeOf('object')
    }
    expect(answers.at(-1)?.json).toEqual({ id: storeId, type: 'memory_store_deleted' })
    expect(answers.at(-3)?.json).toMatchObject({ type: 'memory_deleted' })
  })

  test('[R-2.1-2] PATCH does what POST does', async () => {
    const { secret, storePath, memoryPath, get } = site()
    const patch = { secret, method: 'PATCH' }
    expect((await get(storePath, { ...patch, body: { name: 'y' } })).json.name).toBe('y')
    const renamed = await get(memoryPath, { ...patch, body: { path: '/p' } })
    expect(renamed.json).toMatchObject({ path: '/p', content: null })
    expect(errorOf(await get(stores, { ...patch, body: { name: 'y' } }))).toBe(
      '405 invalid_request_error',
    )
  })

  test('[R-2.1-3] archive and redact take no body, an empty one or {}', async () => {
    const { storePath, memoryPath, get, post } = site()
    await post(memoryPath, { content: 'new' })
    const version = (await get(`${storePath}/memory_versions`)).json.data[1]
    const json = { 'content-type': 'application/json' }
    for (const path of [
      `${storePath}/memory_versions/${version.id}/redact`,
      `${storePath}/archive`,
    ]) {
      expect(errorOf(await post(path, { reason: 'x' }))).toBe(invalid)
      expect((await post(path)).status).toBe(200)
      expect((await post(path, '', { headers: json })).status).toBe(200)
      expect((await post(path, '{}', { headers: json })).status).toBe(200)
      expect((await post(path, {})).status).toBe(200)
    }
  })

  test('[R-2.1-4] [R-4.4-1] queries are read however they are encoded', async () => {
    const { storePath, get, post } = site()
    const at = (await get(storePath)).json.created_at as string
    const naive = at.slice(0, -1)
    const zoned = `${new Date(Date.parse(at) + 7_200_000).toISOString().slice(0, -1)}+02:00`
    for (const query of [
      `created_at[gte]=${at}&created_at[lte]=${at}`,
      `created_at%5Bgte%5D=${encodeURIComponent(at)}`,
      `created_at[gte]=${naive}000`,
      `created_at[lte]=${zoned}`,
      `created_at[lte]=${encodeURIComponent(zoned)}`,
      'created_at[gte]=',
    ]) {
      expect((await get(`${stores}?${query}`)).json.data, query).toHaveLength(1)
    }
    for (const query of ['created_at[gte]=now', 'created_at[lte]=2026-02-30T00:00:00Z']) {
      expect(errorOf(await get(`${stores}?${query}`)), query).toBe(invalid)
    }
    await post(`${storePath}/memories`, { path: '/n otes/x', content: '' })
    for (const prefix of ['/n+otes/', '%2Fn%20otes%2F', '/n%20otes/']) {
      expect((await get(`${storePath}/memories?path_prefix=${prefix}`)).json.data).toHaveLength(1)
    }
  })

  test('[R-2.2-1] [R-7.4-6] [R-2.8-5] what is unknown in a query is ignored', async () => {
    const { storePath, get, post } = site()
    await post(`${storePath}/memories`, { path: '/b', content: '' })
    const plain = (await get(`${storePath}/memories`)).json
    for (const query of ['beta=true', 'order=desc&order_by=created_at', 'x[y]=%5B', '&&=&a']) {
      expect((await get(`${storePath}/memories?${query}`)).json, query).toEqual(plain)
    }
    expect((await post(`${stores}?beta=true`, { name: 'y' })).status).toBe(200)
  })

  test('[R-2.8-5] the last of repeated parameters counts; booleans are true or false', async () => {
    const { get, post } = site()
    await post(stores, { name: 'y' })
    expect((await get(`${stores}?limit=1&limit=2`)).json.data).toHaveLength(2)
    expect((await get(`${stores}?limit=2&limit=1`)).json.data).toHaveLength(1)
    expect((await get(`${stores}?include_archived=true`)).status).toBe(200)
    expect((await get(`${stores}?include_archived=`)).status).toBe(200)
    for (const value of ['1', 'yes', 'TRUE']) {
      expect(errorOf(await get(`${stores}?include_archived=${value}`))).toBe(invalid)
    }
  })

  test('[R-4.2-1] [R-4.3-1] [R-5-2] [R-7.4-4] parameters have their forms', async () => {
    const { storePath, memoryPath, get, post } = site()
    const memories = `${storePath}/memories`
    for (const query of ['page=', 'view=', 'limit=100', 'depth=0', 'limit=', 'path_prefix=']) {
      expect((await get(`${memories}?${query}`)).status, query).toBe(200)
    }
    const broken =
      'limit=0 limit=101 limit=ten limit=1.0 limit=1e1 limit=+5 view=all view=FULL depth=2 depth=-1 depth=x page=2 page=page_'
    for (const query of `${broken} path_prefix=/a path_prefix=a/ path_prefix=%FF/`.split(' ')) {
      expect(errorOf(await get(`${memories}?${query}`)), query).toBe(invalid)
    }
    expect(errorOf(await get(`${memoryPath}?view=all`))).toBe(invalid)
    const created = await post(`${memories}?view=full`, { path: '/v', content: 'v' })
    expect(created.json.content).toBe('v')
  })
})

describe('errors', () => {
  test('[R-3.2-1] [R-3.3-1] [R-2.7-1] conflicts are 409, sent once, and say what is in the way', async () => {
    const { storePath, memoryPath, post } = site()
    const blocked = await post(`${storePath}/memories`, { path: '/a/b', content: '' })
    expect(blocked.status).toBe(409)
    expect(blocked.headers.get('x-should-retry')).toBe('false')
    expect(blocked.json.error).toEqual({
      type: 'memory_path_conflict_error',
      message: expect.any(String) as string,
      conflicting_memory_id: memoryPath.split('/').at(-1),
      conflicting_path: '/a',
    })
    const precondition = { type: 'content_sha256', content_sha256: '0'.repeat(64) }
    const stale = await post(memoryPath, { content: 'new', precondition })
    expect(stale.status).toBe(409)
    expect(stale.headers.get('x-should-retry')).toBe('false')
    expect(Object.keys(stale.json.error)).toEqual(['type', 'message'])
    expect(stale.json.error.type).toBe('memory_precondition_failed_error')
    expect(stale.text).not.toContain(shaOfText)
  })

  test('[R-3.2-1] [R-2.5-6] refusals have one status and type each', async () => {
    const { workspace, storePath, memoryPath, get, post } = site()
    const reader = workspace.secrets.read_only
    const memories = `${storePath}/memories`
    expect(errorOf(await post(memories, { path: '/b', content: '' }, { secret: reader }))).toBe(
      '403 permission_error',
    )
    expect(errorOf(await post(memories, { path: '/b/', content: '' }))).toBe(invalid)
    expect(errorOf(await get(`${memories}/mem_x`))).toBe('404 not_found_error')
    const head = (await get(memoryPath)).json.memory_version_id
    expect(errorOf(await post(`${storePath}/memory_versions/${head}/redact`))).toBe(invalid)
    await post(`${storePath}/archive`)
    expect(errorOf(await post(memories, { path: '/b', content: '' }))).toBe(invalid)
    expect(errorOf(await post(storePath, {}))).toBe(invalid)
  })

  test('[R-2.9-2] unknown paths are 404, wrong methods 405 with the allowed ones', async () => {
    const { storePath, memoryPath, get, post } = site()
    for (const path of ['/x', '/v1', '/v1/memory_store', `${storePath}/x`, `${memoryPath}/x`]) {
      expect(errorOf(await get(path)), path).toBe('404 not_found_error')
    }
    const wrong = await get(stores, { method: 'PUT' })
    expect(errorOf(wrong)).toBe('405 invalid_request_error')
    expect(wrong.headers.get('allow')).toContain('GET')
    expect(wrong.headers.get('allow')).toContain('POST')
    expect((await get(`${storePath}/archive`)).status).toBe(405)
    expect((await post(`${storePath}/memory_versions`, {})).status).toBe(405)
  })

  test('[R-2.9-1] checks run in their order', async () => {
    const { server, workspace, secret, storePath, memoryPath, post } = site()
    const memories = `${storePath}/memories`
    const bad = { 'anthropic-beta': 'x' }
    const reader = workspace.secrets.read_only
    const status = async (path: string, options: RequestOptions) =>
      (await server.request(path, { secret, ...options })).status
    const broken = { method: 'POST', body: '{', headers: bad }
    // route before credential before role before beta before body before store
    expect(await status('/v1/x', { ...broken, secret: 'x' })).toBe(404)
    expect(await status(stores, { method: 'PUT', secret: 'x' })).toBe(405)
    expect(await status(memories, { ...broken, secret: 'x' })).toBe(401)
    expect(await status(memories, { ...broken, secret: reader })).toBe(403)
    const gone = `${stores}/memstore_gone/memories`
    const large = ' '.repeat(3_000_000)
    const beta = await server.request(gone, { secret, method: 'POST', body: large, headers: bad })
    expect(beta.status).toBe(400)
    expect(await status(gone, { method: 'POST', body: large })).toBe(413)
    expect(await status(gone, { method: 'POST', body: { path: 'x', content: '' } })).toBe(400)
    expect(await status(gone, { method: 'POST', body: { path: '/x', content: '' } })).toBe(404)
    expect(await status(`${gone}?limit=0`, {})).toBe(400)
    // archived before precondition before no-op
    await post(`${storePath}/archive`)
    const precondition = { type: 'content_sha256', content_sha256: '0'.repeat(64) }
    expect(await status(memoryPath, { method: 'POST', body: { content: 'y', precondition } })).toBe(
      400,
    )
    expect(await status(`${memories}/mem_x`, { method: 'POST', body: {} })).toBe(404)
  })
})
