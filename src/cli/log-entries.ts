import type { Api } from '../api.ts'
import type { ListLogInput, LogEntry } from '../api/history.ts'
import { logEntryAsJson } from '../client/as-json.ts'
import { changeKinds } from '../domain/memory/version.ts'
import { readActor } from './actor-flags.ts'
import { actorNames, type NameActor } from './actor-names.ts'
import { allPages, findMemory } from './address.ts'
import type { Arguments, Option } from './command.ts'
import { readTime } from './moment.ts'
import { formatBytes, formatTime, printJson, printRows, type Cell } from './print.ts'
import { showUnified } from './show-hunks.ts'
import { isTerminal, out, painter, wantsColour } from './terminal.ts'

// The log with filters and patches: changes of all kinds, not versions alone.

export const filterOptions: readonly Option[] = [
  { name: 'session', value: 'ID', help: 'Only what this session did' },
  { name: 'key', value: 'ID', help: 'Only what was done with this API key' },
  { name: 'actor', value: 'ID', help: 'Only what this actor did' },
  {
    name: 'operation',
    value: 'KIND',
    // A deleted store has no log.
    choices: changeKinds.filter((kind) => kind !== 'store_deleted'),
    help: 'Only changes of this kind',
  },
  { name: 'since', value: 'TIME', help: 'Only what happened then or later: a time, or -2h' },
  { name: 'until', value: 'TIME', help: 'Only what happened then or earlier' },
  { name: 'patch', short: 'p', help: 'With what each version changed' },
]

/** Whether the log is asked for more than versions. */
export function isFiltered(args: Arguments): boolean {
  const names = ['session', 'key', 'actor', 'operation', 'since', 'until']
  return args.flag('patch') || names.some((name) => args.text(name) !== undefined)
}

export function readFilters(args: Arguments): Omit<ListLogInput, 'storeId'> {
  const operations = args.texts('operation')
  return {
    ...readActor(args),
    operations: operations.length === 0 ? undefined : operations,
    createdFrom: readTime(args, 'since'),
    createdTo: readTime(args, 'until'),
  }
}

export interface LogPlace {
  readonly storeId: string
  readonly path: string | undefined
}

/** @param filters as `readFilters` gave them */
export async function entriesOf(
  api: Api,
  { storeId, path }: LogPlace,
  { filters, countMax }: { filters: Omit<ListLogInput, 'storeId'>; countMax: number },
): Promise<LogEntry[]> {
  const where = await whereIs(api, storeId, path)
  const limit = Math.min(100, countMax)
  const entries: LogEntry[] = []
  const pages = allPages((page) => api.listLog({ storeId, ...where, ...filters, limit, page }))
  for await (const entry of pages) {
    if (entries.push(entry) === countMax) break
  }
  return entries
}

/** A memory is followed through its renames. */
async function whereIs(api: Api, storeId: string, path: string | undefined) {
  if (path === undefined || path === '/') return {}
  if (path.endsWith('/')) return { pathPrefix: path }
  const memory = await findMemory(api, storeId, path)
  return memory === undefined ? { path } : { memoryId: memory.id }
}

export async function showEntries(
  api: Api,
  args: Arguments,
  { storeId, entries }: { readonly storeId: string; readonly entries: readonly LogEntry[] },
): Promise<void> {
  if (args.flag('json')) return printJson(entries.map(logEntryAsJson))
  const nameOf = await actorNames(
    api,
    entries.map(({ actor }) => actor),
  )
  if (!args.flag('patch')) return printRows(entries.map((entry) => rowOf(entry, nameOf)))
  for (const entry of entries) {
    printRows([rowOf(entry, nameOf)])
    const unified = await patchOf(api, storeId, entry)
    if (unified !== '') out(`\n${showUnified(unified, process.stdout)}\n`)
  }
}

/** What a version changed. Of what has no version before it, all is new. */
async function patchOf(api: Api, storeId: string, entry: LogEntry): Promise<string> {
  const { versionId: toVersion, previousVersionId: fromVersion, path, seq, kind } = entry
  if (toVersion === undefined || kind === 'redacted') return ''
  if (fromVersion !== undefined) {
    return (await api.getDiff({ storeId, fromVersion, toVersion })).unified
  }
  if (kind !== 'created' || path === undefined) return ''
  const { isComplete } = await api.getMoment({ storeId, atSeq: seq - 1 })
  if (!isComplete) return ''
  return (await api.getDiff({ storeId, fromSeq: seq - 1, toSeq: seq, path })).unified
}

const colours: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'magenta'>> = {
  created: 'green',
  modified: 'yellow',
  deleted: 'red',
  redacted: 'magenta',
}

function rowOf(entry: LogEntry, nameOf: NameActor): Cell[] {
  const paint = painter(wantsColour(process.stdout))
  const { kind, versionId, at, actor, sizeBytes, path, previousPath, reason } = entry
  const size = sizeBytes ?? ''
  const where = path ?? (kind.startsWith('store_') ? '' : '(redacted)')
  return [
    { text: versionId ?? '-', paint: (text) => paint('dim', text) },
    { text: formatTime(at) },
    { text: kind, paint: (text) => (colours[kind] ? paint(colours[kind], text) : text) },
    { text: nameOf(actor), paint: (text) => paint('cyan', text) },
    {
      text: size !== '' && isTerminal(process.stdout) ? formatBytes(size) : String(size),
      alignRight: true,
    },
    { text: previousPath === undefined ? where : `${previousPath} → ${where}` },
    ...(reason === undefined ? [] : [{ text: reason }]),
  ]
}
