// A server under measurement, in a process of its own: the product as `serve` starts it.
import { loadConfig } from '../src/config.ts'
import type { WorkspaceId } from '../src/domain/ids.ts'
import type { StorageStats } from '../src/storage/port.ts'
import { answerCalls } from './child.ts'
import { empty, fill, type Filled, type FillInput } from './fill.ts'
import { interceptStorage, openedStorage } from './opened-storage.ts'
import { Profiler, type ThreadProfile } from './profiler.ts'

export interface StartInput {
  /** Settings by the names of the flags. */
  readonly settings: Readonly<Record<string, string>>
  /** Floor H: a new memory is answered without being stored. */
  readonly commitsFromMemory?: boolean
}

export interface Started {
  readonly port: number
  /** Of the first workspace, with the role admin. */
  readonly key: string
}

export interface ServerCalls {
  start(input: StartInput): Promise<Started>
  fill(input: FillInput): Promise<Filled>
  empty(input: { readonly storeIds: readonly string[]; readonly prefix: string }): Promise<number>
  stats(input: undefined): StorageStats
  collectGarbage(input: undefined): void
  startProfile(input: undefined): Promise<void>
  stopProfile(input: undefined): Promise<ThreadProfile[]>
}

let server: AsyncDisposable | undefined
let workspaceId: WorkspaceId | undefined
const profiler = new Profiler()

async function start({ settings, commitsFromMemory = false }: StartInput): Promise<Started> {
  interceptStorage({ commitsFromMemory })
  const { startServer } = await import('../src/server.ts')
  const { config } = loadConfig({ port: '0', ...settings }, {})
  const running = await startServer(config)
  server = running
  const [home] = await openedStorage().view.workspaces()
  workspaceId = home?.id
  return { port: Number(new URL(running.url).port), key: running.firstKey?.secret ?? '' }
}

function home(): WorkspaceId {
  if (workspaceId === undefined) throw new Error('start the server first')
  return workspaceId
}

answerCalls<ServerCalls>(
  {
    start,
    fill: (input) => fill(openedStorage(), home(), input),
    empty: (input) => empty(openedStorage(), home(), input),
    stats: () => openedStorage().stats(),
    collectGarbage: () => globalThis.gc?.(),
    startProfile: () => profiler.start(),
    stopProfile: () => profiler.stop(),
  },
  async () => server?.[Symbol.asyncDispose](),
)
