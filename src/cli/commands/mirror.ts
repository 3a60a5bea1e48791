import type { Api } from '../../api.ts'
import { connect } from '../../client/connect.ts'
import { DomainError } from '../../domain/errors.ts'
import { mirror } from '../../transfer/mirror.ts'
import type { Mirrored } from '../../transfer/mirror-run.ts'
import { resolveStore } from '../address.ts'
import { UsageError, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { explainInterruption } from '../interruption.ts'
import { counted, printJson } from '../print.ts'
import { dryRunOption, jsonOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'
import { parseEnd } from '../transfer/mirror-ends.ts'
import { requireAdmin } from '../transfer/require-admin.ts'
import { startProgress, type Progress } from '../transfer/progress.ts'
import { showLeft } from '../transfer/summary.ts'

/** Tries of one request: a server that limits rates is waited for. */
const attemptsMax = 8

export const command: Command = {
  name: 'mirror',
  summary: 'Bring the history of a store into one of another server, and go on later',
  usage: 'mirror SOURCE TARGET [--dry-run]',
  example: 'palimpsest mirror https://memory.example.com/notes notes-copy',
  options: [dryRunOption, jsonOption, ...connectionOptions],
  positionalsMax: 2,
  details: `SOURCE and TARGET are URL/STORE, or STORE on the usual server. Keys of URLs are read from
PALIMPSEST_SOURCE_API_KEY and PALIMPSEST_TARGET_API_KEY. TARGET is made when it is not there; only a
mirror writes to it. Run again, it brings what is new, also after a break. A server that has only
the official operations can be either end: as a source it gives its versions, as a target it keeps
no claims of author and time.`,
  async run(args) {
    const [first, second] = args.positionals
    const source = parseEnd(args, 'SOURCE', first)
    const target = parseEnd(args, 'TARGET', second)
    for (const { note } of [source.server, target.server]) if (note !== undefined) err(`${note}\n`)
    const isDryRun = args.flag('dry-run')
    using _interruption = explainInterruption(() =>
      isDryRun
        ? 'interrupted: nothing was written'
        : 'interrupted: the same command goes on from where this one was',
    )
    using from = connect(source.server, { attemptsMax })
    using to = connect(target.server, { attemptsMax })
    const sourceId = await resolveStore(from, source.store)
    if (!isDryRun) err(`palimpsest: mirror to ${target.server.baseUrl} (${target.server.source})\n`)
    const isSame = source.server.baseUrl === target.server.baseUrl
    const made = await findOrMake(to, target.store, isDryRun ? undefined : { from, sourceId })
    if (made === undefined) {
      out(`would make a new store ${target.store}\n`)
      return 0
    }
    if (isSame && made === sourceId) throw new UsageError('SOURCE and TARGET are the same store')
    const bar: { progress?: Progress } = {}
    try {
      const result = await mirror({
        source: { api: from, storeId: sourceId },
        target: { api: to, storeId: made },
        isDryRun,
        onStart: (changes) => {
          bar.progress = startProgress(changes)
        },
        onBrought: (count, bytes) => bar.progress?.advance(bytes, count),
      })
      bar.progress?.[Symbol.dispose]()
      return report(result, { storeId: made, isDryRun, json: args.flag('json') })
    } finally {
      bar.progress?.[Symbol.dispose]()
    }
  },
}

/** The target's id; undefined where it is not there and is not to be made. */
async function findOrMake(
  api: Api,
  store: string,
  source: { readonly from: Api; readonly sourceId: string } | undefined,
): Promise<string | undefined> {
  try {
    return await resolveStore(api, store)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
    if (source === undefined) return undefined
    await requireAdmin(api, false)
    const { description } = await source.from.getStore({ storeId: source.sourceId })
    return (await api.createStore({ name: store, description })).id
  }
}

function report(
  { versions, sourceSeq, lost, keepsClaims }: Mirrored,
  { storeId, isDryRun, json }: { storeId: string; isDryRun: boolean; json: boolean },
): ExitCode {
  const left = lost.map(({ what: file, reason }) => ({ file, reason }))
  if (json) {
    const state = { store_id: storeId, versions, source_seq: sourceSeq, keeps_claims: keepsClaims }
    printJson({ dry_run: isDryRun, ...state, failed: left })
    return left.length === 0 ? 0 : 1
  }
  if (versions === 0) out('nothing new\n')
  else if (isDryRun) out(`would bring up to ${counted(versions, 'change')}\n`)
  else out(`${counted(versions, 'version')}\n`)
  if (left.length > 0) showLeft(left)
  return left.length === 0 ? 0 : 1
}
