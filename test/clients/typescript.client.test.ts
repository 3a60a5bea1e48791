// The official TypeScript SDK, of two generations, on the real server: every operation, paging,
// retries and typed errors, as its users write them.
import { createHash } from 'node:crypto'
import Anthropic from '@anthropic-ai/sdk'
import OlderAnthropic from 'anthropic-sdk-0'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryPlace } from '../support/in-process.ts'
import type { Generation } from '../support/over-http.ts'
import { startTestServer, type TestServer, type TestWorkspace } from '../support/server.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

let server: TestServer
let workspace: TestWorkspace

beforeAll(async () => {
  server = await startTestServer(await temporaryPlace())
})
afterAll(() => server[Symbol.asyncDispose]())

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly status: number
}

interface Recorder {
  readonly client: Anthropic
  /** Every request that left, retries too. */
  readonly sent: Sent[]
  /** Loses the answer of the next request: it arrived, but the client never hears. */
  loseNextAnswer(): void
}

function record(generation: Generation, apiKey: string): Recorder {
  const sent: Sent[] = []
  let lost = 0
  const options = {
    baseURL: server.url,
    apiKey,
    authToken: null,
    fetch: async (target: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const { url, method, headers } = new Request(target, init)
      const response = await fetch(target, init)
      sent.push({ method, url, headers, status: response.status })
      if (lost === 0) return response
      lost -= 1
      await response.arrayBuffer()
      throw new TypeError('connection lost')
    },
  }
  const client =
    generation === '1.x'
      ? new Anthropic(options)
      : (new OlderAnthropic(options) as unknown as Anthropic)
  return { client, sent, loseNextAnswer: () => (lost += 1) }
}

async function rejection(
  promise: PromiseLike<unknown>,
): Promise<InstanceType<typeof Anthropic.APIError>> {
  return promise.then(
    () => Promise.reject(new Error('expected an error of the API')),
    (error: unknown) => error as InstanceType<typeof Anthropic.APIError>,
  )
}

