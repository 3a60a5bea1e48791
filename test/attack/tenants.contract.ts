// Every operation with keys that must not reach it: another workspace's, and roles too low.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../../src/api.ts'
import type { Role } from '../../src/domain/caller.ts'
import { endpointList } from '../../src/wire/endpoints.ts'
import type { Endpoint } from '../../src/wire/endpoint.ts'
import type { Answer, TestServer, TestWorkspace } from '../support/server.ts'
import type { OpenServer } from './installation.ts'

const rank = { read_only: 0, read_write: 1, admin: 2, read: 0, write: 1 } as const
/** Needs an admin of the installation, not of a workspace. */
const operatorOnly = ['createWorkspace', 'listWorkspaces']
const inOneStore = endpointList.filter(
  ({ path, stream }) => path.includes(':memory_store_id') && !stream,
)

/** A body that would be taken. */
const bodies: Readonly<Record<string, object>> = {
  createStore: { name: 'x' },
  updateStore: { name: 'y' },
  createMemory: { path: '/new', content: 'x' },
  updateMemory: { content: 'y' },
  applyBatch: { operations: [{ type: 'create', path: '/batch', content: 'x' }] },
  importHistory: {
    expected_seq: 1,
    operations: [{ type: 'create', path: '/import', content: 'x' }],
  },
  restore: { at_seq: 1 },
  revert: { actor: 'apikey_x' },
  redactWithReason: {},
  createKey: { name: 'x' },
  createWorkspace: { name: 'x' },
}

/** And a query, where an operation does not go without. */
const queries: Readonly<Record<string, string>> = {
  searchStore: '?query=x',
  grepStore: '?pattern=x',
  getMemoryAsOf: '?path=/a',
  getBlame: '?path=/a',
  getDiff: '?from_seq=1',
}

export function tenantAttacks(engine: string, open: OpenServer): void {
  describe(`walls on ${engine}`, () => {
    let server: TestServer
    let mine: TestWorkspace
    let theirs: TestWorkspace
    let params: Record<string, string>

    const call = ({ verb, method, path }: Endpoint, secret: string): Promise<Answer> =>
      server.request(
        path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? 'id_1') +
          (queries[verb] ?? ''),
        {
          method,
          secret,
          ...(bodies[verb] === undefined ? {} : { body: bodies[verb] }),
        },
      )

    beforeAll(async () => {
      server = await open()
      mine = await server.newWorkspace()
      theirs = await server.newWorkspace()
      params = await furnish(server, theirs)
    })
    afterAll(() => server[Symbol.asyncDispose]())

    test.each(inOneStore.map((endpoint) => [endpoint.verb, endpoint] as const))(
      '%s in a store of another workspace finds nothing',
      async (_verb, endpoint) => {
        for (const secret of [mine.secrets.admin, server.operatorSecret]) {
          const answer = await call(endpoint, secret)
          expect(answer.status).toBe(404)
          expect(answer.json.error.message).toMatch(/memory store not found$/)
        }
      },
    )

    test.each(
      endpointList.filter(({ stream }) => !stream).map((entry) => [entry.verb, entry] as const),
    )('%s is refused to every role below its own, and to nobody at all', async (verb, endpoint) => {
      for (const role of ['read_only', 'read_write', 'admin'] as const satisfies Role[]) {
        const isTooLow = rank[role] < rank[needs[verb]]
        if (!isTooLow && !operatorOnly.includes(verb)) continue
        expect([role, (await call(endpoint, theirs.secrets[role])).status]).toEqual([role, 403])
      }
      expect((await call(endpoint, '')).status).toBe(401)
      expect((await call(endpoint, 'plm-key_made-up')).status).toBe(401)
    })

    test('an admin of a workspace manages no other: keys stay unseen, unmade and unrevoked', async () => {
      const { admin } = mine.secrets
      const foreign = `?workspace_id=${theirs.workspaceId}`
      const keys = '/palimpsest/v1/keys'
      const revoke = `${keys}/${theirs.keyIds.admin}/revoke`
      const made = { name: 'x', role: 'admin', workspace_id: theirs.workspaceId }
      const answers = [
        await server.request(keys + foreign, { secret: admin }),
        await server.request(keys, { method: 'POST', secret: admin, body: made }),
        await server.request(revoke, { method: 'POST', secret: admin }),
        await server.request(revoke + foreign, { method: 'POST', secret: admin }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
      const still = await server.request('/palimpsest/v1/me', { secret: theirs.secrets.admin })
      expect(still.json.workspace_id).toBe(theirs.workspaceId)
    })

    test('a workspace that is no id is refused to the operator too', async () => {
      for (const id of ['\0', 'x', `${theirs.workspaceId}\0`, 'wrkspc_']) {
        const body = { name: 'x', workspace_id: id }
        const made = await server.request('/palimpsest/v1/keys', { method: 'POST', body })
        expect([id, made.status]).toEqual([id, 404])
      }
    })

    test('a cursor of one store or workspace is refused by every other', async () => {
      const { admin } = theirs.secrets
      const stores = '/v1/memory_stores'
      const first = await server.request(`${stores}?limit=1`, { secret: admin })
      const page = encodeURIComponent(first.json.next_page)
      const own = await server.request(`${stores}?page=${page}`, { secret: admin })
      expect(own.json.data).toHaveLength(1)
      const { secrets } = mine
      for (const [path, secret] of [
        [stores, secrets.admin],
        [stores, server.operatorSecret],
        [`${stores}/${params['memory_store_id']}/memories`, admin],
        [`${stores}/${params['memory_store_id']}/memory_versions`, admin],
      ] as const) {
        const answer = await server.request(`${path}?page=${page}`, { secret })
        expect([path, answer.status]).toEqual([path, 400])
      }
    })

    test('what was tried changed nothing', async () => {
      const secret = theirs.secrets.read_only
      const store = `/v1/memory_stores/${params['memory_store_id']}`
      const { json } = await server.request(`${store}/memories?view=full`, { secret })
      expect(json.data.map(({ path, content }: Record<string, string>) => [path, content])).toEqual(
        [['/a', 'theirs']],
      )
      expect((await server.request(store, { secret })).json).toMatchObject({ archived_at: null })
    })
  })
}

/** Two stores, one with a memory in it; ids for every path. */
async function furnish(
  server: TestServer,
  { secrets, keyIds }: TestWorkspace,
): Promise<Record<string, string>> {
  const post = (path: string, body: object) =>
    server.request(path, { method: 'POST', secret: secrets.admin, body })
  const store = await post('/v1/memory_stores', { name: 'one' })
  await post('/v1/memory_stores', { name: 'two' })
  const memories = `/v1/memory_stores/${store.json.id}/memories`
  const memory = await post(memories, { path: '/a', content: 'theirs' })
  return {
    memory_store_id: store.json.id,
    memory_id: memory.json.id,
    memory_version_id: memory.json.memory_version_id,
    key_id: keyIds.read_only,
  }
}
