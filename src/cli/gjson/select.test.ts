import { describe, expect, test } from 'vitest'
import { parseJson, toPlain } from '../json/value.ts'
import { select } from './select.ts'

// The syntax at large is compared with the official program (test/cli/ant-cases.ts); here is what
// every change must keep, also where that program is not installed.
const value = parseJson(
  JSON.stringify({
    id: 'memstore_1',
    tags: ['a', 'b'],
    'dotted.key': 1,
    'st*r': 2,
    parts: [
      { name: 'x', rank: 1, on: true, tags: ['p'] },
      { name: 'y', rank: 2, on: false, note: null },
    ],
    nested: { deep: { deeper: 'here' } },
  }),
)

function get(path: string): unknown {
  const found = select(value, path)
  return found === undefined ? undefined : toPlain(found)
}

describe('paths', () => {
  test.each([
    ['id', 'memstore_1'],
    ['tags.1', 'b'],
    ['tags.2', undefined],
    ['tags.#', 2],
    ['parts.#.name', ['x', 'y']],
    ['parts.#.note', [null]],
    ['parts.#.name|0', 'x'],
    ['parts.#.tags.0', ['p']],
    ['dotted\\.key', 1],
    ['st\\*r', 2],
    ['nes*.d??p.deeper', 'here'],
    ['nested|deep|deeper', 'here'],
    ['missing', undefined],
    ['', undefined],
  ])('%s', (path, expected) => {
    expect(get(path)).toEqual(expected)
  })
})

describe('queries', () => {
  test.each([
    ['parts.#(name=="y").rank', 2],
    ['parts.#(name=="z").rank', undefined],
    ['parts.#(rank>=1)#.name', ['x', 'y']],
    ['parts.#(rank>9)#', []],
    ['parts.#(name%"[x]")#|#', 0],
    ['parts.#(name!="x")#.name', ['y']],
    ['parts.#(on==~false)#.name', ['y']],
    ['parts.#(tags.#(=="p")).name', 'x'],
    ['tags.#(=="b")', 'b'],
    ['parts.#(name', undefined],
  ])('%s', (path, expected) => {
    expect(get(path)).toEqual(expected)
  })
})

describe('multipaths, literals and modifiers', () => {
  test.each([
    ['{id,"n":tags.#}', { id: 'memstore_1', n: 2 }],
    ['[id,missing,tags.0]', ['memstore_1', 'a']],
    ['{id,"kind":!"fixed"}', { id: 'memstore_1', kind: 'fixed' }],
    ['tags.@reverse', ['b', 'a']],
    ['tags|@reverse|0', 'b'],
    ['parts.1.@keys', ['name', 'rank', 'on', 'note']],
    ['parts.@join.name', 'y'],
    ['@dig:deeper', ['here']],
    ['tags.@tostr', '["a","b"]'],
    ['tags.@tostr.@fromstr.1', 'b'],
    ['@this.id', 'memstore_1'],
    ['@nosuch', undefined],
    ['..0.id', 'memstore_1'],
  ])('%s', (path, expected) => {
    expect(get(path)).toEqual(expected)
  })

  test('names of JavaScript are no modifiers', () => {
    expect(get('@constructor')).toBeUndefined()
  })
})
