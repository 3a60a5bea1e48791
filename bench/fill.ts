// Fills a storage through its port, much faster than over HTTP: what a measurement starts from.
import { createHash } from 'node:crypto'
import { makeRequestId, memoryIdAt, type StoreId, type WorkspaceId } from '../src/domain/ids.ts'
import { parseContent } from '../src/domain/memory/content.ts'
import { isDirectory } from '../src/domain/memory/memory.ts'
import { parsePath, type Prefix } from '../src/domain/memory/path.ts'
import type { Storage } from '../src/storage/port.ts'
import type { Place } from './request.ts'

export interface FillInput {
  readonly stores: number
  /** In each store. */
  readonly memories: number
  /** In each store, of all its memories together; as many as memories or more. */
  readonly versions: number
  readonly contentBytes: number
  /** How many directories the memories of a store are spread over. */
  readonly directories: number
}

export interface Filled {
  readonly storeIds: readonly string[]
  readonly places: readonly Place[]
  /** SHA-256 of the content that the memories were made with. */
  readonly sha256: string
}

/** As many as one commit takes: what fills fastest. */
const inFlight = 256

const by = {
  actor: 'operator@bench',
  door: 'job',
  requestId: makeRequestId(Date.now()),
} as const

export async function fill(
  storage: Storage,
  workspaceId: WorkspaceId,
  input: FillInput,
): Promise<Filled> {
  const text = 'x'.repeat(input.contentBytes)
  const storeIds: StoreId[] = []
  await each(input.stores, async (index) => {
    const name = `bench ${index}`
    const command = { workspaceId, name, description: '', metadata: {}, by }
    storeIds.push((await storage.commit({ type: 'create_store', ...command })).id)
  })
  const places: Place[] = []
  await each(input.stores * input.memories, async (index) => {
    const storeId = storeIds[index % input.stores] as StoreId
    const number = Math.floor(index / input.stores)
    const path = parsePath(`/d${number % input.directories}/memory-${number}.md`)
    const content = parseContent(text)
    const command = { workspaceId, storeId, path, content, by }
    const { firstSeq: seq, createdAt: at } = await storage.commit({
      type: 'create_memory',
      ...command,
    })
    places.push({ storeId, memoryId: memoryIdAt(storeId, { seq, at }) })
  })
  const updates = input.stores * Math.max(0, input.versions - input.memories)
  await each(updates, async (index) => {
    const place = places[index % places.length] as Place
    const storeId = place.storeId as StoreId
    const content = parseContent(`${index} ${text}`.slice(0, input.contentBytes))
    const target = { memoryId: place.memoryId }
    const change = { target, content, path: undefined, expected: undefined }
    await storage.commit({ type: 'update_memory', workspaceId, storeId, ...change, by })
  })
  return { storeIds, places, sha256: createHash('sha256').update(text).digest('hex') }
}

/** Calls for 0 to count - 1, so many at once as one commit takes. */
async function each(count: number, call: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next
      next += 1
      await call(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, worker))
}

/** Deletes what a measurement of creates left, so that the store is as large as before. */
export async function empty(
  storage: Storage,
  workspaceId: WorkspaceId,
  { storeIds, prefix }: { readonly storeIds: readonly string[]; readonly prefix: string },
): Promise<number> {
  let deleted = 0
  for (const id of storeIds) {
    const scope = { workspaceId, storeId: id as StoreId }
    for (;;) {
      const below = { prefix: prefix as Prefix, depth: 0, after: undefined } as const
      const options = { ...below, limit: 1_000, content: false }
      const found = await storage.view.memories(scope, options)
      const items = found.found ? found.value : []
      if (items.length === 0) break
      const commands = items.flatMap((item) =>
        isDirectory(item)
          ? []
          : [
              {
                type: 'delete_memory',
                ...scope,
                target: { path: item.path },
                expected: undefined,
                by,
              } as const,
            ],
      )
      await storage.commit({ type: 'batch', ...scope, commands, by })
      deleted += commands.length
    }
  }
  return deleted
}
