import { describe, expect, test } from 'vitest'
import { findingsOf } from '../support/verified.ts'
import { newTenant, outcome, type World } from '../support/world.ts'

export function guardContract(given: { readonly world: World }): void {
  const never = new AbortController().signal

  describe('a check of everything', () => {
    test('finds nothing wrong with what the other tests have left', async () => {
      const tenant = await newTenant(given.world)
      const { id: storeId } = await tenant.api.createStore({ name: 'x' })
      const memory = await tenant.api.createMemory({ storeId, path: '/a', content: 'x' })
      await tenant.api.updateMemory({ storeId, memoryId: memory.id, path: '/b' })
      await tenant.api.deleteMemory({ storeId, memoryId: memory.id })
      expect(await findingsOf(given.world.operator)).toEqual([])
    })

    test('and a backup are for the operator', async () => {
      const tenant = await newTenant(given.world)
      const checked = Array.fromAsync(tenant.api.streamVerification({ signal: never }))
      expect(await outcome(checked)).toBe('forbidden')
      const file = '/nowhere/x.db'
      const copied = Array.fromAsync(tenant.api.streamBackup({ file, signal: never }))
      expect(await outcome(copied)).toBe('forbidden')
    })
  })

  test.each([17, '', 'x.db', '/x/../y.db', '/tmp/x', '/tmp/.db', '/tmp/x.db/', '/tmp/a\nb.db'])(
    'a backup to %j is refused',
    async (file) => {
      const steps = given.world.operator.streamBackup({ file, signal: never })
      expect(await outcome(Array.fromAsync(steps))).toBe('invalid')
    },
  )
}
