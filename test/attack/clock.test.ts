// A clock of the day that jumps back by an hour.
import { afterEach, expect, test, vi } from 'vitest'
import { makeRequestId } from '../../src/domain/ids.ts'
import { newTarget, openOnSqlite } from './installation.ts'

const hourMs = 3_600_000

afterEach(() => {
  vi.restoreAllMocks()
})

test('a key that is revoked while the clock is back stops working', async () => {
  const now = vi.spyOn(Date, 'now')
  await using server = await openOnSqlite()
  const { secrets, keyIds } = await server.newWorkspace()
  const who = () => server.request('/palimpsest/v1/me', { secret: secrets.read_only })
  expect((await who()).status).toBe(200)
  const before = Date.now()
  now.mockImplementation(() => before - hourMs)
  const revoke = `/palimpsest/v1/keys/${keyIds.read_only}/revoke`
  await server.request(revoke, { method: 'POST', secret: secrets.admin })
  await expect.poll(async () => (await who()).status).toBe(401)
})

test('writes while the clock is back stay in order', async () => {
  const now = vi.spyOn(Date, 'now')
  await using server = await openOnSqlite()
  const { post, get, own } = await newTarget(server)
  const first = await post('/memories', { path: '/first', content: 'x' })
  const before = Date.now()
  now.mockImplementation(() => before - hourMs)
  const second = await post('/memories', { path: '/second', content: 'x' })
  expect(second.json.created_at >= first.json.created_at).toBe(true)
  expect(second.json.memory_version_id > first.json.memory_version_id).toBe(true)
  const versions = await get('/memory_versions')
  expect(versions.json.data.map(({ path }: { path: string }) => path)).toEqual([
    '/second',
    '/first',
  ])
  const changes = await own('/changes')
  expect(changes.json.data.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3])
})

test('ids go on, sorted, after more of them than one millisecond has numbers for', () => {
  const now = Date.now()
  let last = makeRequestId(now)
  for (let index = 0; index <= 58 ** 4; index += 1) {
    const id = makeRequestId(now - hourMs)
    if (id <= last) throw new Error(`${id} does not come after ${last}`)
    last = id
  }
}, 180_000)
