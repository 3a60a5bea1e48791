import { stripVTControlCharacters } from 'node:util'
import { assert, boolean, json as anyJson, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pretty } from './render.ts'
import { compact, parseJson, toPlain } from './value.ts'

test('any JSON is read and written as it was meant', () => {
  assert(
    property(anyJson(), boolean(), (json, indented) => {
      const value = parseJson(json)
      const text = indented ? pretty(value, { colour: false }) : compact(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(json))
      expect(toPlain(value)).toEqual(JSON.parse(json))
    }),
  )
})

test('digits, order and repeated keys stay', () => {
  const text = '{"b":12345678901234567890,"10":1.50,"2":-0,"b":1e400}'
  expect(compact(parseJson(text))).toBe(text)
})

describe('what is no JSON is refused', () => {
  test.each([
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '"\u0001"',
    '"\\x"',
    '01',
    '1.',
    '+1',
    'nul',
    '1 2',
    '"a',
    '{"a" 1}',
  ])('%j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
  })
})

test('short arrays stay on their line, objects never do', () => {
  const show = (text: string) => pretty(parseJson(text), { colour: false })
  expect(show('{"a":[1,[2,"x"]],"b":[{}],"c":[]}')).toBe(
    '{\n  "a": [1, [2, "x"]],\n  "b": [\n    {}\n  ],\n  "c": []\n}\n',
  )
  const long = JSON.stringify({ a: Array.from({ length: 40 }, () => 10) })
  expect(show(long).split('\n').length).toBeGreaterThan(40)
})

test('colours wrap values and change nothing else', () => {
  const value = parseJson('{"a":[1,"b",true,null]}')
  const plain = stripVTControlCharacters(pretty(value, { colour: true }))
  expect(plain).toBe(pretty(value, { colour: false }))
})
