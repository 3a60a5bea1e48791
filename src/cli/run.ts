import { basename } from 'node:path'
import type { ExitCode } from './command.ts'
import { err, out, outliveReaders } from './terminal.ts'

/** Flags that may stand before a command's name and take a value. */
const leadingWithValue = new Set([
  '--base-url',
  '--api-key',
  '--auth-token',
  '--workspace-id',
  '--format',
  '--format-error',
  '--transform',
  '--transform-error',
  '--webhook-key',
])

/** Runs the program. @param argv as `process.argv` */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  outliveReaders()
  const name = basename(argv[1] ?? '').replace(/\.[a-z]+$/, '') === 'ant' ? 'ant' : 'palimpsest'
  const { leading, command, rest } = splitCommand(argv.slice(2))
  if (command?.startsWith('beta:') || (name === 'ant' && !/^(@|__)/.test(command ?? ''))) {
    const { runAnt } = await import('./ant/run.ts')
    return runAnt(argv.slice(2), { name, version: await readVersion() })
  }
  if (command === undefined) {
    if (leading.includes('--version') || leading.includes('-v')) {
      out(`palimpsest ${await readVersion()}\n`)
      return 0
    }
    const { generalHelp } = await import('./general-help.ts')
    out(generalHelp())
    const [flag] = leading.filter((one) => one !== '--help' && one !== '-h')
    if (flag === undefined) return 0
    err(`palimpsest: ${flag} needs a command\n`)
    return 2
  }
  if (command === '__complete') {
    const { runComplete } = await import('./complete/run-complete.ts')
    return runComplete(rest)
  }
  const { runCommand } = await import('./run-command.ts')
  return runCommand([command, ...rest], leading)
}

function splitCommand(tokens: readonly string[]) {
  const leading: string[] = []
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? ''
    if (!token.startsWith('-')) {
      return { leading, command: token, rest: tokens.slice(index + 1) }
    }
    leading.push(token)
    if (leadingWithValue.has(token)) {
      index += 1
      leading.push(...tokens.slice(index, index + 1))
    }
  }
  return { leading, command: undefined, rest: [] }
}

async function readVersion(): Promise<string> {
  const { version } = await import('../version.ts')
  return version
}
