import type { Api } from '../../api.ts'
import { storeAsJson } from '../../client/as-json.ts'
import { allStores } from '../address.ts'
import type { Arguments, Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { formatTime, printJson, printRows } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { painter, wantsColour } from '../terminal.ts'

export const command: Command = {
  name: 'stores list',
  summary: 'List the stores, newest first',
  usage: 'stores list [--archived] [--json]',
  example: 'palimpsest stores list',
  options: [{ name: 'archived', help: 'Archived ones too' }, jsonOption, ...connectionOptions],
  run: (args) =>
    withRemote(args, {}, async (api) => {
      await showStores(api, args)
      return 0
    }),
}

/** Prints the stores as `--json` and `--archived` ask. */
export async function showStores(api: Api, args: Arguments): Promise<void> {
  const all = await Array.fromAsync(allStores(api))
  const stores = args.flag('archived') ? all : all.filter((store) => store.archivedAt === undefined)
  if (args.flag('json')) return printJson(stores.map((store) => storeAsJson(store)))
  const paint = painter(wantsColour(process.stdout))
  printRows(
    stores.map((store) => [
      { text: store.id, paint: (text) => paint('dim', text) },
      { text: formatTime(store.createdAt), paint: (text) => paint('dim', text) },
      { text: store.name, paint: (text) => paint('bold', text) },
      { text: store.archivedAt === undefined ? store.description : '(archived)' },
    ]),
  )
}
