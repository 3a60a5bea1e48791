import { describe, expect, test } from 'vitest'
import { needs, type Api, type MemoryVerb } from '../../src/api.ts'
import type { Capability, Role } from '../../src/domain/caller.ts'
import { newTenant, outcome, type Tenant, type World } from '../support/world.ts'

interface At {
  readonly storeId: string
  readonly memoryId: string
  readonly versionId: string
  readonly keyId: string
  readonly workspaceId: string
}

async function firstChange(api: Api, storeId: string): Promise<void> {
  const stop = new AbortController()
  for await (const change of api.watchChanges({ storeId, signal: stop.signal })) {
    expect(change.storeId).toBe(storeId)
    return
  }
}

async function firstOfStores(api: Api, storeId: string): Promise<void> {
  const { signal } = new AbortController()
  for await (const change of api.watchStoresChanges({ stores: [{ storeId }], signal })) {
    expect(change.storeId).toBe(storeId)
    return
  }
}

/** One call of every verb at what `at` names: a verb that is new has to be added here. */
const calls: Record<MemoryVerb, (api: Api, at: At) => Promise<unknown>> = {
  createStore: (api) => api.createStore({ name: 'made' }),
  listStores: (api) => api.listStores({ includeArchived: true }),
  getStore: (api, { storeId }) => api.getStore({ storeId }),
  updateStore: (api, { storeId }) => api.updateStore({ storeId, name: 'taken over' }),
  archiveStore: (api, { storeId }) => api.archiveStore({ storeId }),
  deleteStore: (api, { storeId }) => api.deleteStore({ storeId }),
  createMemory: (api, { storeId }) => api.createMemory({ storeId, path: '/new', content: '' }),
  listMemories: (api, { storeId }) => api.listMemories({ storeId }),
  getMemory: (api, { storeId, memoryId }) => api.getMemory({ storeId, memoryId }),
  updateMemory: (api, { storeId, memoryId }) =>
    api.updateMemory({ storeId, memoryId, content: 'taken over' }),
  deleteMemory: (api, { storeId, memoryId }) => api.deleteMemory({ storeId, memoryId }),
  listVersions: (api, { storeId }) => api.listVersions({ storeId }),
  getVersion: (api, { storeId, versionId }) => api.getVersion({ storeId, versionId }),
  redactVersion: (api, { storeId, versionId }) => api.redactVersion({ storeId, versionId }),
  getUsage: (api, { storeId }) => api.getUsage({ storeId }),
  applyBatch: (api, { storeId }) =>
    api.applyBatch({ storeId, operations: [{ type: 'move', from: '/d/', to: '/e/' }] }),
  listChanges: (api, { storeId }) => api.listChanges({ storeId }),
  watchChanges: (api, { storeId }) => firstChange(api, storeId),
  listStoresChanges: (api, { storeId }) => api.listStoresChanges({ stores: [{ storeId }] }),
  watchStoresChanges: (api, { storeId }) => firstOfStores(api, storeId),
  getMoment: (api, { storeId }) => api.getMoment({ storeId, atSeq: 1 }),
  listMemoriesAsOf: (api, { storeId }) => api.listMemoriesAsOf({ storeId, atSeq: 2 }),
  getMemoryAsOf: (api, { storeId }) => api.getMemoryAsOf({ storeId, path: '/a', atSeq: 2 }),
  listLog: (api, { storeId }) => api.listLog({ storeId }),
  getBlame: (api, { storeId, versionId }) => api.getBlame({ storeId, versionId }),
  getDiff: (api, { storeId }) => api.getDiff({ storeId, fromSeq: 1 }),
  restore: (api, { storeId }) => api.restore({ storeId, atSeq: 2 }),
  revert: async (api, { storeId }) => api.revert({ storeId, actor: 'apikey_nobody' }),
  redactWithReason: (api, { storeId, versionId }) =>
    api.redactWithReason({ storeId, versionId, reason: 'taken over' }),
  searchStore: (api, { storeId }) => api.searchStore({ storeId, query: 'two' }),
  searchWorkspace: (api) => api.searchWorkspace({ query: 'two' }),
  grepStore: (api, { storeId }) => api.grepStore({ storeId, pattern: 'two' }),
  grepWorkspace: (api) => api.grepWorkspace({ pattern: 'two' }),
  exportHistory: (api, { storeId }) => api.exportHistory({ storeId }),
  importHistory: (api, { storeId }) =>
    api.importHistory({
      storeId,
      expectedSeq: 4,
      operations: [{ type: 'create', path: '/brought', content: '', claimed: {} }],
    }),
  whoAmI: (api) => api.whoAmI(),
  listActors: (api, { keyId }) => api.listActors({ ids: [keyId] }),
  createKey: (api, { workspaceId }) => api.createKey({ workspaceId, name: 'k' }),
  listKeys: (api, { workspaceId }) => api.listKeys({ workspaceId }),
  revokeKey: (api, { workspaceId, keyId }) => api.revokeKey({ workspaceId, keyId }),
  createWorkspace: (api) => api.createWorkspace({ name: 'w' }),
  listWorkspaces: (api) => api.listWorkspaces(),
}

