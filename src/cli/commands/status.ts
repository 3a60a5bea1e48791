import { statfs } from 'node:fs/promises'
import { ask } from '../../mount/control.ts'
import { canonical, findMount, stateRoot } from '../../mount/state-directory.ts'
import { statusText, type MountStatus } from '../../mount/status.ts'
import { DomainError } from '../../domain/errors.ts'
import { UsageError, type Command } from '../command.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'status',
  summary: 'Show the state of a mount: what waits, what was refused and why',
  usage: 'status DIR [--flush] [--seq N] [--json]',
  example: 'palimpsest status /mnt/memory/notes',
  options: [
    { name: 'flush', help: 'First send everything that is finished, and wait for the server' },
    {
      name: 'seq',
      value: 'N',
      help: 'Also wait until the mount shows sequence N of the store; now: all that others did',
    },
    { name: 'json', help: 'Print JSON' },
    { name: 'state-dir', value: 'DIR', help: 'Where journals are kept' },
  ],
  positionalsMax: 1,
  async run(args) {
    const [given] = args.positionals
    if (given === undefined) throw new UsageError('status needs a directory')
    const directory = canonical(given)
    const record = findMount(args.text('state-dir') ?? stateRoot(), directory)
    if (record === undefined) {
      throw new DomainError({ code: 'not_found', message: `${directory} is not mounted from here` })
    }
    const until = untilOf(args.text('seq'))
    const question =
      args.flag('flush') || until !== undefined
        ? ({ type: 'barrier', until } as const)
        : ({ type: 'status' } as const)
    // What the kernel has queued up by now goes first: it answers in order.
    if (question.type === 'barrier') await statfs(directory)
    const status = (await ask(record.socket, question)) as MountStatus
    out(args.flag('json') ? `${JSON.stringify(status, null, 2)}\n` : statusText(status))
    return 0
  },
}

function untilOf(text: string | undefined): number | 'now' | undefined {
  if (text === undefined || text === 'now') return text
  if (!/^\d+$/.test(text)) throw new UsageError('--seq must be a number, or now')
  return Number(text)
}
