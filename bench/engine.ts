// Floor E: the engine alone, in a process of its own: the same commits, as many in flight, with no
// HTTP before them.
import type { StoreId, WorkspaceId } from '../src/domain/ids.ts'
import { makeRequestId } from '../src/domain/ids.ts'
import { defaultRetention } from '../src/domain/limits.ts'
import { parseContent } from '../src/domain/memory/content.ts'
import { parsePath } from '../src/domain/memory/path.ts'
import type { Storage, StorageStats } from '../src/storage/port.ts'
import { openSqlite } from '../src/storage/sqlite/open.ts'
import { answerCalls } from './child.ts'
import { fill } from './fill.ts'
import { quantile, rounded } from './statistic.ts'

export interface EngineRun {
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
  /** Processor time for each create, in microseconds. */
  readonly cpuUs: number
}

export interface EngineCalls {
  open(input: { readonly directory: string; readonly stores: number }): Promise<void>
  run(input: {
    readonly inFlight: number
    readonly milliseconds: number
    readonly contentBytes: number
  }): Promise<EngineRun>
  stats(input: undefined): StorageStats
}

const many = Number.MAX_SAFE_INTEGER
const limits = {
  storeMemoriesMax: many,
  storeBytesMax: many,
  storeVersionsMax: many,
  workspaceStoresMax: many,
}
const by = { actor: 'operator@bench', door: 'http', requestId: makeRequestId(Date.now()) } as const

let storage: Storage | undefined
let workspaceId: WorkspaceId | undefined
let storeIds: readonly string[] = []
let number = 0

async function open({ directory, stores }: { directory: string; stores: number }): Promise<void> {
  storage = await openSqlite(directory, { limits, retention: defaultRetention, clock: Date.now })
  const workspace = await storage.commit({ type: 'create_workspace', name: 'bench' })
  workspaceId = workspace.id
  const shape = { stores, memories: 0, versions: 0, contentBytes: 0, directories: 1 }
  ;({ storeIds } = await fill(storage, workspaceId, shape))
}

function opened(): Storage {
  if (storage === undefined) throw new Error('open the engine first')
  return storage
}

async function run(input: {
  readonly inFlight: number
  readonly milliseconds: number
  readonly contentBytes: number
}): Promise<EngineRun> {
  const text = 'x'.repeat(input.contentBytes - 12)
  const times: number[] = []
  const cpu = process.cpuUsage()
  const begunAt = performance.now()
  const loop = async () => {
    for (let now = begunAt; now - begunAt < input.milliseconds;) {
      number += 1
      const storeId = storeIds[Math.floor(Math.random() * storeIds.length)] as StoreId
      const content = parseContent(String(number).padStart(12, '0') + text)
      const path = parsePath(`/bench/${number}`)
      const scope = { workspaceId: workspaceId as WorkspaceId, storeId }
      await opened().commit({ type: 'create_memory', ...scope, path, content, by })
      const end = performance.now()
      times.push((end - now) * 1_000)
      now = end
    }
  }
  await Promise.all(Array.from({ length: input.inFlight }, loop))
  const seconds = (performance.now() - begunAt) / 1_000
  const used = process.cpuUsage(cpu)
  const sorted = Float64Array.from(times).sort()
  return {
    perSecond: Math.round(times.length / seconds),
    p50Us: rounded(quantile(sorted, 0.5)),
    p99Us: rounded(quantile(sorted, 0.99)),
    cpuUs: rounded((used.user + used.system) / times.length),
  }
}

answerCalls<EngineCalls>({ open, run, stats: () => opened().stats() }, async () =>
  storage?.[Symbol.asyncDispose](),
)