/** What each role may do (contract, table of decisions), as literals. */
const capabilities: Record<MemoryVerb, Capability | 'operator'> = {
  createStore: 'write',
  listStores: 'read',
  getStore: 'read',
  updateStore: 'write',
  archiveStore: 'write',
  deleteStore: 'admin',
  createMemory: 'write',
  listMemories: 'read',
  getMemory: 'read',
  updateMemory: 'write',
  deleteMemory: 'write',
  listVersions: 'read',
  getVersion: 'read',
  redactVersion: 'admin',
  getUsage: 'read',
  applyBatch: 'write',
  listChanges: 'read',
  watchChanges: 'read',
  listStoresChanges: 'read',
  watchStoresChanges: 'read',
  getMoment: 'read',
  listMemoriesAsOf: 'read',
  getMemoryAsOf: 'read',
  listLog: 'read',
  getBlame: 'read',
  getDiff: 'read',
  restore: 'write',
  revert: 'write',
  redactWithReason: 'admin',
  searchStore: 'read',
  searchWorkspace: 'read',
  grepStore: 'read',
  grepWorkspace: 'read',
  exportHistory: 'read',
  importHistory: 'admin',
  whoAmI: 'read',
  listActors: 'read',
  createKey: 'admin',
  listKeys: 'admin',
  revokeKey: 'admin',
  createWorkspace: 'operator',
  listWorkspaces: 'operator',
}

const reach: Record<Role, readonly (Capability | 'operator')[]> = {
  read_only: ['read'],
  read_write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
}

const verbs = Object.keys(calls) as MemoryVerb[]
const unscoped = new Set<MemoryVerb>([
  'createStore',
  'listStores',
  'searchWorkspace',
  'grepWorkspace',
  'whoAmI',
  'listActors',
])

/** A store with a superseded version, a directory, and a key, for every verb to be called at. */
async function furnish({ api, workspaceId }: Tenant): Promise<At> {
  const { id: storeId } = await api.createStore({ name: 'mine' })
  const memory = await api.createMemory({ storeId, path: '/a', content: 'one' })
  await api.updateMemory({ storeId, memoryId: memory.id, content: 'two' })
  await api.createMemory({ storeId, path: '/d/x', content: 'three' })
  const { id: keyId } = await api.createKey({ name: 'spare' })
  return { storeId, memoryId: memory.id, versionId: memory.versionId, keyId, workspaceId }
}

