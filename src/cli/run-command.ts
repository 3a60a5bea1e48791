import { DomainError } from '../domain/errors.ts'
import { UsageError, type ExitCode } from './command.ts'
import { exitCodes } from './exit.ts'
import { visibleText } from './invisible.ts'
import { parseArguments } from './parse-arguments.ts'
import { didYouMean } from './suggest.ts'
import { table } from './table.ts'
import { err, out } from './terminal.ts'

/**
 * Runs one command; `help NAME` and `NAME --help` show its help.
 * @param words its name, of one or two words, and what follows
 * @param leading flags that stood before the name
 */
export async function runCommand(
  words: readonly string[],
  leading: readonly string[],
): Promise<ExitCode> {
  try {
    return await dispatch(words, leading)
  } catch (error) {
    return report(error)
  }
}

async function dispatch(words: readonly string[], leading: readonly string[]): Promise<ExitCode> {
  if (words[0] === 'help') return showHelp(words.slice(1))
  const { entry, rest } = findEntry(words)
  if (entry === undefined) return showHelp(words.slice(0, 1))
  const tokens = [...leading, ...rest]
  const end = tokens.indexOf('--')
  const flags = end === -1 ? tokens : tokens.slice(0, end)
  if (flags.includes('--help') || flags.includes('-h')) return showHelp(words)
  const { command } = await entry.load()
  return command.run(parseArguments(command, tokens))
}

/** The entry of the longest name at the beginning; undefined for a group without its verb. */
function findEntry(words: readonly string[]) {
  const [first = '', second] = words
  const pair = table.find(({ name }) => name === `${first} ${second ?? ''}`)
  if (pair !== undefined) return { entry: pair, rest: words.slice(2) }
  const single = table.find(({ name }) => name === first)
  if (single !== undefined) return { entry: single, rest: words.slice(1) }
  const verbs = verbsOf(first)
  if (verbs.length === 0) throw unknownCommand(first)
  if (second === undefined || second.startsWith('-')) return { entry: undefined, rest: [] }
  const hint = didYouMean(second, verbs)
  const isUpdate = first === 'stores' && second === 'update'
  throw new UsageError(
    `${first} has no "${second}": ${verbs.join(', ')}.${isUpdate ? updateHint : hint}`,
  )
}

const updateHint =
  ' In the grammar of `ant`: palimpsest beta:memory-stores update STORE_ID --name NAME'

function verbsOf(group: string): string[] {
  const inGroup = table.filter(({ name }) => name.startsWith(`${group} `))
  return inGroup.map(({ name }) => name.slice(group.length + 1))
}

async function showHelp(words: readonly string[]): Promise<ExitCode> {
  const { entry } = words.length === 0 ? { entry: undefined } : findEntry(words)
  if (entry === undefined) {
    const { generalHelp } = await import('./general-help.ts')
    out(generalHelp(words[0]))
    return 0
  }
  const [{ commandHelp }, { command }] = await Promise.all([import('./help.ts'), entry.load()])
  out(commandHelp(command))
  return 0
}

function unknownCommand(name: string): UsageError {
  const names = table.filter(({ isHidden }) => !isHidden).map((entry) => entry.name)
  return new UsageError(`unknown command "${name}".${didYouMean(name, names)}`)
}

function report(error: unknown): ExitCode {
  const message = error instanceof Error ? error.message : String(error)
  err(`palimpsest: ${process.stderr.isTTY ? visibleText(message) : message}\n`)
  if (error instanceof UsageError) return 2
  return error instanceof DomainError ? exitCodes[error.code] : 1
}
