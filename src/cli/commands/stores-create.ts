import type { Api } from '../../api.ts'
import { storeAsJson } from '../../client/as-json.ts'
import { allStores } from '../address.ts'
import { UsageError, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { warnOfSharedName } from '../shared-name.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'stores create',
  summary: 'Make a store and print its id',
  usage: 'stores create NAME [--description TEXT] [--metadata KEY=VALUE]… [--json]',
  example: 'palimpsest stores create notes --description "What the team agreed on"',
  options: [
    { name: 'description', value: 'TEXT', help: 'What the store contains; agents read it' },
    { name: 'metadata', value: 'KEY=VALUE', repeated: true, help: 'A pair for your own use' },
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  run(args) {
    const [name] = args.positionals
    if (name === undefined) throw new UsageError('NAME is missing: what the store is called')
    const pairs = args.texts('metadata').map((text): [string, string] => {
      const equals = text.indexOf('=')
      if (equals < 1) throw new UsageError(`--metadata must be KEY=VALUE; it is "${text}"`)
      return [text.slice(0, equals), text.slice(equals + 1)]
    })
    return withRemote(args, { change: 'stores create' }, async (api) => {
      const store = await api.createStore({
        name,
        description: args.text('description'),
        metadata: Object.fromEntries(pairs),
      })
      if (args.flag('json')) printJson(storeAsJson(store))
      else out(`${store.id}\n`)
      await warn(api, name)
      return 0
    })
  },
}

/** Of stores with the same name an archived one gives way, wherever a name is given. */
async function warn(api: Api, name: string): Promise<void> {
  let count = 0
  for await (const store of allStores(api)) {
    if (store.name === name && store.archivedAt === undefined) count += 1
  }
  warnOfSharedName({ name, count, noun: 'store', list: 'stores list' })
}
