import { memoryAsJson } from '../../client/as-json.ts'
import { parseMemoryAddress, readMemory, resolveStore } from '../address.ts'
import type { Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { visibleText } from '../invisible.ts'
import { atOption, readAt } from '../moment.ts'
import { printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { isTerminal, out } from '../terminal.ts'

export const command: Command = {
  name: 'cat',
  summary: 'Print the content of memories',
  usage: 'cat STORE:PATH… [--at MOMENT] [--json]',
  example: 'palimpsest cat notes:/style.md',
  options: [atOption, jsonOption, ...connectionOptions],
  positionalsMax: Infinity,
  details: 'On a terminal, invisible and control characters are spelled out as \\u{…}.',
  run(args) {
    const first = parseMemoryAddress(args.positionals[0])
    const addresses = [first, ...args.positionals.slice(1).map(parseMemoryAddress)]
    const moment = readAt(args)
    return withRemote(args, {}, async (api) => {
      for (const { store, path } of addresses) {
        const storeId = await resolveStore(api, store)
        const memory = await readMemory(api, storeId, { path, moment })
        const content = memory.content ?? ''
        if (args.flag('json')) printJson(memoryAsJson(memory))
        else out(isTerminal(process.stdout) ? visibleText(content) : content)
      }
      return 0
    })
  },
}
