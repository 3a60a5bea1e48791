import type { Api } from '../../api.ts'
import { itemAsJson } from '../../client/as-json.ts'
import { isDirectory, type ListItem } from '../../domain/memory/memory.ts'
import {
  asDirectory,
  findMemory,
  listing,
  memoryAsOf,
  nothingAt,
  parseAddress,
  resolveStore,
} from '../address.ts'
import type { Arguments, Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { atOption, readAt } from '../moment.ts'
import { formatBytes, formatTime, printJson, printRows, type Cell } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { isTerminal, out, painter, wantsColour } from '../terminal.ts'
import { showStores } from './stores-list.ts'

export const command: Command = {
  name: 'ls',
  summary: 'List memories like files, or the stores',
  usage: 'ls [STORE[:PATH]] [-R] [-l] [--at MOMENT] [--json]',
  example: 'palimpsest ls notes:/projects/',
  options: [
    { name: 'recursive', short: 'R', help: 'Everything below, not only the direct children' },
    { name: 'long', short: 'l', help: 'With size and time, as on a terminal' },
    atOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details: 'On a pipe, one path a line.',
  run: (args) =>
    withRemote(args, {}, async (api) => {
      if (args.positionals.length === 0) await showStores(api, args)
      else showItems(await listed(api, args), args)
      return 0
    }),
}

async function listed(api: Api, args: Arguments): Promise<ListItem[]> {
  const { store, path } = parseAddress(args.positionals[0])
  const storeId = await resolveStore(api, store)
  const depth = args.flag('recursive') ? 0 : 1
  const prefix = asDirectory(path)
  const moment = readAt(args)
  const items = await Array.fromAsync(listing(api, { storeId, prefix, depth, moment }))
  if (items.length > 0 || path === undefined || path === '/') return items
  if (path.endsWith('/')) throw nothingAt(path)
  if (moment !== undefined) {
    return [await memoryAsOf(api, { storeId, path, ...moment, view: 'basic' })]
  }
  const memory = await findMemory(api, storeId, path)
  if (memory !== undefined) return [memory]
  throw nothingAt(path)
}

function showItems(items: readonly ListItem[], args: Arguments): void {
  if (args.flag('json')) return printJson(items.map((item) => itemAsJson(item)))
  if (!args.flag('long') && !isTerminal(process.stdout)) {
    return out(items.map((item) => `${isDirectory(item) ? item.prefix : item.path}\n`).join(''))
  }
  printRows(items.map(rowOf))
}

function rowOf(item: ListItem): Cell[] {
  const paint = painter(wantsColour(process.stdout))
  const dim = (text: string) => paint('dim', text)
  if (isDirectory(item)) {
    const blank = { text: '', alignRight: true }
    return [blank, { text: '' }, { text: item.prefix, paint: (text) => paint('blue', text) }]
  }
  const terminal = isTerminal(process.stdout)
  const size = terminal ? formatBytes(item.sizeBytes) : String(item.sizeBytes)
  return [
    { text: size, alignRight: true },
    { text: formatTime(item.updatedAt), paint: dim },
    { text: item.path },
  ]
}
