// A mount and other writers at once, without a kernel: in the end all see the same, and no text that
// anybody finished writing is missing from the history.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { DomainError } from '../../src/domain/errors.ts'
import type { MemoryId } from '../../src/domain/ids.ts'
import { conflictPolicies, type ConflictPolicy } from '../../src/mount/view.ts'
import { CallError, Kernel, type Opened } from './kernel.ts'
import { openCore, openStore, type TestStore } from './mounted-store.ts'

const paths = ['/a', '/b', '/d/a', '/d/b', '/b/c'] as const
const path = fc.constantFrom(...paths)
const who = fc.constantFrom('here', 'there', 'api')

type Step =
  | {
      readonly type: 'save' | 'append' | 'line' | 'unlink'
      readonly who: string
      readonly path: string
    }
  | { readonly type: 'rename'; readonly who: string; readonly path: string; readonly to: string }
  | { readonly type: 'hold' | 'finish'; readonly path: string }
  | { readonly type: 'breathe' | 'settle' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('save', 'append', 'line', 'unlink'), who, path }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('rename'), who, path, to: path }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('hold', 'finish'), path }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('breathe', 'settle') }) },
) as fc.Arbitrary<Step>

type Core = Awaited<ReturnType<typeof openCore>>

/** Somebody who changes one store, and what he finished writing. */
class Scene {
  readonly finished: string[] = []
  #words = 0
  readonly #store: TestStore
  readonly #storeId: string
  readonly #cores: Readonly<Record<string, Core>>
  readonly #held = new Map<string, { readonly opened: Opened; readonly word: string }>()

  constructor(store: TestStore, storeId: string, cores: Readonly<Record<string, Core>>) {
    this.#store = store
    this.#storeId = storeId
    this.#cores = cores
  }

  async do(step: Step): Promise<void> {
    if (step.type === 'breathe') return void (await new Promise((resolve) => setImmediate(resolve)))
    if (step.type === 'settle') return this.settle()
    const word = `word${(this.#words += 1)}.`
    const doer = 'who' in step ? step.who : 'here'
    const core = this.#cores[doer]
    try {
      if (core === undefined) await this.#byApi(step, word)
      else this.#byMount(new Kernel(core), step, word)
    } catch (error) {
      // A name taken, a file gone: refused, so nothing was finished.
      if (!(error instanceof CallError) && !(error instanceof DomainError)) throw error
    }
  }

  #byMount(kernel: Kernel, step: Step, word: string): void {
    if (!('path' in step)) return
    const { path } = step
    if (step.type === 'unlink') return kernel.unlink(path)
    if (step.type === 'rename') return kernel.rename(path, step.to)
    const directory = path.slice(0, path.lastIndexOf('/'))
    if (directory !== '' && step.type !== 'finish') quietly(() => kernel.mkdir(directory))
    if (step.type === 'hold' || step.type === 'finish') return this.#hold(kernel, step, word)
    if (step.type === 'save') kernel.save(path, `first\n${word}\nlast\n`)
    if (step.type === 'append') kernel.append(path, `${word}\n`)
    if (step.type === 'line') kernel.save(path, insert(kernel.read(path), word))
    this.finished.push(word)
  }

  /** A file that stays open for a while. */
  #hold(
    kernel: Kernel,
    step: { readonly type: string; readonly path: string },
    word: string,
  ): void {
    const held = this.#held.get(step.path)
    if (step.type === 'hold' && held === undefined) {
      const opened = kernel.open(step.path, 0)
      this.#held.set(step.path, { opened, word })
      kernel.write(opened, `${word}\n`, { append: true })
    } else if (step.type === 'finish' && held !== undefined) {
      this.#held.delete(step.path)
      // Unlinked meanwhile, it has no name to be found by: what is written goes nowhere.
      const isThere = quietly(() => kernel.node(step.path)) === held.opened.node
      // Neither is what somebody truncated before it was closed.
      const isKept = kernel.readNode(held.opened.node).includes(held.word)
      kernel.close(held.opened)
      if (isThere && isKept) this.finished.push(held.word)
    }
  }

  async #byApi(step: Step, word: string): Promise<void> {
    if (!('path' in step)) return
    const api: Api = this.#store.as('apikey_api')
    const storeId = this.#storeId
    const { items } = await api.listMemories({ storeId, view: 'full' })
    const found = items.find((item) => 'id' in item && item.path === step.path)
    const known = found !== undefined && 'id' in found ? found : undefined
    const memoryId = known?.id as MemoryId
    if (known === undefined && (step.type === 'unlink' || step.type === 'rename')) return
    if (step.type === 'unlink') await api.deleteMemory({ storeId, memoryId })
    else if (step.type === 'rename') await api.updateMemory({ storeId, memoryId, path: step.to })
    else {
      const content = insert(known?.content ?? '', word)
      if (known === undefined) await api.createMemory({ storeId, path: step.path, content })
      else await api.updateMemory({ storeId, memoryId, content })
      this.finished.push(word)
    }
  }

  async settle(): Promise<void> {
    for (const core of Object.values(this.#cores)) {
      const timer = setTimeout(
        () => console.log('STUCK', JSON.stringify(core.status(), null, 1)),
        3000,
      )
      await core.barrier()
      clearTimeout(timer)
    }
    const { seq } = await this.#store.api.getUsage({ storeId: this.#storeId })
    for (const core of Object.values(this.#cores)) {
      const timer = setTimeout(
        () => console.log('STUCK2', seq, JSON.stringify(core.status(), null, 1)),
        3000,
      )
      await core.barrier(seq)
      clearTimeout(timer)
    }
  }

  async end(): Promise<void> {
    for (const path of this.#held.keys()) await this.do({ type: 'finish', path })
    await this.settle()
  }
}

function insert(text: string, word: string): string {
  const lines = text.split('\n')
  lines.splice(Math.floor(lines.length / 2), 0, word)
  return lines.join('\n')
}

function quietly<Value>(call: () => Value): Value | undefined {
  try {
    return call()
  } catch (error) {
    if (error instanceof CallError) return undefined
    throw error
  }
}

describe('two mounts and the api', () => {
  let store: TestStore
  beforeAll(async () => void (store = await openStore()))
  afterAll(() => store[Symbol.asyncDispose]())

  const run = async (steps: readonly Step[], onConflict: ConflictPolicy) => {
    const { id: storeId } = await store.api.createStore({ name: 'shared' })
    await using here = await openCore(store, { storeId, onConflict })
    await using there = await openCore(store, { storeId, onConflict, actor: 'apikey_two' })
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
          expect(await run(steps, policy)).toEqual([])
        }),
        { numRuns: Number(process.env['MODEL_RUNS'] ?? 80) },
      )
    },
  )

  test('agree in the end also where conflicts are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        await run(steps, 'fail')
      }),
      { numRuns: 40 },
    )
  })
})
