import { describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { HandedWork } from '../../src/api/sessions.ts'
import { outcome, refusal } from '../support/world.ts'
import { followed } from './streams.contract.ts'
import {
  answer,
  call,
  callsOf,
  claim,
  logOf,
  makeSession,
  message,
  pause,
  say,
  type Stage,
} from '../support/stage.ts'

interface Given {
  readonly stage: Stage
}

/** A self-hosted session whose agent has called a tool, and a worker with the key. */
async function toolCalled({ stage }: Given, storeIds: readonly string[] = []) {
  const { api } = stage
  const { session, environmentId } = await makeSession(api, { selfHosted: true, storeIds })
  const { secret } = await api.createEnvironmentKey({ environmentId })
  const worker = await stage.connect(secret)
  await api.sendEvents({ sessionId: session.id, events: [say('do it')] })
  await answer(await claim(stage), [call('bash')], 'requires_action')
  const [callId = ''] = await callsOf(api, session.id)
  return { api, worker, environmentId, sessionId: session.id, callId }
}

async function take({ stage }: Given, worker: Api, environmentId: string) {
  const handed = await worker.pollWork({ environmentId, blockMs: 500 })
  if (handed === undefined) throw new Error('no work')
  return { handed, token: await stage.connect(tokenOf(handed)), workId: handed.work.id }
}

function tokenOf({ secret }: HandedWork): string {
  const json = Buffer.from(secret, 'base64url').toString()
  return (JSON.parse(json) as { readonly sessions_token: string }).sessions_token
}

const result = (toolUseId: string, text = 'done') => ({
  type: 'user.tool_result',
  toolUseId,
  content: [{ type: 'text', text }],
})

export function workContract(given: Given): void {
  describe('work', () => {
    test('[R-S1.6-1] is queued for a call, handed out with a secret, and done', async () => {
      const { api, worker, environmentId, sessionId, callId } = await toolCalled(given)
      expect(await api.getWorkStats({ environmentId })).toMatchObject({ depth: 1, pending: 0 })
      const { handed, token, workId } = await take(given, worker, environmentId)
      expect(handed.work).toMatchObject({ state: 'queued', sessionId })
      expect(await worker.pollWork({ environmentId })).toBe(undefined)
      const item = { environmentId, workId }
      expect((await worker.acknowledgeWork(item)).state).toBe('starting')
      const first = await token.heartbeatWork({ ...item, expected: 'none' })
      expect(first).toMatchObject({ state: 'active', leaseExtended: true, ttlSeconds: 20 })
      const next = await token.heartbeatWork({ ...item, expected: first.lastHeartbeat ?? 0 })
      expect(next.lastHeartbeat).toBeGreaterThan(first.lastHeartbeat ?? 0)
      await token.sendEvents({ sessionId, events: [result(callId)] })
      await answer(await claim(given.stage), [message('did it')], 'end_turn')
      expect(await token.stopWork({ ...item, force: true })).toMatchObject({ state: 'stopped' })
      expect(await token.stopWork(item)).toMatchObject({ state: 'stopped' })
      expect(await worker.pollWork({ environmentId })).toBe(undefined)
      expect(await api.getWorkStats({ environmentId })).toMatchObject({ depth: 0, pending: 0 })
    })

    test('[R-S1.6-2] that nobody acknowledged goes to another, and the first hears it', async () => {
      const { worker, environmentId, sessionId, callId } = await toolCalled(given)
      const old = await take(given, worker, environmentId)
      const reclaim = { environmentId, blockMs: 500, reclaimOlderThanMs: 50 }
      const again = await worker.pollWork(reclaim)
      expect(again?.work.id).toBe(old.workId)
      const item = { environmentId, workId: old.workId }
      const problem = await refusal(old.token.heartbeatWork({ ...item, expected: 'none' }))
      expect(problem.code).toBe('heartbeat_mismatch')
      expect((await old.token.stopWork({ ...item, force: true })).state).toBe('queued')
      // Who a credential is, is remembered for half a second.
      await pause(600)
      const late = await given.stage.connect(tokenOf(old.handed))
      const forged = late.sendEvents({ sessionId, events: [result(callId)] })
      expect(await outcome(forged)).toBe('forbidden')
    })

    test('[R-S1.6-3] keeps its lease by heartbeats in a row; the first may be repeated', async () => {
      const { worker, environmentId } = await toolCalled(given)
      const { token, workId } = await take(given, worker, environmentId)
      const item = { environmentId, workId }
      await worker.acknowledgeWork(item)
      const first = await token.heartbeatWork({ ...item, expected: 'none' })
      const repeated = await token.heartbeatWork({ ...item, expected: 'none' })
      expect(repeated.leaseExtended).toBe(true)
      const stale = await refusal(
        token.heartbeatWork({ ...item, expected: first.lastHeartbeat ?? 0 }),
      )
      expect(stale).toMatchObject({
        code: 'heartbeat_mismatch',
        current: { state: 'active', lastHeartbeat: repeated.lastHeartbeat },
      })
      await token.stopWork(item)
      const stopping = await token.heartbeatWork({ ...item, expected: 1 })
      expect(stopping).toMatchObject({ state: 'stopping', leaseExtended: false })
    })

    test('[R-S1.6-4] that stops with a call open is followed by another, after a pause', async () => {
      const { worker, environmentId, sessionId, api } = await toolCalled(given)
      const { token, workId } = await take(given, worker, environmentId)
      await worker.acknowledgeWork({ environmentId, workId })
      const stoppedAt = Date.now()
      await token.stopWork({ environmentId, workId, force: true })
      const second = await nextWork(worker, environmentId)
      expect(Date.now() - stoppedAt).toBeGreaterThanOrEqual(1_000)
      expect(second?.work.id).not.toBe(workId)
      expect(second?.work.sessionId).toBe(sessionId)
      await api.sendEvents({ sessionId, events: [{ type: 'user.interrupt' }] })
      expect((await api.getSession({ sessionId })).stopReason).toEqual({ type: 'end_turn' })
    })

    test('[R-S1.6-5] a worker that has written memory is let go when the session rests', async () => {
      const store = await given.stage.api.createStore({ name: 'Notes' })
      const context = await toolCalled(given, [store.id])
      const { api, worker, environmentId, sessionId, callId } = context
      const { token, workId } = await take(given, worker, environmentId)
      const item = { environmentId, workId }
      await worker.acknowledgeWork(item)
      await token.heartbeatWork({ ...item, expected: 'none' })
      const own = await followed(token, sessionId)
      const others = await followed(api, sessionId)
      await token.sendEvents({ sessionId, events: [result(callId)] })
      await answer(await claim(given.stage), [message('ok')], 'end_turn')
      await own.until('session.status_terminated')
      expect(await own.until('more')).toBe('ended')
      await others.until('session.status_idle')
      const log = await logOf(api, sessionId)
      expect(log.some(({ event }) => event.type === 'session.status_terminated')).toBe(false)
      expect((await api.getSession({ sessionId })).status).toBe('idle')
      const written = await token.createMemory({ storeId: store.id, path: '/a', content: 'x' })
      await token.stopWork({ ...item, force: true })
      const version = await api.getVersion({ storeId: store.id, versionId: written.versionId })
      expect(version.createdBy).toBe(sessionId)
      await others.end()
    })

    test('[R-S1.6-6] a message while a worker saves starts at once; its calls get new work', async () => {
      const store = await given.stage.api.createStore({ name: 'Notes' })
      const context = await toolCalled(given, [store.id])
      const { api, worker, environmentId, sessionId, callId } = context
      const { token, workId } = await take(given, worker, environmentId)
      const item = { environmentId, workId }
      await worker.acknowledgeWork(item)
      await token.sendEvents({ sessionId, events: [result(callId)] })
      await answer(await claim(given.stage), [message('ok')], 'end_turn')
      const released = await followed(token, sessionId)
      await released.until('session.status_terminated')
      await api.sendEvents({ sessionId, events: [say('more')] })
      await answer(await claim(given.stage), [call('bash')], 'requires_action')
      expect(await worker.pollWork({ environmentId })).toBe(undefined)
      await token.stopWork({ ...item, force: true })
      const second = await nextWork(worker, environmentId)
      expect(second?.work.sessionId).toBe(sessionId)
    })

    test('[R-S1.6-7] is listed, read and labelled by those who may', async () => {
      const { api, worker, environmentId } = await toolCalled(given)
      const [item] = (await worker.listWork({ environmentId })).items
      const scope = { environmentId, workId: item?.id ?? '' }
      expect(await api.getWork(scope)).toEqual(item)
      const labelled = await api.updateWork({ ...scope, metadata: { host: 'a' } })
      expect(labelled.metadata).toEqual({ host: 'a' })
      expect(await outcome(api.getWork({ ...scope, workId: 'work_none' }))).toBe('not_found')
      expect(await outcome(worker.pollWork({ environmentId, blockMs: 1_000 }))).toBe('invalid')
      expect(await outcome(worker.pollWork({ environmentId, reclaimOlderThanMs: 0 }))).toBe(
        'invalid',
      )
    })
  })

  describe('credentials', () => {
    test('[R-S4-1] an API key neither polls nor forges the result of a tool', async () => {
      const { api, environmentId, sessionId, callId } = await toolCalled(given)
      expect(await outcome(api.pollWork({ environmentId }))).toBe('forbidden')
      const forged = api.sendEvents({ sessionId, events: [say('x'), result(callId)] })
      expect(await outcome(forged)).toBe('forbidden')
    })

    test('[R-S4-2] an environment key reaches its queue and sessions, and no memory', async () => {
      const store = await given.stage.api.createStore({ name: 'Notes' })
      const { worker, environmentId, sessionId } = await toolCalled(given, [store.id])
      const other = await makeSession(given.stage.api, { selfHosted: true })
      expect(await outcome(worker.getSession({ sessionId }))).toBe('done')
      expect(await outcome(worker.listEvents({ sessionId }))).toBe('done')
      expect(await outcome(worker.getSession({ sessionId: other.session.id }))).toBe('not_found')
      expect(await outcome(worker.pollWork({ environmentId: other.environmentId }))).toBe(
        'forbidden',
      )
      expect(await outcome(worker.listMemories({ storeId: store.id }))).toBe('forbidden')
      expect(await outcome(worker.listAgents({}))).toBe('forbidden')
      expect(await outcome(worker.listActors({ ids: [sessionId] }))).toBe('forbidden')
      expect(await outcome(worker.createStore({ name: 'x' }))).toBe('forbidden')
      expect(await outcome(worker.sendEvents({ sessionId, events: [say('x')] }))).toBe('forbidden')
      expect(await outcome(worker.createTurn({ sessionId, input: 'x' }))).toBe('forbidden')
      await given.stage.api.listEnvironmentKeys({ environmentId })
    })

    test('[R-S4-3] a sessions token reaches its stores as they are attached, and no others', async () => {
      const { api } = given.stage
      const [mine, read, foreign] = await Promise.all(
        ['Mine', 'Read', 'Foreign'].map((name) => api.createStore({ name })),
      )
      const { agentId: agent, environmentId } = await makeSession(api, { selfHosted: true })
      const resources = [
        { type: 'memory_store', memoryStoreId: mine?.id },
        { type: 'memory_store', memoryStoreId: read?.id, access: 'read_only' },
      ]
      const session = await api.createSession({ agent, environmentId, resources })
      const sessionId = session.id
      await api.sendEvents({ sessionId, events: [say('go')] })
      await answer(await claim(given.stage), [call('bash')], 'requires_action')
      const { secret } = await api.createEnvironmentKey({ environmentId })
      const { token } = await take(given, await given.stage.connect(secret), environmentId)
      const write = (storeId = '') => token.createMemory({ storeId, path: '/x', content: 'x' })
      expect(await outcome(write(mine?.id))).toBe('done')
      expect(await outcome(write(read?.id))).toBe('forbidden')
      expect(await outcome(token.listMemories({ storeId: read?.id ?? '' }))).toBe('done')
      expect(await outcome(write(foreign?.id))).toBe('not_found')
      expect(await outcome(token.listVersions({ storeId: mine?.id ?? '' }))).toBe('forbidden')
      expect(await outcome(token.getStore({ storeId: mine?.id ?? '' }))).toBe('forbidden')
      expect(await outcome(token.listActors({ ids: [sessionId] }))).toBe('forbidden')
      expect(await outcome(token.pollWork({ environmentId }))).toBe('forbidden')
      expect(await outcome(token.listSessions({}))).toBe('forbidden')
      const other = await makeSession(api, { selfHosted: true })
      expect(await outcome(token.getSession({ sessionId: other.session.id }))).toBe('not_found')
    })

    test('[R-S4-4] a revoked environment key opens nothing', async () => {
      const { api, environmentId } = await toolCalled(given)
      const key = await api.createEnvironmentKey({ environmentId, name: 'short' })
      expect(key.secret).toMatch(/^plm-env_/)
      const worker = await given.stage.connect(key.secret)
      expect(await outcome(worker.getWorkStats({ environmentId }))).toBe('done')
      await api.revokeEnvironmentKey({ environmentId, keyId: key.id })
      expect(await outcome(given.stage.connect(key.secret))).toBe('unauthenticated')
    })
  })
}

/** Polls for the next item for half a minute. */
async function nextWork(worker: Api, environmentId: string) {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const handed = await worker.pollWork({ environmentId, blockMs: 200 })
    if (handed !== undefined) return handed
  }
  return undefined
}
