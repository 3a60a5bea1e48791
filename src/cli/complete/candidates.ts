import { groups, operations } from '../ant/operations.ts'
import { globalFlags } from '../ant/parse.ts'
import type { Command, Option } from '../command.ts'
import { commonOptions } from '../parse-arguments.ts'
import { table } from '../table.ts'
import { files } from './files.ts'

/**
 * What can stand in place of the last word, which may be empty.
 * @param words from the program's name on
 */
export async function candidates(words: readonly string[]): Promise<string[]> {
  const [, ...before] = words.slice(0, -1)
  const typed = words.at(-1) ?? ''
  const found = await candidatesFor(before, typed)
  return found.filter((value) => value === files || value.startsWith(typed))
}

async function candidatesFor(before: readonly string[], typed: string): Promise<string[]> {
  const [first, second] = before
  if (first === undefined) return commandNames()
  if (first === 'help') return commandNames()
  if (groups.includes(first)) return antCandidates(before, typed)
  const pair = table.find(({ name }) => name === `${first} ${second ?? ''}`)
  const entry = pair ?? table.find(({ name }) => name === first)
  if (entry === undefined) return verbsOf(first)
  const { command } = await entry.load()
  return commandCandidates(command, before.slice(pair === undefined ? 1 : 2), typed)
}

function commandNames(): string[] {
  const names = table
    .filter(({ isHidden }) => !isHidden)
    .map(({ name }) => name.split(' ')[0] ?? '')
  return [...new Set(names), 'help', ...groups]
}

function verbsOf(group: string): string[] {
  return table
    .filter(({ name }) => name.startsWith(`${group} `))
    .map(({ name }) => name.slice(group.length + 1))
}

function antCandidates(before: readonly string[], typed: string): string[] {
  const [group, verb] = before
  const inGroup = operations.filter((operation) => operation.group === group)
  if (verb === undefined) return inGroup.map((operation) => operation.verb)
  if (!typed.startsWith('-')) return []
  const own = inGroup.find((operation) => operation.verb === verb)?.flags ?? []
  const shown = globalFlags.filter((flag) => flag.refused === undefined)
  return [...own, ...shown].map((flag) => `--${flag.name}`)
}

async function commandCandidates(
  command: Command,
  before: readonly string[],
  typed: string,
): Promise<string[]> {
  const options = [...command.options, ...commonOptions].filter((option) => !option.hidden)
  const pending = options.find((option) => awaitsValue(option, before.at(-1)))
  if (pending !== undefined) return valuesOf(pending)
  const [, name, value] = /^--([\w-]+)=(.*)$/s.exec(typed) ?? []
  if (value !== undefined) {
    const choices = options.find((option) => option.name === name)?.choices ?? []
    return choices.map((choice) => `--${name}=${choice}`)
  }
  if (typed.startsWith('-')) return options.map((option) => `--${option.name}`)
  const { completePositional } = await import('./positionals.ts')
  return completePositional(command, { before, typed })
}

function awaitsValue(option: Option, token: string | undefined): boolean {
  if (option.value === undefined || token === undefined) return false
  return token === `--${option.name}` || token === `-${option.short}`
}

function valuesOf({ choices, value = '' }: Option): string[] {
  if (choices !== undefined) return [...choices]
  return /FILE|DIR|PATH/.test(value) ? [files] : []
}
