// The mount's file system, driven without a kernel: against a plain model, and against other
// writers.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Kernel } from './kernel.ts'
import { openCore, openStore, type TestStore } from './mounted-store.ts'
import { Pair, step } from './pair.ts'

describe('a mount without a kernel', () => {
  let store: TestStore
  beforeAll(async () => void (store = await openStore()))
  afterAll(() => store[Symbol.asyncDispose]())

  const stored = async (storeId: string): Promise<[string, string][]> => {
    const { items } = await store.api.listMemories({ storeId, view: 'full' })
    return items.flatMap((item) => ('content' in item ? [[item.path, item.content ?? '']] : []))
  }

  test('equals a plain file system after every step, and the store equals it after a barrier', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { id: storeId } = await store.api.createStore({ name: 'model' })
        await using core = await openCore(store, { storeId })
        const pair = new Pair(new Kernel(core))
        for (const step of steps) {
          if (step.type === 'barrier') await core.barrier()
          else pair.do(step)
          expect(pair.kernel.files()).toEqual(pair.model.files())
        }
        pair.closeAll()
        await core.barrier()
        const kept = (files: [string, string][]) => files.filter(([path]) => !path.endsWith('.swp'))
        expect(kept(await stored(storeId))).toEqual(kept(pair.model.files()))
        expect(pair.kernel.files()).toEqual(pair.model.files())
        expect(core.status().problems).toEqual([])
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 150) },
    )
  })
})
