import { expect, test } from 'vitest'
import type { MemoryId, StoreId, VersionId, WorkspaceId } from '../../domain/ids.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import type { Path } from '../../domain/memory/path.ts'
import type { StoreScope } from '../port/store-scope.ts'
import { Mirrors, type SearchView } from './mirror.ts'

const scopeOf = (storeId: string): StoreScope => ({
  workspaceId: 'wrkspc_1' as WorkspaceId,
  storeId: storeId as StoreId,
})

/** A storage of stores with as many memories, that belongs to one workspace. */
function viewOf(count: number): SearchView {
  const memories = Array.from({ length: count }, (_, index) => ({
    id: `mem_${index}` as MemoryId,
    versionId: `memver_${index}` as VersionId,
    path: `/m${index}` as Path,
    updatedAt: index,
  }))
  const view: Pick<SearchView, 'usage' | 'memories' | 'changes'> = {
    usage: async ({ workspaceId }) =>
      workspaceId === 'wrkspc_1'
        ? { seq: 1, memories: count, contentBytes: 0, versions: count, historyFrom: 1 }
        : undefined,
    memories: async () => ({ found: true, value: memories as unknown as Memory[] }),
    changes: async () => ({ found: true, value: [] }),
  }
  return view as SearchView
}

const keeping = { bytesOf: (kept: string) => kept.length, bytesMax: 10 }

test('what is kept is bounded, and stores in use do not push each other out', async () => {
  const mirrors = new Mirrors<string>(viewOf(3), keeping)
  const [first, second] = [await mirrors.reach(scopeOf('a')), await mirrors.reach(scopeOf('b'))]
  if (first === undefined || second === undefined) throw new Error('both are there')
  const kept = [...first.entries].map((entry) => mirrors.keep(first, entry, 'xxxx'))
  expect(kept).toEqual([true, true, false])
  const [entry] = second.entries
  if (entry === undefined) throw new Error('it has entries')
  expect(mirrors.keep(second, entry, 'xxxx')).toBe(false)
  first.usedAt -= 120_000
  expect(mirrors.keep(second, entry, 'xxxx')).toBe(true)
  expect([...first.entries]).toEqual([])
})

test('another workspace neither reaches a store nor disturbs those who do', async () => {
  const mirrors = new Mirrors<string>(viewOf(1), keeping)
  const foreign = { ...scopeOf('a'), workspaceId: 'wrkspc_2' as WorkspaceId }
  const [theirs, ours] = await Promise.all([mirrors.reach(foreign), mirrors.reach(scopeOf('a'))])
  expect(theirs).toBeUndefined()
  expect([...(ours?.entries ?? [])]).toHaveLength(1)
  expect(await mirrors.reach(foreign)).toBeUndefined()
})

test('what was superseded is let go of, also when the storage is out of reach', async () => {
  let isReachable = true
  const view = viewOf(1)
  const usage: SearchView['usage'] = async (scope) => {
    if (!isReachable) throw new Error('out of reach')
    return view.usage(scope)
  }
  const mirrors = new Mirrors<string>({ ...view, usage }, keeping)
  const mirror = await mirrors.reach(scopeOf('a'))
  const [entry] = mirror?.entries ?? []
  if (mirror === undefined || entry === undefined) throw new Error('it is there')
  mirrors.keep(mirror, entry, 'xxxx')
  await mirrors.settle(scopeOf('a'))
  expect(entry.kept).toBe('xxxx')
  isReachable = false
  await mirrors.settle(scopeOf('a'))
  expect(entry.kept).toBeUndefined()
})
