import type { Api } from '../../api.ts'
import { versionAsJson } from '../../client/as-json.ts'
import type { Version } from '../../domain/memory/version.ts'
import { resolveStore } from '../address.ts'
import { canAsk, confirm } from '../ask.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { counted, formatTime, printJson, printRows, type Cell } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption, yesOption } from '../shared-options.ts'
import { err, painter, wantsColour } from '../terminal.ts'

export const command: Command = {
  name: 'redact',
  summary: 'Erase text and path of versions for good, and say why',
  usage: 'redact STORE VERSION… [--reason TEXT] [--yes] [--json]',
  example: 'palimpsest redact notes memver_01… --reason "Leaked key, ticket 4711"',
  options: [
    { name: 'reason', value: 'TEXT', help: 'Why; `log --operation redacted` shows it' },
    yesOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: Number.POSITIVE_INFINITY,
  details:
    'Shows the versions and asks on a terminal; elsewhere it needs --yes. What a memory says now\n' +
    'cannot be redacted: write it anew or delete it first. Who wrote a version and when stays, and\n' +
    'so does the reason, which must repeat neither path nor text. `forget` erases everywhere.',
  run(args) {
    const [store, ...versionIds] = args.positionals
    if (store === undefined || versionIds.length === 0) {
      throw new UsageError('STORE and VERSION are missing: what to redact')
    }
    requireAnswer(args)
    return withRemote(args, { change: 'redact' }, async (api) => {
      return redact(api, args, { storeId: await resolveStore(api, store), versionIds })
    })
  },
}

function requireAnswer(args: Arguments): void {
  if (args.flag('yes')) return
  if (args.flag('json')) throw new UsageError('--json needs --yes: it asks nothing')
  if (!canAsk()) throw new UsageError('redact needs --yes where nobody can be asked')
}

interface Doomed {
  readonly storeId: string
  readonly versionIds: readonly string[]
}

async function redact(api: Api, args: Arguments, doomed: Doomed): Promise<ExitCode> {
  const { storeId, versionIds } = doomed
  // All of them, before the first is gone: a slip in an id erases nothing.
  const found: Version[] = []
  for (const versionId of versionIds) {
    found.push(await api.getVersion({ storeId, versionId, view: 'basic' }))
  }
  if (!args.flag('yes')) {
    printRows(found.map(rowOf))
    const count = counted(found.length, 'version')
    if (!(await confirm(`Erase ${count} for good? Nobody can bring the text back.`))) {
      err('nothing was erased\n')
      return 1
    }
  }
  const reason = args.text('reason')
  const redacted: Version[] = []
  for (const versionId of versionIds) {
    // Without a reason it is an operation that every server has.
    redacted.push(
      reason === undefined
        ? await api.redactVersion({ storeId, versionId })
        : await api.redactWithReason({ storeId, versionId, reason }),
    )
  }
  if (args.flag('json')) printJson(redacted.map((version) => versionAsJson(version)))
  else printRows(redacted.map(rowOf))
  return 0
}

function rowOf({ id, createdAt, createdBy, path }: Version): Cell[] {
  const paint = painter(wantsColour(process.stdout))
  return [
    { text: id, paint: (text) => paint('dim', text) },
    { text: formatTime(createdAt) },
    { text: createdBy ?? '-', paint: (text) => paint('cyan', text) },
    { text: path ?? '(redacted)' },
  ]
}
