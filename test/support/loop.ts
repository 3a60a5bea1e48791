// The model loop over a scripted Messages server, a session in memory, and real stores.
import { messagesApi, type ModelAddress } from '../../src/agent/anthropic.ts'
import { defaultLoop, type LoopSettings } from '../../src/agent/loop-settings.ts'
import type { UserBlock } from '../../src/agent/messages.ts'
import { retiredStores } from '../../src/agent/retired-stores.ts'
import { runSession } from '../../src/agent/run-session.ts'
import type { World } from '../../src/agent/tools/tool.ts'
import { makeEventId } from '../../src/domain/ids.ts'
import type { AttachedStore } from '../../src/domain/session/session.ts'
import { openAgentWorld, type AgentWorld } from './agent-world.ts'
import { startFakeModel, type FakeModel } from './fake-model.ts'
import type { MemorySession } from './memory-port.ts'

export interface RunOptions {
  readonly settings?: Partial<LoopSettings>
  /** How long the first answer may be silent; those after it may be for a minute. */
  readonly firstSilenceMs?: number
  readonly world?: World
  readonly stopping?: AbortSignal
}

export interface Loop extends AsyncDisposable {
  readonly agent: AgentWorld
  /** Renewed by `begin`. */
  readonly model: FakeModel
  readonly store: AttachedStore
  /** A fresh script and a fresh store. */
  begin(): Promise<void>
  /** Claims the session and runs it until it rests or the claim is lost. */
  run(session: MemorySession, options?: RunOptions): Promise<void>
  /** What the model was told last. */
  lastMessage(): UserBlock[]
}

export async function openLoop(): Promise<Loop> {
  const agent = await openAgentWorld()
  let model = await startFakeModel()
  let store = await newStore(agent)
  return {
    agent,
    get model() {
      return model
    },
    get store() {
      return store
    },
    async begin() {
      await model[Symbol.asyncDispose]()
      model = await startFakeModel()
      store = await newStore(agent)
    },
    async run(session, { settings, firstSilenceMs, stopping, world } = {}) {
      let requests = 0
      const address: ModelAddress = {
        baseUrl: model.url,
        key: 'secret-key',
        auth: 'x-api-key',
        get silenceMsMax() {
          requests += 1
          return requests === 1 ? (firstSilenceMs ?? 60_000) : 60_000
        },
      }
      const own = world ?? agent.world([{ id: store.storeId, name: 'Notes' }])
      const lease = session.claim()
      await runSession({
        lease,
        model: messagesApi(address),
        settings: { ...defaultLoop, retryMs: 1, ...settings },
        prompt: { noShellBecause: 'there is no sandbox in this test' },
        openWorld: () => Promise.resolve(own),
        retiredStores: () => retiredStores(agent.operator, lease.session.stores),
        makeEventId: () => makeEventId(Date.now()),
        stopping: stopping ?? new AbortController().signal,
      })
      await lease.release()
    },
    lastMessage: () => (model.requests.at(-1)?.messages.at(-1)?.content ?? []) as UserBlock[],
    async [Symbol.asyncDispose]() {
      await model[Symbol.asyncDispose]()
      await agent[Symbol.asyncDispose]()
    },
  }
}

async function newStore(agent: AgentWorld): Promise<AttachedStore> {
  return {
    storeId: await agent.store('Notes'),
    access: 'read_write',
    mountPath: '/mnt/memory/notes',
    name: 'Notes',
    description: '',
    instructions: undefined,
  }
}

/** A call as a script has it. */
export const toolUse = (input: object, tool = 'write') => ({ tool, input })
