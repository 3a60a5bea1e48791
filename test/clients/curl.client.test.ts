// The README's requests with curl, on the real server.
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryPlace } from '../support/in-process.ts'
import { startTestServer, type Json, type TestServer } from '../support/server.ts'

const run = promisify(execFile)
const isThere = await run('curl', ['--version']).then(
  () => true,
  () => false,
)

describe.runIf(isThere || process.env['CI'] === 'true')('curl', () => {
  let server: TestServer
  let secret: string
  beforeAll(async () => {
    server = await startTestServer(await temporaryPlace())
    secret = (await server.newWorkspace()).secrets.admin
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function curl(path: string, ...options: string[]): Promise<Json> {
    const headers = ['-H', `x-api-key: ${secret}`, '-H', 'anthropic-version: 2023-06-01']
    const beta = ['-H', 'anthropic-beta: agent-memory-2026-07-22']
    const { stdout } = await run('curl', [
      '-sS',
      server.url + path,
      ...headers,
      ...beta,
      ...options,
    ])
    return JSON.parse(stdout)
  }

  const json = (body: object) => {
    return ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]
  }

  test('[R-2.1-1] [R-2.1-3] [R-2.1-4] writes, lists, corrects, redacts and deletes', async () => {
    const store = await curl('/v1/memory_stores', ...json({ name: 'User Preferences' }))
    expect(store.id).toMatch(/^memstore_/)
    const memories = `/v1/memory_stores/${store.id}/memories`
    const memory = await curl(memories, ...json({ path: '/users/maya.md', content: 'caf\u00e9' }))
    expect(memory).toMatchObject({ type: 'memory', content: null, content_size_bytes: 5 })

    const prefix = ['--get', '--data-urlencode', 'path_prefix=/users/', '-d', 'view=full']
    const listed = await curl(memories, ...prefix)
    expect(listed.data[0]).toMatchObject({ path: '/users/maya.md', content: 'caf\u00e9' })

    const precondition = { type: 'content_sha256', content_sha256: memory.content_sha256 }
    const change = json({ content: 'tea', precondition })
    expect((await curl(`${memories}/${memory.id}`, ...change)).content_size_bytes).toBe(3)
    const stale = await curl(`${memories}/${memory.id}`, ...json({ content: 'x', precondition }))
    expect(stale.error.type).toBe('memory_precondition_failed_error')

    const versions = `/v1/memory_stores/${store.id}/memory_versions`
    const redact = `${versions}/${memory.memory_version_id}/redact`
    expect((await curl(redact, ...json({}))).content_sha256).toBeNull()
    expect((await curl(redact, '-X', 'POST')).redacted_at).toMatch(/Z$/)
    const deleted = await curl(`${memories}/${memory.id}`, '-X', 'DELETE')
    expect(deleted).toEqual({ id: memory.id, type: 'memory_deleted' })
    const archived = await curl(`/v1/memory_stores/${store.id}/archive`, '-X', 'POST')
    expect(archived.archived_at).toMatch(/Z$/)
  })

  test('[R-own-2] follows the change feed as it happens', async () => {
    const store = await curl('/v1/memory_stores', ...json({ name: 'x' }))
    const feed = `${server.url}/palimpsest/v1/memory_stores/${store.id}/changes`
    const headers = ['-H', `x-api-key: ${secret}`, '-H', 'accept: text/event-stream']
    const following = spawn('curl', ['-sSN', feed, ...headers])
    let heard = ''
    following.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()))
    await expect.poll(() => heard).toContain('store_created')
    expect(heard).not.toContain('"path":"/a"')
    await curl(`/v1/memory_stores/${store.id}/memories`, ...json({ path: '/a', content: '' }))
    await expect.poll(() => heard).toContain('"path":"/a"')
    following.kill()
  })
})
