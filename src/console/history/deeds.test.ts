import { expect, test } from 'vitest'
import type { WireLogEntry } from '../../wire/logged.ts'
import { deedsOf } from './deeds.ts'

const entry = (seq: number, fields: Partial<WireLogEntry>): WireLogEntry => ({
  seq,
  kind: 'modified',
  type: 'memory_store_change',
  content_sha256: null,
  content_size_bytes: null,
  created_at: '2026-11-20T08:00:00.000Z',
  created_by: null,
  door: 'http',
  memory_id: 'mem_1',
  memory_store_id: 'memstore_1',
  memory_version_id: `memver_${seq}`,
  path: '/a',
  previous_path: null,
  request_id: 'req_1',
  previous_version_id: seq === 1 ? null : `memver_${seq - 1}`,
  ...fields,
})

const words = (...entries: readonly WireLogEntry[]) =>
  [...deedsOf(entries.toReversed())].map(([seq, { words: what, again }]) => [seq, what, again])

test('a text that was there before is restored, and which it was is told', () => {
  const told = words(
    entry(1, { kind: 'created', content_sha256: 'one' }),
    entry(2, { content_sha256: 'two' }),
    entry(3, { content_sha256: 'one' }),
    entry(4, { content_sha256: 'three', memory_id: 'mem_2' }),
    entry(5, { content_sha256: 'two' }),
  )
  expect(told).toEqual([
    [1, 'created', undefined],
    [2, 'modified', undefined],
    [3, 'restored', 1],
    [4, 'modified', undefined],
    [5, 'restored', 2],
  ])
})

test('a change is undone where the text before it follows it', () => {
  const texts = ['one', 'two', 'one', 'three', 'two']
  const entries = texts.map((hash, index) => entry(index + 1, { content_sha256: hash }))
  const undone = [...deedsOf(entries.toReversed())].map(([, { undoes }]) => undoes)
  expect(undone).toEqual([undefined, undefined, 2, undefined, undefined])
})

test('a path alone is renamed, a deleted memory is brought back', () => {
  const told = words(
    entry(1, { kind: 'created', content_sha256: 'one' }),
    entry(2, { content_sha256: 'one', path: '/b', previous_path: '/a' }),
    entry(3, { content_sha256: 'two', path: '/c', previous_path: '/b' }),
    entry(4, { kind: 'deleted' }),
    entry(5, { kind: 'created', content_sha256: 'two' }),
    entry(6, { kind: 'redacted', path: null }),
    entry(7, { kind: 'store_updated', memory_id: null, memory_version_id: null, path: null }),
  )
  expect(told.map(([, what]) => what)).toEqual([
    'created',
    'renamed',
    'modified',
    'deleted',
    'brought back',
    'redacted',
    'store updated',
  ])
})

test('what cannot be compared is what the server calls it', () => {
  expect(words(entry(9, { content_sha256: 'one', path: '/b', previous_path: '/a' }))).toEqual([
    [9, 'modified', undefined],
  ])
})
