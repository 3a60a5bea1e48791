import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WorkspaceId } from '../../domain/ids.ts'
import type { Sha256 } from '../../domain/memory/content.ts'
import { KnownCredentials, type Principal } from './known-credentials.ts'

const secretSha256 = 'a'.repeat(64) as Sha256
const ada: Principal = {
  workspaceId: 'wrkspc_1' as WorkspaceId,
  actor: 'apikey_1',
  role: 'read_only',
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('an answer is trusted for half a second, so what another process revokes ends within one', async () => {
  const known = new KnownCredentials()
  await known.learn(secretSha256, async () => ada)
  vi.advanceTimersByTime(499)
  expect(known.get(secretSha256)?.principal).toEqual(ada)
  vi.advanceTimersByTime(1)
  expect(known.get(secretSha256)).toBeUndefined()
})

test('that nobody has a secret is known as well', async () => {
  const known = new KnownCredentials()
  await known.learn(secretSha256, async () => undefined)
  expect(known.get(secretSha256)).toMatchObject({ principal: undefined })
})

test('a dropped actor is not known any longer, and every other still is', async () => {
  const known = new KnownCredentials()
  const other = 'b'.repeat(64) as Sha256
  await known.learn(secretSha256, async () => ada)
  await known.learn(other, async () => ({ ...ada, actor: 'apikey_2' }))
  known.drop('apikey_1')
  expect(known.get(secretSha256)).toBeUndefined()
  expect(known.get(other)?.principal?.actor).toBe('apikey_2')
})

test('what was looked up before a revocation is not kept after it', async () => {
  const known = new KnownCredentials()
  const lookUp = Promise.withResolvers<Principal>()
  const answer = known.learn(secretSha256, () => lookUp.promise)
  known.drop('apikey_1')
  lookUp.resolve(ada)
  expect(await answer).toEqual(ada)
  expect(known.get(secretSha256)).toBeUndefined()
})
