// Workers killed between any two calls: their successors go on as if nothing had happened.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { Agreement } from '../../src/mount/fuse/init.ts'
import { MountCore } from '../../src/mount/mount-core.ts'
import { readRecords } from '../../src/mount/record-file.ts'
import { Recorder } from '../../src/mount/recorder.ts'
import { recover } from '../../src/mount/recovery.ts'
import { Kernel } from './kernel.ts'
import { officialOnly } from './other-servers.ts'
import { noNotices, openStore, type TestStore } from './mounted-store.ts'
import { Pair, step, type Step } from './pair.ts'

const agreement: Agreement = {
  minor: 45,
  noOpen: true,
  noOpendir: true,
  readdirplus: true,
  canResend: true,
}

/** A worker that can be killed: from then on nothing it does has an effect. */
class Worker {
  readonly core: MountCore
  readonly #gate: { isDead: boolean }

  static async start(
    store: TestStore,
    at: {
      readonly storeId: string
      readonly state: string
      readonly isFirst: boolean
      readonly through?: (api: Api) => Api
    },
  ): Promise<Worker> {
    const gate = { isDead: false }
    const recovered = recover(readRecords(join(at.state, 'journal')))
    const recorder = new Recorder(at.state)
    const core = await MountCore.open(
      {
        api: gated(at.through?.(store.api) ?? store.api, gate),
        storeId: at.storeId,
        journal: gated(recorder, gate),
        recovery: {
          recovered,
          recorder: gated(recorder, gate),
          agreement: at.isFirst ? undefined : agreement,
        },
        isReadOnly: false,
        onConflict: 'merge',
        isSyncClose: false,
        pollMs: 20,
        uid: 0,
        gid: 0,
        hasOneOwner: true,
      },
      noNotices,
    )
    return new Worker(core, gate)
  }

  private constructor(core: MountCore, gate: { isDead: boolean }) {
    this.core = core
    this.#gate = gate
  }

  kill(): void {
    this.#gate.isDead = true
  }
}

/** What a dead worker calls answers nothing any more; what it asked before may still happen. */
function gated<Target extends object>(target: Target, gate: { readonly isDead: boolean }): Target {
  return new Proxy(target, {
    get(on, name) {
      const value: unknown = Reflect.get(on, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        if (!gate.isDead) return Reflect.apply(value, on, args)
        if (name === 'inOne') return (args[0] as () => unknown)()
        return name === 'watchChanges' ? nothing() : new Promise(() => undefined)
      }
    },
  })
}

async function* nothing(): AsyncGenerator<never> {}

