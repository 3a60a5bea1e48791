import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isId,
  makeKeyId,
  makeRequestId,
  makeStoreId,
  makeWorkspaceId,
  memoryIdAt,
  parseMemoryId,
  parseVersionId,
  versionIdAt,
  type StoreId,
} from './ids.ts'
import { compareBytes } from './text.ts'

const shape = /^[a-z]+_01[1-9A-HJ-NP-Za-km-z]{22}$/
const now = Date.parse('2026-11-20T10:00:00.123Z')
const store = makeStoreId(now)
const otherStore = makeStoreId(now)

const position = fc.record({
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER - 1 }).filter((seq) => seq < 58 ** 9),
  at: fc.integer({ min: 0, max: Date.parse('5000-01-01T00:00:00Z') }),
})

describe('ids that are made', () => {
  test.each([
    ['memstore_', makeStoreId],
    ['wrkspc_', makeWorkspaceId],
    ['apikey_', makeKeyId],
    ['req_', makeRequestId],
  ])('[R-1-1] %s ids are the prefix, "01" and 22 characters of base58', (prefix, make) => {
    const id = make(now)
    expect(id.startsWith(`${prefix}01`)).toBe(true)
    expect(id).toMatch(shape)
    expect(isId(id, prefix)).toBe(true)
  })

  test('[R-1-2] sort as they were made, within and across milliseconds', () => {
    const start = now + 1_000
    const times = [0, 0, 0, 1, 1, 7, 7_000, 86_400_000]
    const ids = times.map((later) => makeStoreId(start + later))
    expect(ids.toSorted(compareBytes)).toEqual(ids)
  })

  test('[R-1-2] sort as they were made when the clock jumps back', () => {
    const first = makeStoreId(now + 5_000_000_000)
    const second = makeStoreId(now)
    expect(compareBytes(first, second)).toBeLessThan(0)
  })

  test('are all different', () => {
    const ids = Array.from({ length: 5_000 }, () => makeStoreId(now))
    expect(new Set(ids).size).toBe(5_000)
  })
})

test.each([
  ['another prefix', store.replace('memstore_', 'mem_')],
  ['no prefix', store.slice('memstore_'.length)],
  ['another format number', store.replace('_01', '_02')],
  ['one character less', store.slice(0, -1)],
  ['one character more', `${store}1`],
  ['a line end behind it', `${store}\n`],
  ['0, which base58 leaves out', `${store.slice(0, -1)}0`],
  ['l, which base58 leaves out', `${store.slice(0, -1)}l`],
  ['upper case prefix', store.toUpperCase()],
  ['only the prefix', 'memstore_'],
  ['nothing', ''],
])('%s is no store id', (_why, text) => {
  expect(isId(store, 'memstore_')).toBe(true)
  expect(isId(text, 'memstore_')).toBe(false)
})

describe('ids of memories and versions', () => {
  test('[R-1-1] are the prefix, "01" and 22 characters of base58', () => {
    expect(memoryIdAt(store, { seq: 1, at: now })).toMatch(/^mem_01[1-9A-HJ-NP-Za-km-z]{22}$/)
    expect(versionIdAt(store, { seq: 1, at: now })).toMatch(/^memver_01[1-9A-HJ-NP-Za-km-z]{22}$/)
  })

  test('give their position back', () => {
    fc.assert(
      fc.property(position, (at) => {
        expect(parseMemoryId(store, memoryIdAt(store, at))).toEqual(at)
        expect(parseVersionId(store, versionIdAt(store, at))).toEqual(at)
      }),
    )
  })

  test('[R-1-2] sort as the changes of their store do', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [first, second] = [versionIdAt(store, a), versionIdAt(store, b)]
        expect(Math.sign(compareBytes(first, second))).toBe(Math.sign(a.at - b.at || a.seq - b.seq))
      }),
    )
  })

  test('[R-1-3] mean nothing in another store', () => {
    fc.assert(
      fc.property(position, (at) => {
        expect(parseMemoryId(otherStore, memoryIdAt(store, at))).toBeUndefined()
        expect(parseVersionId(otherStore, versionIdAt(store, at))).toBeUndefined()
      }),
    )
  })

  test('of one kind mean nothing as the other', () => {
    const at = { seq: 7, at: now }
    const memory = memoryIdAt(store, at)
    expect(parseVersionId(store, memory)).toBeUndefined()
    expect(parseVersionId(store, memory.replace('mem_', 'memver_'))).toBeUndefined()
    expect(parseMemoryId(store, versionIdAt(store, at))).toBeUndefined()
  })

  test('do not survive the change of one character', () => {
    const id = memoryIdAt(store, { seq: 123_456, at: now })
    for (let index = 'mem_01'.length; index < id.length; index += 1) {
      const digit = id[index] === 'A' ? 'B' : 'A'
      const altered = id.slice(0, index) + digit + id.slice(index + 1)
      expect(parseMemoryId(store, altered)).toBeUndefined()
    }
  })

  test('do not survive another time or sequence under the same tag', () => {
    const tagStart = 'mem_01'.length + 17
    fc.assert(
      fc.property(position, position, (a, b) => {
        fc.pre(a.seq !== b.seq || a.at !== b.at)
        const forged =
          memoryIdAt(store, b).slice(0, tagStart) + memoryIdAt(store, a).slice(tagStart)
        expect(parseMemoryId(store, forged)).toBeUndefined()
      }),
    )
    const [a, b] = [now, now + 2 ** 32].map((at) => memoryIdAt(store, { seq: 1, at }))
    expect(parseMemoryId(store, b!.slice(0, tagStart) + a!.slice(tagStart))).toBeUndefined()
  })

  test('[R-1-5] are not read from garbage', () => {
    const id = memoryIdAt(store, { seq: 1, at: now })
    const garbage = ['', 'mem_', 'mem_01', id.slice(0, -1), `${id}1`, ` ${id}`, store, '../../x']
    garbage.push(
      `mem_01${'\u00e9'.repeat(22)}`,
      `mem_01${'0'.repeat(22)}`,
      `mem_01${'1'.repeat(22)}`,
    )
    for (const text of garbage) expect(parseMemoryId(store, text)).toBeUndefined()
    fc.assert(fc.property(fc.string(), (text) => parseMemoryId(store, text) === undefined))
  })

  test('are frozen: what was given out keeps its meaning', () => {
    const frozen = 'memstore_011111111111111111111111' as StoreId
    const at = { seq: 42, at: 1_700_000_000_000 }
    expect(memoryIdAt(frozen, at)).toBe('mem_011mf4BMtb11111111j5wSM5')
    expect(versionIdAt(frozen, at)).toBe('memver_011mf4BMtb11111111joKZ4w')
  })
})
