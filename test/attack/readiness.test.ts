// What anybody may ask without a key must not cost the storage more the more of them ask.
import { expect, test } from 'vitest'
import { openDoor } from '../http/door.ts'

test('many who ask at once whether the server is ready share one look at the storage', async () => {
  let looks = 0
  const { promise: answer, resolve } = Promise.withResolvers<void>()
  const checkReady = () => {
    looks += 1
    return answer
  }
  await using door = await openDoor({ options: { checkReady } })
  const asking = Array.from({ length: 50 }, () => door.fetch('/readyz'))
  await expect.poll(() => looks).toBe(1)
  await door.fetch('/healthz')
  resolve()
  const statuses = await Promise.all(asking.map(async (asked) => (await asked).status))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(looks).toBeLessThan(5)
})