describe('a killed worker', () => {
  let store: TestStore
  let base: string
  beforeAll(async () => {
    store = await openStore()
    base = mkdtempSync(join(tmpdir(), 'palimpsest-recovery-'))
  })
  afterAll(async () => {
    await store[Symbol.asyncDispose]()
    rmSync(base, { recursive: true, force: true })
  })

  const stored = async (storeId: string): Promise<[string, string][]> => {
    const { items } = await store.api.listMemories({ storeId, view: 'full' })
    return items.flatMap((item) => ('content' in item ? [[item.path, item.content ?? '']] : []))
  }
  const kept = (files: [string, string][]) => files.filter(([path]) => !path.endsWith('.swp'))

  type KillStep =
    | Exclude<Step, { type: 'barrier' }>
    | { readonly type: 'kill' | 'breathe' | 'barrier' }
  const steps = fc.array(
    fc.oneof(
      { weight: 8, arbitrary: step },
      { weight: 1, arbitrary: fc.constant<KillStep>({ type: 'kill' }) },
      { weight: 2, arbitrary: fc.constant<KillStep>({ type: 'breathe' }) },
    ),
    { maxLength: 40 },
  )

  test.each([
    ['', (api: Api) => api],
    [', at a server with the official operations alone', officialOnly],
  ])('is replaced without a file, a handle or a write being lost%s', async (_where, through) => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const { id: storeId } = await store.api.createStore({ name: 'killed' })
        const state = join(base, `${through.name}-${(run += 1)}`)
        let worker = await Worker.start(store, { storeId, state, isFirst: true, through })
        const pair = new Pair(new Kernel(worker.core))
        for (const step of steps) {
          if (step.type === 'barrier') await worker.core.barrier()
          else if (step.type === 'breathe') await new Promise((resolve) => setImmediate(resolve))
          else if (step.type === 'kill') {
            worker.kill()
            worker = await Worker.start(store, { storeId, state, isFirst: false, through })
            pair.kernel.goOnWith(worker.core)
          } else pair.do(step as Exclude<Step, { type: 'barrier' }>)
          expect(pair.kernel.files()).toEqual(pair.model.files())
        }
        pair.closeAll()
        await worker.core.barrier()
        expect(kept(await stored(storeId))).toEqual(kept(pair.model.files()))
        expect(worker.core.status().problems).toEqual([])
        await worker.core[Symbol.asyncDispose]()
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 100) },
    )
  })

  test('and with it neither modes, owners and times that were set, nor the age of a memory', async () => {
    const { id: storeId } = await store.api.createStore({ name: 'shown' })
    await store.api.createMemory({ storeId, path: '/old.md', content: 'old' })
    const state = join(base, 'shown')
    const first = await Worker.start(store, { storeId, state, isFirst: true })
    const kernel = new Kernel(first.core)
    const old = kernel.shown('/old.md')
    for (const path of ['/set.md', '/moved.md', '/written.md']) kernel.save(path, 'text')
    kernel.mkdir('/d')
    kernel.set('/d', { mode: 0o700, mtimeMs: 1_000 })
    kernel.set('/set.md', { mode: 0o600, uid: 7, mtimeMs: 5_000 })
    kernel.set('/moved.md', { mtimeMs: 6_000 })
    kernel.rename('/moved.md', '/d/moved.md')
    kernel.set('/written.md', { mode: 0o600, mtimeMs: 7_000 })
    kernel.save('/written.md', 'more')
    const shown = ['/d', '/set.md', '/d/moved.md'].map((path) => kernel.shown(path))
    first.kill()
    // One that read the journal of the worker, and one that read the journal of its successor.
    for (let successor = 0; successor < 2; successor += 1) {
      const next = await Worker.start(store, { storeId, state, isFirst: false })
      kernel.goOnWith(next.core)
      expect(['/d', '/set.md', '/d/moved.md'].map((path) => kernel.shown(path))).toEqual(shown)
      expect(kernel.shown('/old.md')).toEqual(old)
      const [mode, , mtimeMs] = kernel.shown('/written.md')
      expect(mode).toBe(0o600)
      expect(mtimeMs).toBeGreaterThan(7_000)
      next.kill()
    }
  })

  test('and everything else with it: the next mount sends what was closed', async () => {
    const { id: storeId } = await store.api.createStore({ name: 'all killed' })
    const state = join(base, 'all')
    const first = await Worker.start(store, { storeId, state, isFirst: true })
    const kernel = new Kernel(first.core)
    kernel.save('/sent.md', 'sent\n')
    await first.core.barrier()
    kernel.save('/closed.md', 'closed\n')
    kernel.mkdir('/d')
    kernel.close(kernel.open('/d/held.md', 0o200))
    const open = kernel.open('/open.md', 0)
    kernel.write(open, 'never closed\n')
    first.kill()
    const second = await Worker.start(store, { storeId, state, isFirst: true })
    await second.core.barrier()
    expect(await stored(storeId)).toEqual([
      ['/closed.md', 'closed\n'],
      ['/sent.md', 'sent\n'],
    ])
    expect(new Kernel(second.core).files()).toEqual(await stored(storeId))
    await second.core[Symbol.asyncDispose]()
  })
})