export function tenancyContract(given: { readonly world: World }): void {
  describe('[R-1-4] the wall between workspaces', () => {
    test.each(verbs)('%s sees nothing of another workspace and changes nothing', async (verb) => {
      const [mine, theirs] = [await newTenant(given.world), await newTenant(given.world)]
      const at = await furnish(mine)
      const before = await snapshot(mine, at)
      const expected = {
        createStore: 'done',
        listStores: 'done',
        searchWorkspace: 'done',
        grepWorkspace: 'done',
        whoAmI: 'done',
        listActors: 'done',
        createWorkspace: 'forbidden',
        listWorkspaces: 'forbidden',
      }
      const result = await outcome(calls[verb](theirs.api, at))
      expect(result).toBe((expected as Partial<Record<MemoryVerb, string>>)[verb] ?? 'not_found')
      expect(await snapshot(mine, at)).toEqual(before)
      const seen = await theirs.api.listStores({ includeArchived: true })
      expect(seen.items.map(({ id }) => id)).not.toContain(at.storeId)
      expect((await theirs.api.searchWorkspace({ query: 'two' })).items).toEqual([])
      expect((await theirs.api.grepWorkspace({ pattern: 'two' })).items).toEqual([])
    })

    test.each(verbs.filter((verb) => !unscoped.has(verb)))(
      '%s works on the same things from within',
      async (verb) => {
        const mine = await newTenant(given.world)
        const at = await furnish(mine)
        const api = capabilities[verb] === 'operator' ? given.world.operator : mine.api
        expect(await outcome(calls[verb](api, at))).toBe('done')
      },
    )

    test('[R-1-3] and between stores: ids of one mean nothing in another', async () => {
      const mine = await newTenant(given.world)
      const at = await furnish(mine)
      const { id: storeId } = await mine.api.createStore({ name: 'other' })
      await mine.api.createMemory({ storeId, path: '/a', content: 'other' })
      for (const verb of [
        'getMemory',
        'updateMemory',
        'deleteMemory',
        'getVersion',
        'redactVersion',
      ] as const) {
        expect(await outcome(calls[verb](mine.api, { ...at, storeId })), verb).toBe('not_found')
      }
      const operations = [{ type: 'delete', target: { memoryId: at.memoryId } }] as const
      expect(await outcome(mine.api.applyBatch({ storeId, operations }))).toBe('not_found')
      const versions = await mine.api.listVersions({ storeId, memoryId: at.memoryId })
      expect(versions.items).toEqual([])
    })

    test('a key of one workspace is not revoked by naming another', async () => {
      const [mine, theirs] = [await newTenant(given.world), await newTenant(given.world)]
      const { keyId } = await furnish(mine)
      expect(await outcome(theirs.api.revokeKey({ keyId }))).toBe('not_found')
      const key = (await mine.api.listKeys({})).find(({ id }) => id === keyId)
      expect(key).toMatchObject({ revokedAt: undefined })
    })
  })

  describe('[R-own-31] names of actors', () => {
    test('are for every key of the workspace, revoked ones included, and show nothing else', async () => {
      const tenant = await newTenant(given.world)
      const first = await tenant.api.createKey({ name: 'first', role: 'admin' })
      const { id: keyId } = await tenant.api.createKey({ name: 'gone' })
      const { revokedAt } = await tenant.api.revokeKey({ keyId })
      const nobody = ['apikey_nobody', 'user_1', 'sesn_x', '\u{1f512}']
      const ids = [keyId, ...nobody, first.id, keyId]
      for (const role of Object.keys(reach) as Role[]) {
        const names = await (await tenant.as(role)).listActors({ ids })
        expect(names).toEqual([
          { id: keyId, name: 'gone', revokedAt },
          { id: first.id, name: 'first', revokedAt: undefined },
        ])
      }
    })

    test('stop at the wall', async () => {
      const [mine, theirs] = [await newTenant(given.world), await newTenant(given.world)]
      const { keyId } = await furnish(mine)
      const own = await theirs.api.createKey({ name: 'theirs' })
      const names = await theirs.api.listActors({ ids: [keyId, own.id] })
      expect(names.map(({ name }) => name)).toEqual(['theirs'])
      expect(await given.world.operator.listActors({ ids: [keyId] })).toEqual([])
    })

    test('are asked for by 1 to 100 ids', async () => {
      const { api } = await newTenant(given.world)
      const many = (count: number) => Array.from({ length: count }, (_, at) => `apikey_${at}`)
      expect(await outcome(api.listActors({}))).toBe('invalid')
      expect(await outcome(api.listActors({ ids: [] }))).toBe('invalid')
      expect(await outcome(api.listActors({ ids: many(101) }))).toBe('invalid')
      expect(await api.listActors({ ids: many(100) })).toEqual([])
    })
  })

  describe('[R-2.5-6] roles', () => {
    test('need what the contract says', () => {
      const said = Object.entries(capabilities).map(([verb, needed]) => [
        verb,
        needed === 'operator' ? 'admin' : needed,
      ])
      expect(needs).toMatchObject(Object.fromEntries(said))
    })

    test.each(Object.keys(reach) as Role[])('%s does what it may, and no more', async (role) => {
      const tenant = await newTenant(given.world)
      const api = await tenant.as(role)
      for (const verb of verbs) {
        const at = await furnish(tenant)
        const expected = reach[role].includes(capabilities[verb]) ? 'done' : 'forbidden'
        expect(await outcome(calls[verb](api, at)), verb).toBe(expected)
      }
    })

    test('the role is asked before anything is looked for', async () => {
      const tenant = await newTenant(given.world)
      const api = await tenant.as('read_only')
      const gone = { storeId: 'memstore_gone', memoryId: 'mem_gone', versionId: 'memver_gone' }
      const at = { ...gone, keyId: 'apikey_gone', workspaceId: tenant.workspaceId }
      for (const verb of [
        'createMemory',
        'deleteMemory',
        'redactVersion',
        'deleteStore',
      ] as const) {
        expect(await outcome(calls[verb](api, at)), verb).toBe('forbidden')
      }
    })
  })

  describe('[R-own-4] keys', () => {
    test('show their secret once, and are listed without it', async () => {
      const { api, workspaceId } = await newTenant(given.world)
      const made = await api.createKey({ name: 'ci', role: 'read_only' })
      const { secret, ...key } = made
      expect(secret.length).toBeGreaterThan(32)
      expect(key).toMatchObject({
        workspaceId,
        name: 'ci',
        role: 'read_only',
        revokedAt: undefined,
      })
      const listed = await api.listKeys({})
      expect(listed.at(-1)).toEqual(key)
      expect(JSON.stringify(listed)).not.toContain(secret)
      const self = await (await given.world.connect(secret)).whoAmI()
      expect(self).toEqual({ workspaceId, actor: key.id, role: 'read_only' })
    })

    test('are read_write unless said otherwise, and have a name', async () => {
      const { api } = await newTenant(given.world)
      expect(await api.createKey({ name: 'x' })).toMatchObject({ role: 'read_write' })
      expect(await outcome(api.createKey({ name: '' }))).toBe('invalid')
      expect(await outcome(api.createKey({ name: 'x', role: 'root' }))).toBe('invalid')
    })

    test('[R-2.5-2] are refused from the moment of their revocation, which keeps its time', async () => {
      const { api } = await newTenant(given.world)
      const { secret, id: keyId } = await api.createKey({ name: 'x' })
      await (await given.world.connect(secret)).whoAmI()
      const revoked = await api.revokeKey({ keyId })
      const call = given.world.connect(secret).then((late) => late.whoAmI())
      expect(await outcome(call)).toBe('unauthenticated')
      expect(revoked.revokedAt).toBeTypeOf('number')
      expect(await api.revokeKey({ keyId })).toEqual(revoked)
    })

    test('[R-2.5-2] that nobody made are refused', async () => {
      const { api } = await newTenant(given.world)
      const { secret } = await api.createKey({ name: 'x' })
      for (const guess of ['x', `${secret}x`, secret.slice(0, -1), secret.toUpperCase()]) {
        const call = given.world.connect(guess).then((stranger) => stranger.whoAmI())
        expect(await outcome(call)).toBe('unauthenticated')
      }
    })
  })
}

/** Everything of a store that another could have touched. */
async function snapshot({ api }: Tenant, { storeId }: At) {
  const [store, usage, memories, versions, keys] = await Promise.all([
    api.getStore({ storeId }),
    api.getUsage({ storeId }),
    api.listMemories({ storeId, view: 'full' }),
    api.listVersions({ storeId, view: 'full' }),
    api.listKeys({}),
  ])
  return { store, usage, memories, versions, keys }
}