describe.each<[Generation, typeof Anthropic]>([
  ['1.x', Anthropic],
  ['0.x', OlderAnthropic as unknown as typeof Anthropic],
])('the official TypeScript SDK %s', (generation, Sdk) => {
  let recorder: Recorder
  let stores: Anthropic['beta']['memoryStores']

  beforeEach(async () => {
    workspace = await server.newWorkspace()
    recorder = record(generation, workspace.secrets.admin)
    stores = recorder.client.beta.memoryStores
  })

  test('[R-2.2-1] [R-2.5-1] [R-2.4-1] is of the generation that it is meant to be', async () => {
    await stores.list()
    const [request] = recorder.sent
    const { headers, url } = request!
    expect(headers.get('anthropic-beta')).toBe('agent-memory-2026-07-22')
    if (generation === '1.x') {
      expect(headers.get('authorization')).toBe(`Bearer ${workspace.secrets.admin}`)
      expect(headers.get('x-api-key')).toBeNull()
      expect(headers.get('anthropic-version')).toBe('2026-10-21')
      expect(url).not.toContain('beta=true')
    } else {
      expect(headers.get('x-api-key')).toBe(workspace.secrets.admin)
      expect(headers.get('anthropic-version')).toBe('2023-06-01')
      expect(url).toContain('?beta=true')
    }
  })

  test('[R-5-1] reaches every operation', async () => {
    const made = await stores.create({
      name: 'User Preferences',
      description: 'Per-user preferences',
      metadata: { tenant: 'acme' },
    })
    expect(made.type).toBe('memory_store')
    expect((await stores.retrieve(made.id)).name).toBe('User Preferences')
    const updated = await stores.update(made.id, { metadata: { tenant: null, user: 'maya' } })
    expect(updated.metadata).toEqual({ user: 'maya' })
    expect((await stores.list({ limit: 1 })).data.map(({ id }) => id)).toEqual([made.id])

    const { memories, memoryVersions: versions } = stores
    const memory = await memories.create(made.id, { path: '/users/maya.md', content: 'one' })
    expect(memory).toMatchObject({ type: 'memory', content_sha256: sha256('one'), content: null })
    const at = { memory_store_id: made.id }
    expect((await memories.retrieve(memory.id, at)).content).toBe('one')
    const precondition = { type: 'content_sha256', content_sha256: sha256('one') } as const
    const second = await memories.update(memory.id, { ...at, content: 'two', precondition })
    expect(second.content_sha256).toBe(sha256('two'))
    const renamed = await memories.update(memory.id, { ...at, path: '/maya.md', view: 'full' })
    expect(renamed).toMatchObject({ path: '/maya.md', content: 'two' })
    await memories.create(made.id, { path: '/users/jo.md', content: '' })
    const listed = await memories.list(made.id, { depth: 1, view: 'full' })
    expect(listed.data.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'memory /maya.md',
      'memory_prefix /users/',
    ])

    const history = await versions.list(made.id, { memory_id: memory.id, view: 'full' })
    expect(history.data.map(({ operation, content }) => [operation, content])).toEqual([
      ['modified', 'two'],
      ['modified', 'two'],
      ['created', 'one'],
    ])
    const first = history.data[2]!
    expect((await versions.retrieve(first.id, at)).created_by).toEqual({
      type: 'api_actor',
      api_key_id: workspace.keyIds.admin,
    })
    const redacted = await versions.redact(first.id, at)
    expect(redacted).toMatchObject({ content: null, path: null, redacted_by: first.created_by })

    const expected_content_sha256 = sha256('two')
    const deleted = await memories.delete(memory.id, { ...at, expected_content_sha256 })
    expect(deleted).toMatchObject({ id: memory.id, type: 'memory_deleted' })
    expect((await stores.archive(made.id)).archived_at).toMatch(/Z$/)
    expect(await stores.delete(made.id)).toMatchObject({
      id: made.id,
      type: 'memory_store_deleted',
    })
    expect(recorder.sent.every(({ status }) => status === 200)).toBe(true)
  })

  test('[R-4.1-1] [R-4.5-1] pages by itself to the end', async () => {
    const { id } = await stores.create({ name: 'x' })
    const paths = Array.from({ length: 45 }, (_, index) => `/f${String(index).padStart(2, '0')}`)
    await Promise.all(paths.map((path) => stores.memories.create(id, { path, content: path })))
    const seen: string[] = []
    for await (const item of stores.memories.list(id, { view: 'full', limit: 100 })) {
      seen.push(item.path)
    }
    expect(seen).toEqual(paths)
    expect(recorder.sent.filter(({ method }) => method === 'GET')).toHaveLength(3)
    const versions = await Array.fromAsync(stores.memoryVersions.list(id, { limit: 10 }))
    expect(versions.map(({ path }) => path)).toHaveLength(45)
    expect(new Set(versions.map(({ path }) => path))).toEqual(new Set(paths))
    const first = await stores.memories.list(id, { path_prefix: '/', limit: 40 })
    expect(first.hasNextPage()).toBe(true)
    expect((await first.getNextPage()).data).toHaveLength(5)
    const one = await Array.fromAsync(stores.list({ limit: 1 }))
    expect(one).toHaveLength(1)
  })

  test('[R-2.7-1] [R-3.3-1] sends what conflicts once, and says with what', async () => {
    const { id } = await stores.create({ name: 'x' })
    const memory = await stores.memories.create(id, { path: '/a', content: 'one' })
    recorder.sent.length = 0
    const conflict = await rejection(stores.memories.create(id, { path: '/a/b', content: '' }))
    expect(conflict).toBeInstanceOf(Sdk.ConflictError)
    expect(conflict.type).toBe('memory_path_conflict_error')
    expect(conflict.error).toMatchObject({
      error: { conflicting_memory_id: memory.id, conflicting_path: '/a' },
    })
    expect(conflict.requestID).toMatch(/^req_/)
    const precondition = { type: 'content_sha256', content_sha256: sha256('other') } as const
    const update = { memory_store_id: id, content: 'two', precondition }
    const stale = await rejection(stores.memories.update(memory.id, update))
    expect(stale).toBeInstanceOf(Sdk.ConflictError)
    expect(stale.type).toBe('memory_precondition_failed_error')
    expect(recorder.sent.map(({ status }) => status)).toEqual([409, 409])
  })

  test('[R-3.2-1] gets the error class of each status', async () => {
    const { id } = await stores.create({ name: 'x' })
    const reader = record(generation, workspace.secrets.read_only).client.beta.memoryStores
    const stranger = record(generation, 'nobody').client.beta.memoryStores
    for (const [call, Class, type] of [
      [() => stores.create({ name: '' }), Sdk.BadRequestError, 'invalid_request_error'],
      [() => stores.memories.list(id, { depth: 2 }), Sdk.BadRequestError, 'invalid_request_error'],
      [() => stranger.list(), Sdk.AuthenticationError, 'authentication_error'],
      [() => reader.create({ name: 'x' }), Sdk.PermissionDeniedError, 'permission_error'],
      [() => stores.retrieve('memstore_x'), Sdk.NotFoundError, 'not_found_error'],
    ] as const) {
      const error = await rejection(call())
      expect(error).toBeInstanceOf(Class)
      expect(error.type).toBe(type)
    }
  })

  test('[R-2.3-1] hears of two betas that exclude each other', async () => {
    const betas = ['managed-agents-2026-04-01'] as const
    const error = await rejection(stores.list({ betas: [...betas] }))
    expect(error).toBeInstanceOf(Sdk.BadRequestError)
    expect(error.message).toContain('agent-memory-2026-07-22')
  })

  test('[R-2.7-2] [R-2.7-3] survives an answer that was lost on the way', async () => {
    const { id } = await stores.create({ name: 'x' })
    const memory = await stores.memories.create(id, { path: '/a', content: 'one' })
    const at = { memory_store_id: id }

    recorder.loseNextAnswer()
    const precondition = { type: 'content_sha256', content_sha256: sha256('one') } as const
    const updated = await stores.memories.update(memory.id, { ...at, content: 'two', precondition })
    expect(updated.content_sha256).toBe(sha256('two'))
    expect((await stores.memoryVersions.list(id)).data).toHaveLength(2)

    recorder.loseNextAnswer()
    const created = await rejection(stores.memories.create(id, { path: '/b', content: 'b' }))
    const [newest] = (await stores.memoryVersions.list(id)).data
    expect(created.error).toMatchObject({ error: { conflicting_memory_id: newest?.memory_id } })

    recorder.loseNextAnswer()
    const deleted = await rejection(stores.memories.delete(memory.id, at))
    expect(deleted).toBeInstanceOf(Sdk.NotFoundError)
  })

  // The older generation does not look at these headers.
  if (generation === '1.x')
    test('[R-2.6-1] [R-2.6-2] tells request and workspace', async () => {
      const store = await stores.create({ name: 'x' })
      expect(store._request_id).toMatch(/^req_01/)
      const error = await rejection(stores.retrieve('memstore_x'))
      expect(error.workspaceID).toBe(workspace.workspaceId)
      const { workspaceId } = workspace
      expect((await stores.list({ workspace_id: workspaceId })).data).toHaveLength(1)
      const other = await server.newWorkspace()
      const refused = await rejection(stores.list({ workspace_id: other.workspaceId }))
      expect(refused).toBeInstanceOf(Sdk.PermissionDeniedError)
    })

  test('[R-7.5-11] lets one of 32 writers win', async () => {
    const { id } = await stores.create({ name: 'x' })
    const memory = await stores.memories.create(id, { path: '/a', content: 'one' })
    const precondition = { type: 'content_sha256', content_sha256: sha256('one') } as const
    const writes = Array.from({ length: 32 }, (_, writer) =>
      stores.memories
        .update(memory.id, { memory_store_id: id, content: `writer ${writer}`, precondition })
        .then(
          () => 'won',
          (error: unknown) => (error as { type: string }).type,
        ),
    )
    const results = await Promise.all(writes)
    expect(results.filter((result) => result === 'won')).toHaveLength(1)
    expect(results.filter((result) => result === 'memory_precondition_failed_error')).toHaveLength(
      31,
    )
  })

  test.each(['/v1/nowhere', '/palimpsest-behind-a-path'])(
    'is told nothing but JSON (%s)',
    async (path) => {
      const error = await rejection(stores.retrieve('x', null, { path }))
      expect(error.status).toBe(404)
      expect(error.type).toBe('not_found_error')
    },
  )
})
