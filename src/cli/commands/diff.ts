import type { Api } from '../../api.ts'
import type { DiffInput } from '../../api/history.ts'
import { diffAsJson } from '../../client/as-json.ts'
import { formatUnified } from '../../domain/history/unified.ts'
import type { Diff } from '../../domain/history/diff.ts'
import { nothingAt, parseAddress, resolveStore, type Address } from '../address.ts'
import { UsageError, type Arguments, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { parseMoment } from '../moment.ts'
import { printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { showUnified } from '../show-hunks.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'diff',
  summary: 'Show what changed between two moments, versions or stores',
  usage: 'diff STORE[:PATH] [OTHER-STORE] [--from MOMENT] [--to MOMENT] [--json]',
  example:
    'palimpsest diff notes --from -2h\n' +
    'palimpsest diff notes:/style.md\n' +
    'palimpsest diff notes notes-of-the-team',
  options: [
    { name: 'from', value: 'MOMENT', help: 'A time, how long ago (-2h, -3d) or a sequence' },
    { name: 'to', value: 'MOMENT', help: 'The same; default: now' },
    { name: 'from-version', value: 'ID', help: 'Instead of moments: two versions' },
    { name: 'to-version', value: 'ID', help: 'The second of them' },
    { name: 'unified', short: 'U', value: 'N', help: 'Lines around what changed; default 3' },
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 2,
  details:
    'On a pipe it is a patch that `patch -p1` and `git apply` take. Of one memory without moments:\n' +
    'its newest version against the one before. Redacted text is named and not shown.',
  run(args) {
    const address = parseAddress(args.positionals[0])
    const isRead = readSides(args, address)
    return withRemote(args, {}, async (api) => {
      const storeId = await resolveStore(api, address.store)
      const sides = isRead ?? (await newestOf(api, storeId, address.path ?? '/'))
      const other = args.positionals[1]
      const toStoreId = other === undefined ? undefined : await resolveStore(api, other)
      await show(api, args, { storeId, ...sides, ...selection(sides, address), toStoreId })
      return 0
    })
  },
}

type Sides = Omit<DiffInput, 'storeId'>

/** Undefined: the last change of one memory. */
function readSides(args: Arguments, { path }: Address): Sides | undefined {
  const [fromVersion, toVersion] = [args.text('from-version'), args.text('to-version')]
  const [from, to] = [args.text('from'), args.text('to')]
  if (fromVersion !== undefined || toVersion !== undefined) {
    if (from === undefined && to === undefined) return { fromVersion, toVersion }
    throw new UsageError('--from and --to are moments: they do not go with versions')
  }
  const isOneMemory = path !== undefined && !path.endsWith('/')
  const hasOther = args.positionals.length > 1
  if (from === undefined && !hasOther) {
    if (isOneMemory && to === undefined) return undefined
    throw new UsageError('--from is missing: the moment to compare with, like --from -2h')
  }
  const first = from === undefined ? undefined : parseMoment(from, '--from')
  const second = to === undefined ? undefined : parseMoment(to, '--to')
  return { fromAt: first?.at, fromSeq: first?.atSeq, toAt: second?.at, toSeq: second?.atSeq }
}

/** The last change of a memory, or of what lived at its path. */
async function newestOf(api: Api, storeId: string, path: string): Promise<Sides> {
  const operations = ['created', 'modified', 'deleted']
  const { items } = await api.listLog({ storeId, path, operations, limit: 1 })
  const [entry] = items
  if (entry?.versionId === undefined) throw nothingAt(path)
  const { versionId: toVersion, previousVersionId: fromVersion, seq } = entry
  // A first version is compared with nothing, which is the moment before it.
  if (fromVersion === undefined) return { fromSeq: seq - 1, toSeq: seq, path }
  return { fromVersion, toVersion }
}

function selection(sides: Sides, { path }: Address): Sides {
  if (path === undefined || path === '/' || sides.fromVersion !== undefined) return {}
  return path.endsWith('/') ? { pathPrefix: path } : { path }
}

async function show(api: Api, args: Arguments, asked: DiffInput): Promise<void> {
  const context = readContext(args)
  const files: Diff['files'][number][] = []
  let first: Diff | undefined
  let page: string | undefined
  do {
    const diff = await api.getDiff({ ...asked, context, limit: 100, page })
    first ??= diff
    if (args.flag('json')) files.push(...diff.files)
    else out(showUnified(diff.unified, process.stdout))
    page = diff.nextPage
  } while (page !== undefined)
  if (args.flag('json')) {
    printJson(diffAsJson({ ...first, files, unified: formatUnified(files), nextPage: undefined }))
  }
}

function readContext(args: Arguments): number | undefined {
  const text = args.text('unified')
  if (text === undefined) return undefined
  const lines = Number(text)
  if (Number.isInteger(lines) && lines >= 0 && lines <= 100) return lines
  throw new UsageError('--unified must be a whole number from 0 to 100')
}
