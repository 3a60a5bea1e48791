import { describe, expect, test } from 'vitest'
import { readLiteral } from './literal.ts'
import type { Kind } from './operation.ts'
import { operations } from './operations.ts'
import { parseAnt } from './parse.ts'
import { AntUsageError } from './usage.ts'

const memories = 'beta:memory-stores:memories'

function read(...tokens: string[]) {
  const { operation, given, globals } = parseAnt(tokens)
  return {
    operation: `${operation?.group} ${operation?.verb}`,
    given: Object.fromEntries(given.map(({ flag, text }) => [flag.name, text])),
    globals: Object.fromEntries(globals),
  }
}

function problem(...tokens: string[]): [message: string, exitCode: number] {
  try {
    parseAnt(tokens)
  } catch (error) {
    if (error instanceof AntUsageError) return [error.message, error.exitCode]
  }
  throw new Error('expected a refusal')
}

test('global flags stand anywhere: before the resource, before the verb, behind it', () => {
  const expected = { 'base-url': 'http://x', 'raw-output': 'true', transform: 'id' }
  const flags = ['--base-url', 'http://x', '-r', '--transform=id']
  const line = ['beta:memory-stores', 'list']
  expect(read(...flags, ...line).globals).toEqual(expected)
  expect(read(line[0] ?? '', ...flags, line[1] ?? '').globals).toEqual(expected)
  expect(read(...line, ...flags).globals).toEqual(expected)
})

test('one positional stands for the id that the verb is about', () => {
  expect(read(memories, 'retrieve', 'mem_1', '--memory-store-id', 's').given).toEqual({
    'memory-id': 'mem_1',
    'memory-store-id': 's',
  })
  expect(read(memories, 'list', 'memstore_1').given).toEqual({ 'memory-store-id': 'memstore_1' })
})

test('a value that looks like a flag, or is empty, is a value', () => {
  expect(read(memories, 'create', '--content', '--path', '--path=').given).toEqual({
    content: '--path',
    path: '',
  })
})

test('every operation parses its own example', () => {
  expect(operations).toHaveLength(53)
  for (const operation of operations) {
    const words = operation.example.match(/"[^"]*"|\S+/g) ?? []
    const tokens = words.slice(1).map((word) => word.replace(/^"|"$/g, ''))
    expect(parseAnt(tokens).operation).toBe(operation)
  }
})

describe('refusals', () => {
  test.each([
    [['beta:memory-store', 'list'], 3, 'Did you mean beta:memory-stores?'],
    [['beta:dreams', 'list'], 3, 'no resource "beta:dreams"'],
    [['beta:session', 'list'], 3, 'Did you mean beta:sessions?'],
    [['beta:memory-stores', 'lsit'], 3, 'Did you mean list?'],
    [['beta:memory-stores', 'list', '--limt', '3'], 1, 'Did you mean --limit?'],
    [['beta:memory-stores', 'list', '--limit'], 1, 'flag needs an argument: --limit'],
    [['beta:memory-stores', 'list', 'x'], 1, 'Unexpected extra arguments: x'],
    [['beta:memory-stores', 'list', '--format', 'xml'], 1, '--format must be one of'],
    [['beta:memory-stores', 'list', '--profile', 'p'], 1, 'use --api-key'],
  ])('%j', (tokens, exitCode, message) => {
    const [actual, code] = problem(...tokens)
    expect(actual).toContain(message)
    expect(code).toBe(exitCode)
  })
})

describe('literals', () => {
  const literal = (kind: Kind, text: string) =>
    readLiteral({ name: 'flag', kind, place: 'body', key: 'flag', help: '' }, text)

  test.each([
    ['integer', '0x1F', 31],
    ['integer', '-1', -1],
    ['integer', '010', 8],
    ['integer', '0b11', 3],
    ['boolean', 'T', true],
    ['boolean', '0', false],
    ['nullable', 'null', null],
    ['string', 'null', 'null'],
    ['map', '{a: b, c: null}', { a: 'b', c: null }],
    ['map', '{"a":"b"}', { a: 'b' }],
    ['map', 'a: 1', { a: 1 }],
    ['map', 'null', null],
    ['any', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['any', '[1, x]', [1, 'x']],
    ['any', 'agent_1', 'agent_1'],
    ['any', '@file', '@file'],
    ['nullableInteger', 'null', null],
    ['nullableInteger', '5', 5],
    ['mapOrWord', 'claude-opus-4-8', 'claude-opus-4-8'],
    ['mapOrWord', '{id: x}', { id: 'x' }],
    ['mapOrWord', 'null', null],
    ['sequence', '[a, {b: c}]', ['a', { b: 'c' }]],
    ['maps', '{a: b}', { a: 'b' }],
  ] as const)('%s %s', async (kind, text, expected) => {
    expect(await literal(kind, text)).toEqual(expected)
  })

  test.each([
    ['integer', 'abc'],
    ['integer', ''],
    ['integer', '1.5'],
    ['integer', '99999999999999999999'],
    ['boolean', 'yes'],
    ['map', 'word'],
    ['map', '[1]'],
    ['map', '{a'],
    ['maps', '[{a: b}]'],
    ['mapOrWord', '[1]'],
    ['mapOrWord', 'two words'],
    ['sequence', '{a: b}'],
    ['any', '[1'],
    ['nullableInteger', 'soon'],
  ] as const)('no %s: %j', async (kind, text) => {
    await expect(literal(kind, text)).rejects.toThrow('--flag must be')
  })
})
