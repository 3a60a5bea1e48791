// A mount and other writers at once, without a kernel: in the end all see the same, and no text
// that anybody finished writing is missing from the history.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { conflictPolicies, type ConflictPolicy } from '../../src/mount/view.ts'
import { Kernel } from './kernel.ts'
import { openCore, openStore, type TestStore } from './mounted-store.ts'
import { losing, officialOnly } from './other-servers.ts'
import { Scene, step, type Step } from './scene.ts'

describe('two mounts and the api', () => {
  let store: TestStore
  beforeAll(async () => void (store = await openStore()))
  afterAll(() => store[Symbol.asyncDispose]())

  interface Way {
    readonly onConflict: ConflictPolicy
    readonly through?: (api: Api) => Api
  }

  const run = async (steps: readonly Step[], way: Way) => {
    const { id: storeId } = await store.api.createStore({ name: 'shared' })
    await using here = await openCore(store, { storeId, ...way })
    await using there = await openCore(store, { storeId, ...way, actor: 'apikey_two' })
    const scene = new Scene(store, storeId, { here, there })
    for (const step of steps) await scene.do(step)
    await scene.end()

    const { items } = await store.api.listMemories({ storeId, view: 'full', limit: 20 })
    const stored = items.flatMap((item) => ('id' in item ? [[item.path, item.content]] : []))
    expect(new Kernel(here).files()).toEqual(stored)
    expect(new Kernel(there).files()).toEqual(stored)
    const versions = await store.log(storeId)
    const history = versions.map(({ content }) => content ?? '').join('\n')
    return scene.finished.filter((word) => !history.includes(word))
  }

  test.each(conflictPolicies.filter((policy) => policy !== 'fail'))(
    'agree in the end, and lose nothing (%s)',
    async (policy) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          expect(await run(steps, { onConflict: policy })).toEqual([])
        }),
        { numRuns: Number(process.env['MODEL_RUNS'] ?? 80) },
      )
    },
  )

  test('agree in the end also where conflicts are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        await run(steps, { onConflict: 'fail' })
      }),
      { numRuns: 40 },
    )
  })

  test.each([
    ['whose server has only the official operations', officialOnly],
    ['whose answers get lost', (api: Api) => losing(api)],
    [
      'whose server has only the official operations, and loses answers',
      (api: Api) => losing(officialOnly(api)),
    ],
  ])('agree in the end, and lose nothing: %s', async (_what, through) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        expect(await run(steps, { onConflict: 'merge', through })).toEqual([])
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 40) },
    )
  })
})
