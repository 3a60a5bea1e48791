import { describe, expect, test } from 'vitest'
import { parseArguments } from './parse-arguments.ts'
import { table } from './table.ts'

test('the table lists commands', () => {
  expect(table.length).toBeGreaterThan(20)
})

describe.each(table.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  test('is what the table says', async () => {
    const { command } = await entry.load()
    if (name.startsWith('@')) return
    expect(command.name).toBe(name)
    if (!entry.isHidden) expect(command.summary).toBe(entry.summary)
  })

  test('has an example with its own name that parses', async () => {
    const { command } = await entry.load()
    const line = command.example.split('\n')[0] ?? ''
    const [, rest] = line.split(`palimpsest ${command.name}`)
    expect(rest).toBeDefined()
    const words = (rest ?? '').split(/&&|\)"?$|\|/)[0]?.match(/"[^"]*"|\S+/g) ?? []
    const args = parseArguments(
      command,
      words.map((word) => word.replace(/^"|"$/g, '')),
    )
    expect(args.positionals.length).toBeLessThanOrEqual(command.positionalsMax ?? 0)
  })

  test('has no two flags with one name or letter', async () => {
    const { command } = await entry.load()
    const names = command.options.map((option) => option.name)
    const letters = command.options.flatMap((option) => option.short ?? [])
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(letters).size).toBe(letters.length)
  })
})
