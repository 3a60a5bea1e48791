import type { RestoreInput } from '../../api/history.ts'
import { parseAddress, resolveStore, type Address } from '../address.ts'
import { checkAskable } from '../ask.ts'
import { UsageError, type Arguments, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { atOption, readAt } from '../moment.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jsonOption, yesOption } from '../shared-options.ts'
import { planAndDo } from '../undo.ts'

export const command: Command = {
  name: 'restore',
  summary: 'Bring a memory, a directory or a store back to what it was',
  usage: 'restore STORE[:PATH] --at MOMENT | --version ID [--dry-run] [--yes] [--json]',
  example:
    'palimpsest restore notes:/style.md --at -2h\n' +
    'palimpsest restore notes --at 2026-11-20T08:00:00Z --dry-run\n' +
    'palimpsest restore notes --version memver_01…',
  options: [
    atOption,
    { name: 'version', value: 'ID', help: 'One memory becomes what it was in this version' },
    dryRunOption,
    yesOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details:
    'Shows what it would do and asks on a terminal; elsewhere it needs --yes. What it does is new\n' +
    'versions, all of them or none, so that it can be undone the same way. PATH is a memory or a\n' +
    'directory, as it is or was; what did not exist then is deleted, what was deleted comes back.',
  run(args) {
    const address = parseAddress(args.positionals[0])
    const target = readTarget(args, address)
    checkAskable(args)
    const change = args.flag('dry-run') ? undefined : 'restore'
    return withRemote(args, { change }, async (api) => {
      const storeId = await resolveStore(api, address.store)
      return planAndDo(args, (asked) => api.restore({ storeId, ...target, ...asked }))
    })
  },
}

function readTarget(args: Arguments, { path }: Address): Omit<RestoreInput, 'storeId'> {
  const moment = readAt(args)
  const versionId = args.text('version')
  if ((moment === undefined) === (versionId === undefined)) {
    throw new UsageError('give --at MOMENT or --version ID: what to come back to')
  }
  if (versionId !== undefined) {
    if (path === undefined) return { versionId }
    throw new UsageError('--version says which memory: only the store goes with it')
  }
  if (path === undefined || path === '/') return { ...moment }
  return path.endsWith('/') ? { ...moment, pathPrefix: path } : { ...moment, path }
}
