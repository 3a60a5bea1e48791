import { describe, expect, test } from 'vitest'
import { UsageError, type Command } from './command.ts'
import { parseArguments } from './parse-arguments.ts'

const command: Command = {
  name: 'try',
  summary: '',
  usage: 'try',
  example: '',
  positionalsMax: 2,
  options: [
    { name: 'name', short: 'n', value: 'TEXT', repeated: true, help: '' },
    { name: 'role', value: 'ROLE', choices: ['a', 'b'], help: '' },
    { name: 'recursive', short: 'r', help: '' },
    { name: 'long', short: 'l', help: '' },
  ],
  run: () => Promise.resolve(0),
}
const parse = (...tokens: string[]) => parseArguments(command, tokens)
const problem = (...tokens: string[]) => {
  try {
    parse(...tokens)
  } catch (error) {
    if (error instanceof UsageError) return error.message
  }
  return undefined
}

describe('flags', () => {
  test.each([
    [['--name', 'x']],
    [['--name=x']],
    [['-n', 'x']],
    [['-nx']],
    [['-rn', 'x']],
    [['-rlnx']],
  ])('%j gives the name', (tokens) => {
    expect(parse(...tokens).text('name')).toBe('x')
  })

  test('a value may look like a flag, be empty, or hold "="', () => {
    expect(parse('--name', '--role').text('name')).toBe('--role')
    expect(parse('--name=').text('name')).toBe('')
    expect(parse('--name=a=b').text('name')).toBe('a=b')
  })

  test('given twice, the last counts, and all can be had', () => {
    const args = parse('--name', 'x', '--name', 'y')
    expect(args.text('name')).toBe('y')
    expect(args.texts('name')).toEqual(['x', 'y'])
  })

  test('a switch is on, off or not given', () => {
    expect(parse('-r').given('recursive')).toBe(true)
    expect(parse('--no-recursive').given('recursive')).toBe(false)
    expect(parse('--recursive=false').given('recursive')).toBe(false)
    expect(parse().given('recursive')).toBeUndefined()
    expect(parse().flag('recursive')).toBe(false)
  })

  test('stand anywhere among positionals, and end at "--"', () => {
    const args = parse('one', '-r', '--', '-l')
    expect(args.positionals).toEqual(['one', '-l'])
    expect(args.flag('long')).toBe(false)
  })

  test('"-" alone is a positional', () => {
    expect(parse('-').positionals).toEqual(['-'])
  })
})

describe('refusals name the flag and the rule', () => {
  test.each([
    [['--nmae', 'x'], 'unknown flag --nmae. Did you mean --name?'],
    [['--xyzzy'], 'unknown flag --xyzzy.'],
    [['-q'], 'unknown flag -q.'],
    [['--name'], '--name needs a value: --name TEXT'],
    [['--role', 'c'], '--role must be one of a, b'],
    [['--recursive=maybe'], '--recursive is a switch: it takes no value, "true" or "false"'],
    [['--no-name'], 'unknown flag --no-name.'],
    [['a', 'b', 'c'], 'unexpected argument "c". Usage: palimpsest try'],
  ])('%j', (tokens, message) => {
    expect(problem(...tokens)).toContain(message)
  })
})

test('a word that was taken for flags is told where it stands, where there may be such words', () => {
  const says = (token: string) => {
    try {
      parseArguments({ ...command, dashed: 'an unwanted word' }, ['notes', token])
    } catch (error) {
      return error instanceof Error ? error.message : ''
    }
    return ''
  }
  expect(says('-draft')).toBe(
    'unknown flag -d. If "-draft" is an unwanted word, it stands behind --, as in: -- -draft',
  )
  expect(says('--draft')).toBe('unknown flag --draft.')
  expect(says('-d')).toBe('unknown flag -d.')
  expect(problem('-draft')).toBe('unknown flag -d.')
})
