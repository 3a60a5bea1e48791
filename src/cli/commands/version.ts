import { version } from '../../version.ts'
import type { Command } from '../command.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'version',
  summary: 'Print the version of the program',
  usage: 'version',
  example: 'palimpsest version',
  options: [],
  async run() {
    out(`palimpsest ${version}\n`)
    return 0
  },
}
