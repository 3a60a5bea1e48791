import type { Api } from '../../api.ts'
import { versionAsJson } from '../../client/as-json.ts'
import type { Version } from '../../domain/memory/version.ts'
import { actorNames, type NameActor } from '../actor-names.ts'
import { allPages, findMemory, nothingAt, parseAddress, resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { entriesOf, filterOptions, isFiltered, readFilters, showEntries } from '../log-entries.ts'
import { formatBytes, formatTime, printJson, printRows, type Cell } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { isTerminal, painter, wantsColour } from '../terminal.ts'

export const command: Command = {
  name: 'log',
  summary: 'Show versions, newest first: when, by whom, what',
  usage: 'log STORE[:PATH] [-n N] [-p] [--session ID] [--since TIME] [--json]',
  example: 'palimpsest log notes:/style.md\npalimpsest log notes --session sesn_01… -p',
  options: [
    { name: 'max-count', short: 'n', value: 'N', help: 'At most N versions; default 50, 0: all' },
    ...filterOptions,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details:
    'Of a memory, renames included, also after it was deleted; of a directory, what was written\n' +
    'below it; of a store, everything. With a filter or --patch the log also has redactions and\n' +
    'changes of the store itself, and --json then gives changes with their sequences (seq).',
  run(args) {
    const { store, path } = parseAddress(args.positionals[0])
    const countMax = readCount(args)
    const filters = isFiltered(args) ? readFilters(args) : undefined
    return withRemote(args, {}, async (api) => {
      const storeId = await resolveStore(api, store)
      if (filters !== undefined) {
        const entries = await entriesOf(api, { storeId, path }, { filters, countMax })
        await showEntries(api, args, { storeId, entries })
        return 0
      }
      const versions: Version[] = []
      for await (const version of history(api, storeId, path)) {
        if (versions.push(version) === countMax) break
      }
      if (versions.length === 0 && path !== undefined && path !== '/') throw nothingAt(path)
      if (args.flag('json')) printJson(versions.map((version) => versionAsJson(version)))
      else printRows(await rowsOf(api, versions))
      return 0
    })
  },
}

function readCount(args: Arguments): number {
  const count = Number(args.text('max-count') ?? 50)
  if (!Number.isInteger(count) || count < 0) {
    throw new UsageError('--max-count must be a whole number, 0 or more')
  }
  return count === 0 ? Number.POSITIVE_INFINITY : count
}

async function* history(
  api: Api,
  storeId: string,
  path: string | undefined,
): AsyncGenerator<Version> {
  const versions = (memoryId?: string) =>
    allPages((page) => api.listVersions({ storeId, memoryId, limit: 100, page }))
  if (path === undefined || path.endsWith('/')) {
    for await (const version of versions()) {
      if (path === undefined || version.path?.startsWith(path)) yield version
    }
    return
  }
  const memory = await findMemory(api, storeId, path)
  if (memory !== undefined) return yield* versions(memory.id)
  // Nothing lives there now: what did is found by the paths in the store's history.
  const former = new Set<string>()
  const below: Version[] = []
  for await (const version of versions()) {
    if (version.path === path) former.add(version.memoryId)
    if (version.path?.startsWith(`${path}/`)) below.push(version)
  }
  for (const memoryId of former) yield* versions(memoryId)
  if (former.size === 0) yield* below
}

async function rowsOf(api: Api, versions: readonly Version[]): Promise<Cell[][]> {
  const nameOf = await actorNames(
    api,
    versions.map(({ createdBy }) => createdBy),
  )
  return versions.map((version) => rowOf(version, nameOf))
}

const colours = { created: 'green', modified: 'yellow', deleted: 'red' } as const

function rowOf(version: Version, nameOf: NameActor): Cell[] {
  const paint = painter(wantsColour(process.stdout))
  const { operation, sizeBytes, path } = version
  const size = sizeBytes ?? ''
  return [
    { text: version.id, paint: (text) => paint('dim', text) },
    { text: formatTime(version.createdAt) },
    { text: operation, paint: (text) => paint(colours[operation], text) },
    { text: nameOf(version.createdBy), paint: (text) => paint('cyan', text) },
    {
      text: size !== '' && isTerminal(process.stdout) ? formatBytes(size) : String(size),
      alignRight: true,
    },
    { text: path ?? '(redacted)' },
  ]
}
