import { memoryAsJson } from '../../client/as-json.ts'
import { memoriesAt, parseAddress, resolveStore } from '../address.ts'
import type { Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { globPattern } from '../glob.ts'
import { lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'find',
  summary: 'Find memories by name',
  usage: 'find STORE[:PREFIX] [--name PATTERN] [--path PATTERN] [--json]',
  example: 'palimpsest find notes --name "*.md"',
  options: [
    { name: 'name', value: 'PATTERN', help: 'Of the last segment: * any run, ? any one, [ab]' },
    { name: 'path', value: 'PATTERN', help: 'Of the whole path; * does not cross "/", ** does' },
    { name: 'ignore-case', short: 'i', help: 'Letters match in either case' },
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  run(args) {
    const { store, path } = parseAddress(args.positionals[0])
    const flags = args.flag('ignore-case') ? 'i' : ''
    const name = globPattern(args.text('name') ?? '*', flags)
    const whole = globPattern(args.text('path') ?? '/**', flags)
    return withRemote(args, {}, async (api) => {
      const storeId = await resolveStore(api, store)
      const found = []
      for await (const memory of memoriesAt(api, storeId, path)) {
        const last = memory.path.slice(memory.path.lastIndexOf('/') + 1)
        if (!name.test(last) || !whole.test(memory.path)) continue
        if (args.flag('json')) found.push(memoryAsJson(memory))
        else out(`${lineFor(memory.path)}\n`)
      }
      if (args.flag('json')) printJson(found)
      return 0
    })
  },
}
