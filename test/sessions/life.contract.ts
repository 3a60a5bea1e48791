import { describe, expect, test } from 'vitest'
import { collect, outcome, refusal } from '../support/world.ts'
import { answer, claim, makeSession, message, say, typesOf, type Stage } from '../support/stage.ts'

export function lifeContract(given: { readonly stage: Stage }): void {
  describe('a session', () => {
    test('[R-S1.4-1] pins the version of its agent, and overrides what it is told to', async () => {
      const { api } = given.stage
      const { agentId, environmentId, session } = await makeSession(api)
      expect(session).toMatchObject({ status: 'idle', environmentId, stores: [], metadata: {} })
      await api.updateAgent({ agentId, system: 'newer' })
      expect((await api.getSession({ sessionId: session.id })).agent.version).toBe(1)
      const newest = await api.createSession({ agent: agentId, environmentId })
      expect(newest.agent).toMatchObject({ version: 2, system: 'newer' })
      const agent = {
        type: 'agent_with_overrides',
        id: agentId,
        version: 1,
        system: null,
        tools: [],
      }
      const changed = await api.createSession({ agent, environmentId })
      expect(changed.agent).toMatchObject({ version: 1, tools: [] })
      expect(changed.agent.system).toBe(undefined)
      const other = await api.getSession({ sessionId: session.id.replace('sesn_', 'session_') })
      expect(other.id).toBe(session.id)
    })

    test('[R-S1.4-2] [R-S11-1] takes snapshots of its stores, each at a path of its own', async () => {
      const { api } = given.stage
      const names = ['User Preferences', 'user-preferences!', '日本語', 'User  Preferences']
      const stores = await Promise.all(names.map((name) => api.createStore({ name })))
      const made = await makeSession(api, { storeIds: stores.map(({ id }) => id) })
      expect(made.session.stores.map(({ mountPath }) => mountPath)).toEqual([
        '/mnt/memory/user-preferences',
        '/mnt/memory/user-preferences-2',
        '/mnt/memory/memory',
        '/mnt/memory/user-preferences-3',
      ])
      await api.updateStore({ storeId: stores[0]!.id, name: 'Renamed' })
      const [first] = await api.listResources({ sessionId: made.session.id })
      expect(first).toMatchObject({ name: 'User Preferences', access: 'read_write' })
      expect(first?.instructions).toBe(undefined)
    })

    test('[R-S11-2] refuses stores that it cannot have', async () => {
      const { api } = given.stage
      const { agentId, environmentId } = await makeSession(api)
      const create = (resources: unknown) =>
        api.createSession({ agent: agentId, environmentId, resources })
      const stores = await Promise.all(
        Array.from({ length: 9 }, (_, index) => api.createStore({ name: `store ${index}` })),
      )
      const all = stores.map(({ id }) => ({ type: 'memory_store', memoryStoreId: id }))
      expect(await refusal(create(all))).toMatchObject({
        message: 'resources: cannot contain more than 8 memory_store entries',
      })
      expect(await outcome(create(all.slice(0, 8)))).toBe('done')
      expect(await outcome(create([all[0], all[0]]))).toBe('invalid')
      expect(await outcome(create([{ ...all[0], mountPath: '/x' }]))).toBe('invalid')
      expect(await outcome(create([{ ...all[0], access: 'all' }]))).toBe('invalid')
      const long = 'x'.repeat(4_097)
      expect(await outcome(create([{ ...all[0], instructions: long }]))).toBe('invalid')
      expect(await outcome(create([{ type: 'file', fileId: 'f' }]))).toBe('invalid')
      const unknown = { type: 'memory_store', memoryStoreId: 'memstore_none' }
      expect(await outcome(create([unknown]))).toBe('not_found')
      await api.archiveStore({ storeId: stores[0]!.id })
      expect(await outcome(create([all[0]]))).toBe('invalid')
    })

    test('[R-S1.4-3] refuses what is not there, archived, or out of scope', async () => {
      const { api } = given.stage
      const { agentId, environmentId } = await makeSession(api)
      const agent = agentId
      expect(await outcome(api.createSession({ agent: 'agent_x', environmentId }))).toBe(
        'not_found',
      )
      expect(await outcome(api.createSession({ agent, environmentId: 'env_x' }))).toBe('not_found')
      expect(await outcome(api.createSession({ agent, environmentId, vaultIds: ['v'] }))).toBe(
        'invalid',
      )
      expect(await outcome(api.createSession({ agent, environmentId, budget: {} }))).toBe('invalid')
      await api.archiveEnvironment({ environmentId })
      expect(await outcome(api.createSession({ agent, environmentId }))).toBe('invalid')
      const fresh = await api.createEnvironment({ name: 'fresh' })
      await api.archiveAgent({ agentId })
      expect(await outcome(api.createSession({ agent, environmentId: fresh.id }))).toBe('invalid')
    })

    test('[R-S1.4-4] starts with the events it is given', async () => {
      const { api } = given.stage
      const { agentId: agent, environmentId } = await makeSession(api)
      const initialEvents = [say('one'), say('two')]
      const session = await api.createSession({ agent, environmentId, initialEvents })
      expect(session.status).toBe('running')
      const lease = await claim(given.stage)
      expect(lease.session.id).toBe(session.id)
      await answer(lease, [message('both')], 'end_turn')
      expect((await typesOf(api, session.id)).slice(0, 4)).toEqual([
        'session.status_running',
        'session.thread_status_running',
        'user.message',
        'user.message',
      ])
    })

    test('[R-S1.4-5] is listed by agent, store, status and time', async () => {
      const { api } = given.stage
      const store = await api.createStore({ name: 'Shared' })
      const { agentId, session } = await makeSession(api, { storeIds: [store.id] })
      const other = await makeSession(api)
      const ids = async (filter: object) =>
        (await collect((page) => api.listSessions({ ...filter, limit: 50, page }))).map(
          ({ id }) => id,
        )
      expect(await ids({ agentId })).toEqual([session.id])
      expect(await ids({ agentId, agentVersion: 2 })).toEqual([])
      expect(await ids({ memoryStoreId: store.id })).toEqual([session.id])
      expect(await ids({ createdFrom: session.createdAt, order: 'asc' })).toContain(
        other.session.id,
      )
      expect(await ids({ deploymentId: 'd' })).toEqual([])
      await api.archiveSession({ sessionId: session.id })
      expect(await ids({ memoryStoreId: store.id })).toEqual([])
      const archived = { memoryStoreId: store.id, includeArchived: true, statuses: ['terminated'] }
      expect(await ids(archived)).toEqual([session.id])
      const [, second] = [await api.listSessions({ limit: 1 }), 'asc' as const]
      const first = await api.listSessions({ limit: 1 })
      const turned = api.listSessions({ limit: 1, order: second, page: first.nextPage })
      expect((await refusal(turned)).message).toContain('page token order does not match request')
    })

    test('[R-S1.4-6] changes title, metadata and tools, and says so in its log', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      const updated = await api.updateSession({ sessionId, title: 'Colours', metadata: { a: '1' } })
      expect(updated).toMatchObject({ title: 'Colours', metadata: { a: '1' } })
      expect(await api.updateSession({ sessionId, title: 'Colours' })).toEqual(updated)
      const named = { id: sessionId, name: 'Colours', revokedAt: undefined }
      expect(await api.listActors({ ids: [sessionId] })).toEqual([named])
      expect(await typesOf(api, sessionId)).toEqual(['session.updated'])
      await api.sendEvents({ sessionId, events: [say('hello')] })
      expect(await outcome(api.updateSession({ sessionId, agent: { tools: [] } }))).toBe('invalid')
      await answer(await claim(given.stage), [message('hi')], 'end_turn')
      const bare = await api.updateSession({ sessionId, agent: { tools: [] } })
      expect(bare.agent.tools).toEqual([])
      expect((await api.getSession({ sessionId })).agent.tools).toEqual([])
    })

    test('[R-S1.4-7] is archived and deleted only while it does not run', async () => {
      const { api } = given.stage
      const { session } = await makeSession(api)
      const sessionId = session.id
      await api.sendEvents({ sessionId, events: [say('hello')] })
      expect((await refusal(api.archiveSession({ sessionId }))).message).toBe(
        `Session ${sessionId} cannot be archived while its status is "running". Only pending or idle sessions may be archived.`,
      )
      expect((await refusal(api.deleteSession({ sessionId }))).message).toBe(
        'Cannot delete session while it is running. Send an interrupt event or wait for the session to complete.',
      )
      await answer(await claim(given.stage), [message('hi')], 'end_turn')
      const archived = await api.archiveSession({ sessionId })
      expect(archived.status).toBe('terminated')
      expect((await typesOf(api, sessionId)).at(-1)).toBe('session.status_terminated')
      expect(await outcome(api.sendEvents({ sessionId, events: [say('x')] }))).toBe('invalid')
      await api.deleteSession({ sessionId })
      expect(await outcome(api.getSession({ sessionId }))).toBe('not_found')
      expect(await outcome(api.listEvents({ sessionId }))).toBe('not_found')
    })

    describe('that is long', () => {
      /** What one command removes, and what stays until the next one. */
      const rowsOf = async (sessionId: string) => {
        const query = {
          sessionId,
          order: 'asc',
          types: undefined,
          above: undefined,
          below: undefined,
          processedOnly: false,
          raw: false,
          limit: 100_000,
        } as const
        return (await given.stage.app.storage.view.sessions.events(query)).length
      }

      async function longSession(texts: readonly string[]) {
        const { api } = given.stage
        const { session } = await makeSession(api)
        await api.sendEvents({ sessionId: session.id, events: [say('go')] })
        const lease = await claim(given.stage, session.id)
        await answer(lease, texts.map(message), 'end_turn')
        const { workspaceId, id: sessionId } = session
        return { workspaceId, sessionId }
      }

      test.each([
        ['by rows', Array.from({ length: 500 }, (_, index) => `${index}`), 200],
        ['by bytes', Array.from({ length: 30 }, () => 'x'.repeat(100_000)), 6],
      ])('[R-S1.4-8] goes at once for all who ask, and in slices %s', async (_, texts, most) => {
        const { storage } = given.stage.app
        const { workspaceId, sessionId } = await longSession(texts)
        const before = await rowsOf(sessionId)
        const deleted = await storage.commit({ type: 'delete_session', workspaceId, sessionId })
        expect(deleted).toEqual({ isGone: false })
        expect(await outcome(given.stage.api.getSession({ sessionId }))).toBe('not_found')
        const after = await rowsOf(sessionId)
        expect(before - after).toBeGreaterThan(0)
        expect(before - after).toBeLessThanOrEqual(most)
        await storage.commit({ type: 'reap_session', sessionId })
        expect(await rowsOf(sessionId)).toBeLessThan(after)
        // As the next sweep does after a server that ended here.
        await storage.sweep(new AbortController().signal)
        expect(await rowsOf(sessionId)).toBe(0)
        expect(await storage.view.sessions.deletedSessions(10)).toEqual([])
        expect(await storage.commit({ type: 'reap_session', sessionId })).toEqual({ isGone: true })
      })

      test('[R-S1.4-8] is gone entirely when its deletion is answered', async () => {
        const { sessionId } = await longSession(Array.from({ length: 500 }, () => 'x'))
        await given.stage.api.deleteSession({ sessionId })
        expect(await rowsOf(sessionId)).toBe(0)
      })

      test('[R-S1.4-8] loses no row while it is not deleted', async () => {
        const { sessionId } = await longSession(['x'])
        const { storage } = given.stage.app
        const before = await rowsOf(sessionId)
        await storage.commit({ type: 'reap_session', sessionId })
        expect(await rowsOf(sessionId)).toBe(before)
      })
    })
  })
}
