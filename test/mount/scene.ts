// What mounts of one store and a client of its API do at once.
import * as fc from 'fast-check'
import type { Api } from '../../src/api.ts'
import { DomainError } from '../../src/domain/errors.ts'
import type { MemoryId } from '../../src/domain/ids.ts'
import { Refusal } from '../../src/mount/errno.ts'
import type { MountCore } from '../../src/mount/mount-core.ts'
import { CallError, Kernel, type Opened } from './kernel.ts'
import type { TestStore } from './mounted-store.ts'

const paths = ['/a', '/b', '/d/a', '/d/b', '/b/c'] as const
const path = fc.constantFrom(...paths)
const who = fc.constantFrom('here', 'there', 'api')

export type Step =
  | {
      readonly type: 'save' | 'append' | 'line' | 'unlink'
      readonly who: string
      readonly path: string
    }
  | { readonly type: 'rename'; readonly who: string; readonly path: string; readonly to: string }
  | { readonly type: 'hold' | 'finish'; readonly path: string }
  | { readonly type: 'breathe' | 'settle' }

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('save', 'append', 'line', 'unlink'), who, path }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('rename'), who, path, to: path }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('hold', 'finish'), path }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('breathe', 'settle') }) },
)

/** Somebody who changes one store, and what he finished writing. */
export class Scene {
  readonly finished: string[] = []
  #words = 0
  readonly #store: TestStore
  readonly #storeId: string
  readonly #cores: Readonly<Record<string, MountCore>>
  readonly #held = new Map<string, { readonly opened: Opened; readonly word: string }>()

  constructor(store: TestStore, storeId: string, cores: Readonly<Record<string, MountCore>>) {
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
    for (const core of Object.values(this.#cores)) await flushed(core)
    for (const core of Object.values(this.#cores)) await core.barrier('now')
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

/** Sends everything, however often the server's answers are lost. */
async function flushed(core: MountCore): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await core.barrier()
    } catch (error) {
      if (!(error instanceof Refusal) || tries === 100) throw error
    }
  }
}
