// What lived in a store at a sequence, for searches: read anew for each page and never kept, so
// that what is superseded and then erased is in no index and no cache.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MemoryId } from '../../domain/ids.ts'
import { isDirectory, type Memory } from '../../domain/memory/memory.ts'
import type { Path, Prefix } from '../../domain/memory/path.ts'
import type { StoreScope } from '../port/store-scope.ts'
import type { Entry, SearchView } from './mirror.ts'

/** Full memories of 100 KB: 5 MB at once. */
const textsMax = 50
const entriesMax = 1_000

/** The state of a store that a search looks at. */
export interface PastState {
  readonly view: SearchView
  readonly scope: StoreScope
  readonly seq: number
}

/** Everything that lived below a directory; undefined when the store is not there. */
export async function listPast(
  { view, scope, seq }: PastState,
  prefix: Prefix,
): Promise<Entry<never>[] | undefined> {
  const entries: Entry<never>[] = []
  const query = { seq, prefix, depth: 0, content: false, limit: entriesMax } as const
  for (let after: string | undefined; ;) {
    const found = await view.history.memoriesAsOf(scope, { ...query, after })
    if (!found.found) return undefined
    for (const item of found.value.value) {
      if (isDirectory(item)) continue
      const { id: memoryId, versionId, path, updatedAt } = item
      const unknown = { actor: undefined, kept: undefined }
      entries.push({ scope, memoryId, versionId, path, updatedAt, ...unknown })
      after = path
    }
    if (found.value.value.length < entriesMax) return entries
    await nextTurn()
  }
}

/** One memory with its text; undefined when it did not live, or was erased since. */
export async function readPast(
  { view, scope, seq }: PastState,
  target: { readonly path: Path } | { readonly memoryId: MemoryId },
): Promise<Memory | undefined> {
  const found = await view.history.memoryAsOf(scope, { seq, target, content: true })
  return found.found ? found.value.value : undefined
}

/** Where to go on: at a path, or behind it. */
interface From {
  readonly path: Path
  readonly isIncluded: boolean
}

/** Texts below a directory in byte order of their paths. */
export async function* pastTexts(
  state: PastState,
  prefix: Prefix,
  from: From | undefined,
): AsyncGenerator<Memory> {
  const first = from?.isIncluded ? await readPast(state, { path: from.path }) : undefined
  if (first !== undefined) yield first
  const { view, scope, seq } = state
  const query = { seq, prefix, depth: 0, content: true, limit: textsMax } as const
  for (let after: string | undefined = from?.path; ;) {
    const found = await view.history.memoriesAsOf(scope, { ...query, after })
    if (!found.found) return
    for (const item of found.value.value) {
      if (isDirectory(item)) continue
      yield item
      after = item.path
    }
    if (found.value.value.length < textsMax) return
  }
}
