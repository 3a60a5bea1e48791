import type { Api } from '../../api.ts'
import { deletedStoreAsJson, storeAsJson } from '../../client/as-json.ts'
import type { Store } from '../../domain/memory/store.ts'
import { resolveStore } from '../address.ts'
import { ask, checkAskable } from '../ask.ts'
import type { Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { visibleLine } from '../invisible.ts'
import { counted, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { requirePositional } from '../required.ts'
import { dryRunOption, jsonOption, yesOption } from '../shared-options.ts'
import { knownUsage } from '../store-usage.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'stores delete',
  summary: 'Delete a store with all memories and versions, for good',
  usage: 'stores delete STORE [--dry-run] [--yes] [--json]',
  example: 'palimpsest stores delete notes --dry-run',
  options: [dryRunOption, yesOption, jsonOption, ...connectionOptions],
  positionalsMax: 1,
  details:
    'For admin keys. Shows what would be lost and wants the name of the store typed; elsewhere it\n' +
    'needs --yes. `stores archive` keeps everything and only refuses writes.',
  run(args) {
    const given = requirePositional(args, 'STORE', 'the store to delete (see `stores list`)')
    checkAskable(args)
    const isDryRun = args.flag('dry-run')
    return withRemote(args, { change: isDryRun ? undefined : 'stores delete' }, async (api) => {
      const storeId = await resolveStore(api, given)
      const store = await api.getStore({ storeId })
      const content = await contentOf(api, storeId)
      const doomed = { store, ...content }
      if (isDryRun) {
        if (args.flag('json')) printJson({ would_delete: storeAsJson(store), ...content })
        else out(`would delete ${inWords(doomed)}\n`)
        return 0
      }
      if (!args.flag('yes') && !(await isMeant(doomed))) {
        err('nothing was deleted\n')
        return 1
      }
      const deleted = await api.deleteStore({ storeId })
      if (args.flag('json')) printJson(deletedStoreAsJson(deleted))
      else out(`deleted ${inWords(doomed)}\n`)
      return 0
    })
  },
}

interface Doomed {
  readonly store: Store
  /** undefined where the server does not count them. */
  readonly memories?: number
  readonly versions?: number
}

async function contentOf(api: Api, storeId: string): Promise<Omit<Doomed, 'store'>> {
  const usage = await knownUsage(api, storeId)
  return usage === undefined ? {} : { memories: usage.memories, versions: usage.versions }
}

function inWords({ store, memories, versions }: Doomed): string {
  const what =
    memories === undefined || versions === undefined
      ? 'with all memories and versions'
      : `${counted(memories, 'memory', 'memories')}, ${counted(versions, 'version')}`
  return `${visibleLine(store.name)} ${store.id}: ${what}`
}

/** Names may be shared or hard to type: the id is taken, too. */
async function isMeant(doomed: Doomed): Promise<boolean> {
  const { name, id } = doomed.store
  err(`${inWords(doomed)}\n`)
  const typed = await ask('This cannot be undone. Type the name of the store to delete it: ')
  // A name may be nothing but blanks, and Enter is no yes.
  return typed !== '' && (typed === name.trim() || typed === id)
}
