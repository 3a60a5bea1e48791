import { createInterface } from 'node:readline/promises'
import { UsageError, type Arguments } from './command.ts'
import { err, isTerminal } from './terminal.ts'

/** Whether somebody is there to answer. */
export function canAsk(): boolean {
  return isTerminal(process.stdin) && isTerminal(process.stderr)
}

/** @throws UsageError where nobody can be asked and nothing was said */
export function checkAskable(args: Arguments): void {
  if (args.flag('yes') || args.flag('dry-run')) return
  if (args.flag('json')) throw new UsageError('--json needs --yes or --dry-run: it asks nothing')
  if (canAsk()) return
  throw new UsageError(`${args.command} needs --yes (or --dry-run) where nobody can be asked`)
}

/** Asks on the terminal; an end of input or Ctrl-C is the answer "". */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new AbortController()
  lines.once('close', () => ended.abort())
  lines.once('SIGINT', () => lines.close())
  try {
    return (await lines.question(question, { signal: ended.signal })).trim()
  } catch {
    err('\n')
    return ''
  } finally {
    lines.close()
  }
}

/** True only for an explicit yes. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `))
}
