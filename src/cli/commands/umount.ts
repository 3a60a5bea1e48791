import { dirname } from 'node:path'
import { DomainError } from '../../domain/errors.ts'
import { ask, NobodyThere } from '../../mount/control.ts'
import { isOurs, unmount } from '../../mount/direct-mount.ts'
import {
  canonical,
  findMount,
  findMountsBelow,
  removeRecord,
  stateRoot,
} from '../../mount/state-directory.ts'
import { UsageError, type Command } from '../command.ts'
import { err } from '../terminal.ts'

export const command: Command = {
  name: 'umount',
  summary: 'Unmount a store; what was written is sent first',
  usage: 'umount DIR [--force]',
  example: 'palimpsest umount /mnt/memory/notes',
  options: [
    { name: 'force', help: 'Also while it is in use, and while the server is out of reach' },
    { name: 'state-dir', value: 'DIR', help: 'Where journals are kept' },
  ],
  positionalsMax: 1,
  details: `Without --force it fails while programs use the directory or the server is out of reach.
With it, what could not be sent stays in the journal, and the next mount of the directory sends it.
The DIR of \`mount --root\` takes all stores below it.`,
  async run(args) {
    const [given] = args.positionals
    if (given === undefined) throw new UsageError('umount needs a directory')
    const directory = canonical(given)
    const root = args.text('state-dir') ?? stateRoot()
    const record = findMount(root, directory)
    if (record === undefined && !isOurs(directory)) {
      throw new DomainError({ code: 'not_found', message: `${directory} is not mounted from here` })
    }
    // The root of several stores goes with the last of them.
    const stores = record === undefined ? findMountsBelow(root, directory).filter(isOurs) : []
    const wanted = { root, isForced: args.flag('force') }
    for (const one of stores.length === 0 ? [directory] : stores) await end(one, wanted)
    return 0
  },
}

interface Wanted {
  readonly root: string
  readonly isForced: boolean
}

async function end(directory: string, { root, isForced }: Wanted): Promise<void> {
  const record = findMount(root, directory)
  try {
    if (record === undefined) throw new NobodyThere('not mounted from here')
    await ask(record.socket, { type: 'unmount', isForced })
  } catch (error) {
    if (!(error instanceof NobodyThere)) throw error
    // Its holder was killed: nobody answers there, so nothing can be in flight.
    await unmount(directory, { isLazy: true })
    const asOf = record?.asOf
    if (record !== undefined) removeRecord({ state: dirname(record.socket), asOf })
    const owes = asOf === undefined ? '; the next mount sends what it still owes' : ''
    err(`palimpsest: ${directory} had been left behind${owes}\n`)
  }
}
