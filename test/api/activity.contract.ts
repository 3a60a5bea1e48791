import { describe, expect, test } from 'vitest'
import { newTenant, outcome, type World } from '../support/world.ts'

export function activityContract(given: { readonly world: World }): void {
  describe('the activity of a workspace', () => {
    test('[R-own-21] counts writes by day, store and writer, and nothing of other workspaces', async () => {
      const tenant = await newTenant(given.world)
      const { api } = tenant
      const other = await newTenant(given.world)
      const foreign = await other.api.createStore({ name: 'foreign' })
      await other.api.createMemory({ storeId: foreign.id, path: '/x', content: '' })
      const second = await tenant.as('read_write')
      const { id: storeId } = await api.createStore({ name: 'busy' })
      await api.createStore({ name: 'quiet' })
      const memory = await api.createMemory({ storeId, path: '/a', content: 'one' })
      await second.updateMemory({ storeId, memoryId: memory.id, content: 'two' })
      await second.deleteMemory({ storeId, memoryId: memory.id })
      const activity = await api.getActivity({ days: 2 })
      expect(activity).toMatchObject({ storesSeen: 2, isComplete: true })
      expect(activity.stores.map(({ store, writes }) => [store.name, writes])).toEqual([
        ['busy', 3],
      ])
      const actors = await Promise.all([second.whoAmI(), api.whoAmI()])
      expect(activity.writers).toEqual([
        { actor: actors[0].actor, writes: 2 },
        { actor: actors[1].actor, writes: 1 },
      ])
      expect(activity.days).toHaveLength(2)
      const sums = activity.days.reduce(
        (sum, day) => ({
          created: sum.created + day.created,
          modified: sum.modified + day.modified,
          deleted: sum.deleted + day.deleted,
        }),
        { created: 0, modified: 0, deleted: 0 },
      )
      expect(sums).toEqual({ created: 1, modified: 1, deleted: 1 })
    })

    test('[R-own-21] looks back 1 to 90 days', async () => {
      const { api } = await newTenant(given.world)
      expect((await api.getActivity({})).days).toHaveLength(14)
      expect((await api.getActivity({ days: 90 })).days).toHaveLength(90)
      for (const days of [0, 91, 1.5]) {
        expect(await outcome(api.getActivity({ days }))).toBe('invalid')
      }
    })
  })
}
