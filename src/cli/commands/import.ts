import { storeAsJson } from '../../client/as-json.ts'
import { parseName } from '../../domain/memory/store.ts'
import { checked as checkedInput, UsageError, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { explainInterruption } from '../interruption.ts'
import { counted, lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jsonOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'
import { importFormats, openSource } from '../transfer/import-source.ts'
import {
  checkSource,
  importStore,
  type CheckedSource,
  type ImportResult,
} from '../transfer/import-store.ts'
import { showLeft } from '../transfer/summary.ts'

export const command: Command = {
  name: 'import',
  summary: 'Make a store of an archive, a git repository, or a folder of text',
  usage: 'import SOURCE [--store NAME] [--dry-run]',
  example: 'palimpsest import notes.tar.gz --store notes-again',
  options: [
    { name: 'store', value: 'NAME', help: 'Name of the new store; default that of the source' },
    {
      name: 'format',
      value: 'FORMAT',
      choices: [...importFormats],
      help: 'Take SOURCE for this; directory: the files of a repository as they are, without its history',
    },
    { name: 'hidden', help: 'Of a folder: hidden files too, except .git, .hg, .svn' },
    dryRunOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details: `For admin keys. The source is read from end to end before anything is written: what breaks a rule
refuses all of it, and files that cannot be memories are listed. Every version is made now, by your
key; who wrote it and when is kept beside it as a claim. An import that was broken off goes on when
the same command runs again; one that was refused leaves nothing.`,
  async run(args) {
    const [place] = args.positionals
    if (place === undefined) {
      throw new UsageError('SOURCE is missing: an archive, a git repository, or a folder')
    }
    const given = args.text('store')
    if (given !== undefined) checkedInput(() => parseName(given))
    if (given?.startsWith('memstore_')) {
      throw new UsageError('an import makes a new store: --store is its name, not an id')
    }
    const format = importFormats.find((known) => known === args.text('format'))
    const includesHidden = args.flag('hidden')
    let hasBegun = false
    using _interruption = explainInterruption(() =>
      hasBegun
        ? 'interrupted: the same command goes on from where this one was'
        : 'interrupted: nothing was written',
    )
    await using source = await openSource({ place, format, includesHidden })
    const checked = await checkSource(source)
    const name = given ?? source.name
    const json = args.flag('json')
    if (args.flag('dry-run')) return report(checked, { name, json })
    // Awaited here: the source is disposed of when this returns.
    return await withRemote(args, { change: 'import' }, async (api) => {
      hasBegun = true
      return report(checked, { name, json, done: await importStore(api, checked, name) })
    })
  },
}

interface ReportInput {
  readonly name: string
  readonly json: boolean
  readonly done?: ImportResult
}

function report(checked: CheckedSource, { name, json, done }: ReportInput): ExitCode {
  const { source, left, memories, peaks } = checked
  const versions = done?.versions ?? peaks.versions
  if (json) {
    printJson({
      dry_run: done === undefined,
      format: source.format,
      store: done === undefined ? null : storeAsJson(done.store),
      resumed: done?.wasResumed ?? false,
      versions,
      memories,
      failed: left,
      skipped: source.skipped,
    })
    return left.length === 0 ? 0 : 1
  }
  const what = `${counted(versions, 'version')} of ${counted(memories, 'live memory', 'live memories')}`
  if (done === undefined) out(`would import ${what} into ${lineFor(name)}\n`)
  else out(`${what} in ${lineFor(name)} ${done.store.id}\n`)
  if (source.format === 'git') {
    err('of what is committed; --format directory takes the files as they are, without history\n')
  }
  if (source.skipped.length > 0) {
    const hidden = counted(source.skipped.length, 'hidden file or directory', 'hidden files')
    err(`skipped ${hidden} (--hidden includes all but .git, .hg and .svn)\n`)
  }
  if (left.length > 0) showLeft(left)
  return left.length === 0 ? 0 : 1
}
