import { describe, expect, test } from 'vitest'
import type { StoreId, WorkspaceId } from '../../domain/ids.ts'
import type { Command } from '../../domain/memory/command.ts'
import { memoryOf, type Memory } from '../../domain/memory/memory.ts'
import { parseContent } from '../../domain/memory/content.ts'
import { parsePath } from '../../domain/memory/path.ts'
import { KeptMemories } from './kept-memories.ts'

const scope = {
  workspaceId: 'wrkspc_a' as WorkspaceId,
  storeId: 'memstore_a' as StoreId,
}

function memory(seq: number, storeId = scope.storeId, text = `text ${seq}`): Memory {
  const { sha256, sizeBytes } = parseContent(text)
  const head = { firstSeq: seq, headSeq: seq, path: parsePath(`/${seq}`), sha256, sizeBytes }
  return memoryOf(storeId, { ...head, createdAt: 1, updatedAt: 1 }, text)
}

/** Only what commands are told apart by. */
const command = (type: string, storeId = scope.storeId) =>
  ({ type, workspaceId: scope.workspaceId, storeId }) as unknown as Command

function keptTwice(kept: KeptMemories, value: Memory): KeptMemories {
  kept.offer(scope, value)
  kept.offer(scope, value)
  return kept
}

describe('a memory that was read', () => {
  test('once is not kept, twice is, as the same frozen object', () => {
    const kept = new KeptMemories()
    const value = memory(1)
    kept.offer(scope, value)
    expect(kept.get(scope, value.id)).toBeUndefined()
    kept.offer(scope, value)
    expect(kept.get(scope, value.id)).toBe(value)
    expect(Object.isFrozen(value)).toBe(true)
  })

  test('is not there for another workspace or another store', () => {
    const value = memory(1)
    const kept = keptTwice(new KeptMemories(), value)
    const elsewhere = { ...scope, workspaceId: 'wrkspc_b' as WorkspaceId }
    expect(kept.get(elsewhere, value.id)).toBeUndefined()
    const beside = { ...scope, storeId: 'memstore_b' as StoreId }
    expect(kept.get(beside, value.id)).toBeUndefined()
  })

  test.each([
    'update_memory',
    'delete_memory',
    'move_tree',
    'batch',
    'redact_version',
    'update_store',
    'archive_store',
    'delete_store',
  ])('is let go by %s, and not kept again before that has ended', (type) => {
    const value = memory(1)
    const kept = keptTwice(new KeptMemories(), value)
    const first = kept.writing(command(type))
    const second = kept.writing(command(type))
    expect(kept.get(scope, value.id)).toBeUndefined()
    keptTwice(kept, value)
    expect(kept.get(scope, value.id)).toBeUndefined()
    first[Symbol.dispose]()
    keptTwice(kept, value)
    expect(kept.get(scope, value.id)).toBeUndefined()
    second[Symbol.dispose]()
    keptTwice(kept, value)
    expect(kept.get(scope, value.id)).toBe(value)
  })

  test('stays through what changes no memory that exists, or another store', () => {
    const value = memory(1)
    const kept = keptTwice(new KeptMemories(), value)
    for (const other of [command('create_memory'), command('batch', 'memstore_b' as StoreId)]) {
      using _writing = kept.writing(other)
      expect(kept.get(scope, value.id)).toBe(value)
    }
  })
})

test('the oldest go when there is no more room, and no more than have to', () => {
  const kept = new KeptMemories()
  const text = 'x'.repeat(100_000)
  const values = Array.from({ length: 200 }, (_, seq) => memory(seq + 1, scope.storeId, text))
  for (const value of values) keptTwice(kept, value)
  const left = values.filter(({ id }) => kept.get(scope, id) !== undefined)
  expect(left.length).toBeGreaterThan(100)
  expect(left.length).toBeLessThan(130)
  expect(left).toEqual(values.slice(-left.length))
})
