import { storeAsJson } from '../../client/as-json.ts'
import { resolveStore } from '../address.ts'
import { checkAskable, confirm } from '../ask.ts'
import type { Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { visibleLine } from '../invisible.ts'
import { printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { requirePositional } from '../required.ts'
import { dryRunOption, jsonOption, yesOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'stores archive',
  summary: 'Make a store read-only, for good; its memories and versions stay',
  usage: 'stores archive STORE [--dry-run] [--yes] [--json]',
  example: 'palimpsest stores archive notes',
  options: [dryRunOption, yesOption, jsonOption, ...connectionOptions],
  positionalsMax: 1,
  details:
    'Asks first on a terminal; elsewhere it needs --yes. An archived store can be read, searched and\n' +
    'exported, and memories in it can be deleted. `stores list --archived` shows it.',
  run(args) {
    const given = requirePositional(args, 'STORE', 'the store to archive (see `stores list`)')
    checkAskable(args)
    const isDryRun = args.flag('dry-run')
    return withRemote(args, { change: isDryRun ? undefined : 'stores archive' }, async (api) => {
      const storeId = await resolveStore(api, given)
      const store = await api.getStore({ storeId })
      const shown = `${visibleLine(store.name)} ${store.id}`
      const isArchived = store.archivedAt !== undefined
      const sure = isDryRun || isArchived || args.flag('yes')
      if (!sure && !(await confirm(`Archive ${shown}, which cannot be undone?`))) {
        err('nothing was archived\n')
        return 1
      }
      const result = isDryRun || isArchived ? store : await api.archiveStore({ storeId })
      if (args.flag('json')) printJson(storeAsJson(result))
      else if (isArchived) out(`${shown} is archived already\n`)
      else out(`${isDryRun ? 'would archive' : 'archived'} ${shown}\n`)
      return 0
    })
  },
}
