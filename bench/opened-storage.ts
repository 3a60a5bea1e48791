// Stands in front of an engine's `open` module inside the server under measurement, which is as
// always otherwise: remembers the storage, so that it can be filled without HTTP and its counters
// read, and for floor H answers the commits of new memories from memory.
import { registerHooks } from 'node:module'
import type { CreateMemory } from '../src/domain/memory/command.ts'
import type { Head } from '../src/domain/memory/memory.ts'
import type { Answer, Command, Storage, StorageOptions } from '../src/storage/port.ts'

let opened: Storage | undefined
let commitsFromMemory = false

/** The storage that the server in this process opened. */
export function openedStorage(): Storage {
  if (opened === undefined) throw new Error('no server is running in this process')
  return opened
}

/** From now on a server of this process opens its storage through this module. */
export function interceptStorage(options: { readonly commitsFromMemory: boolean }): void {
  ;({ commitsFromMemory } = options)
  registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context)
      const isEngine = /\/src\/storage\/\w+\/open\.ts$/.test(resolved.url)
      if (!isEngine || context.parentURL === import.meta.url) return resolved
      return { ...resolved, url: import.meta.url }
    },
  })
}

/** @public by the name of the module that it stands for */
export async function openSqlite(directory: string, options: StorageOptions): Promise<Storage> {
  const { openSqlite: open } = await import('../src/storage/sqlite/open.ts')
  return remember(await open(directory, options))
}

/** @public by the name of the module that it stands for */
export async function openPostgres(url: string, options: StorageOptions): Promise<Storage> {
  const { openPostgres: open } = await import('../src/storage/postgres/open.ts')
  return remember(await open(url, options))
}

function remember(storage: Storage): Storage {
  opened = storage
  return commitsFromMemory ? withoutCommits(storage) : storage
}

/** Everything but what makes a new memory durable: that is answered at once. */
function withoutCommits(storage: Storage): Storage {
  let seq = 0
  const pretend = ({ path, content }: CreateMemory): Head => {
    seq += 1
    const now = Date.now()
    const { sha256, sizeBytes } = content
    return { firstSeq: seq, headSeq: seq, path, sha256, sizeBytes, createdAt: now, updatedAt: now }
  }
  return {
    view: storage.view,
    searching: storage.searching,
    guard: storage.guard,
    forgetting: storage.forgetting,
    commit: async <C extends Command>(command: C): Promise<Answer<C>> =>
      command.type === 'create_memory' ? (pretend(command) as Answer<C>) : storage.commit(command),
    subscribe: (listener) => storage.subscribe(listener),
    publish: (message) => storage.publish(message),
    listen: (listener) => storage.listen(listener),
    sweep: (signal) => storage.sweep(signal),
    checkHealth: () => storage.checkHealth(),
    stats: () => storage.stats(),
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  }
}
