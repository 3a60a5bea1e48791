import { expect, test } from 'vitest'
import { Erased } from './erased.ts'
import { countRows } from './spans.ts'

test('numbered rows are named in spans, others by their ids, and all of them are counted', () => {
  const erased = new Erased()
  for (const seq of [9, 3, 4, 5, 3, 12, 10]) erased.row('claims', 'memstore_1', seq)
  for (const id of ['sevt_2', 'sevt_1']) erased.row('session_events', 'sesn_1', id)
  expect(erased.record().redacted).toEqual([
    { place: 'claims', owner: 'memstore_1', rows: ['3-5', '9-10', '12'] },
    { place: 'session_events', owner: 'sesn_1', rows: ['sevt_1', 'sevt_2'] },
  ])
  expect(erased.counts([])).toMatchObject({ rows: 8 })
})

test('a run that goes on adds to the spans that were written down', () => {
  const first = new Erased()
  for (const seq of [1, 2, 3, 7]) first.row('claims', 'memstore_1', seq)
  const second = new Erased()
  second.resume(JSON.parse(JSON.stringify(first.record())) as ReturnType<Erased['record']>)
  for (const seq of [3, 4]) second.row('claims', 'memstore_1', seq)
  expect(second.record().redacted[0]?.rows).toEqual(['1-4', '7'])
  expect(second.counts([])).toMatchObject({ rows: 5 })
})

test.each([
  [[], 0],
  [['7'], 1],
  [['3-5', '9'], 4],
  [['sevt_1', 'a-b', 'x 1-9'], 3],
])('%j are %i rows', (rows, count) => {
  expect(countRows(rows)).toBe(count)
})
