import { describe, expect, test } from 'vitest'
import { deletesMax, plan } from './plan.ts'

const at = (sha256: string | undefined, version = sha256) =>
  sha256 === undefined ? undefined : { sha256, memoryId: 'mem', versionId: `v-${version}` }

const mapOf = <Value>(value: Value | undefined): Map<string, Value> =>
  new Map(value === undefined ? [] : [['/a', value]])

// What the directory has, what the store has, what both had, and what is done.
const cases: readonly [
  string | undefined,
  string | undefined,
  string | undefined,
  string | undefined,
][] = [
  ['x', 'x', 'x', undefined],
  ['y', 'x', 'x', 'push'],
  ['x', 'y', 'x', 'pull'],
  ['y', 'y', 'x', 'adopt'],
  ['y', 'z', 'x', 'merge'],
  [undefined, 'x', 'x', 'delete'],
  [undefined, 'y', 'x', 'pull'],
  ['x', undefined, 'x', 'remove'],
  ['y', undefined, 'x', 'create'],
  [undefined, undefined, 'x', 'forget'],
  ['x', undefined, undefined, 'create'],
  [undefined, 'x', undefined, 'pull'],
  ['x', 'x', undefined, 'adopt'],
  ['x', 'y', undefined, 'merge'],
]

describe('one path', () => {
  test.each(cases)('here %s, there %s, before %s: %s', (local, remote, base, action) => {
    const sides = { local: mapOf(at(local)), remote: mapOf(at(remote)), base: mapOf(at(base)) }
    expect(plan(sides).map(({ type }) => type)).toEqual(action === undefined ? [] : [action])
  })
})

test('a text that moved is renamed, not deleted and created', () => {
  const known = { sha256: 'x', memoryId: 'mem', versionId: 'v' }
  const sides = {
    local: new Map([['/b', { sha256: 'x' }]]),
    remote: new Map([['/a', known]]),
    base: new Map([['/a', known]]),
  }
  expect(plan(sides)).toEqual([{ type: 'rename', from: '/a', path: '/b', base: known }])
})

test('a copy is no move', () => {
  const known = { sha256: 'x', memoryId: 'mem', versionId: 'v' }
  const sides = {
    local: new Map([
      ['/a', { sha256: 'x' }],
      ['/b', { sha256: 'x' }],
    ]),
    remote: new Map([['/a', known]]),
    base: new Map([['/a', known]]),
  }
  expect(plan(sides)).toEqual([{ type: 'create', path: '/b' }])
})

test('one sync deletes a part of the store at most', () => {
  expect([0, 8, 40, 100, 1_000].map((files) => deletesMax(files))).toEqual([8, 8, 10, 25, 50])
})
