// What anybody may ask without a key must not cost the storage more the more of them ask.
import { expect, test } from 'vitest'
import { openDoor } from '../http/door.ts'
import { requestsInFlight } from '../support/in-flight.ts'

test('many who ask at once whether the server is ready share one look at the storage', async () => {
  let looks = 0
  const { promise: answer, resolve } = Promise.withResolvers<void>()
  const checkReady = () => {
    looks += 1
    return answer
  }
  await using door = await openDoor({ options: { checkReady } })
  const asking = Array.from({ length: 50 }, () => door.fetch('/readyz'))
  const inFlight = () => requestsInFlight(door.url, 'admin-secret')
  await expect.poll(inFlight).toBe(asking.length + 1)
  resolve()
  const statuses = await Promise.all(asking.map(async (asked) => (await asked).status))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(looks).toBe(1)
})
