import { resolve } from 'node:path'
import type { Api } from '../../api.ts'
import { openHistory } from '../../transfer/source.ts'
import { resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { counted, formatBytes, lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jsonOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'
import { exportArchive, exportDirectory } from '../transfer/export-files.ts'
import { exportGit, streamGit } from '../transfer/export-git.ts'
import { showLeft } from '../transfer/summary.ts'

const formats = ['directory', 'archive', 'git'] as const
type Format = (typeof formats)[number]

export const command: Command = {
  name: 'export',
  summary: 'Write a store to a directory, an archive, or a git repository',
  usage: 'export STORE TARGET [--format directory|archive|git]',
  example: 'palimpsest export notes notes.tar.gz',
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      choices: [...formats],
      help: 'Default: archive for NAME.tar.gz or .tgz, else directory',
    },
    dryRunOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 2,
  details: `A directory has the memories of now. An archive has the whole history and who made it, and
imports again. A git repository has one commit for each change, its author the actor at the real
time; redacted content is absent. TARGET must not exist, except that an earlier git export of the
store is brought up to date; with --format git, - writes a stream for git fast-import instead.
Nothing stands at TARGET before it is whole.`,
  run(args) {
    const [store, target] = args.positionals
    if (store === undefined) throw new UsageError('STORE is missing: the name or id of a store')
    if (target === undefined) throw new UsageError('TARGET is missing: where the export goes')
    const format = formatOf(args, target)
    if (target === '-' && format !== 'git') {
      throw new UsageError('only --format git can be written to standard output')
    }
    return withRemote(args, {}, async (api) => {
      const storeId = await resolveStore(api, store)
      const place = target === '-' ? target : resolve(target)
      if (args.flag('dry-run')) return preview(api, { storeId, place, format }, args)
      return run(api, { storeId, place, format }, args)
    })
  },
}

function formatOf(args: Arguments, target: string): Format {
  const given = formats.find((known) => known === args.text('format'))
  if (given !== undefined) return given
  if (/\.(tar\.gz|tgz)$/.test(target)) return 'archive'
  const other = /\.(zip|7z|tar|gz|bz2|xz|zst)$/.exec(target)
  if (other === null) return 'directory'
  throw new UsageError(
    `an archive is NAME.tar.gz or NAME.tgz, not ${other[0]}; --format directory makes a directory of this name`,
  )
}

interface Job {
  readonly storeId: string
  readonly place: string
  readonly format: Format
}

async function preview(api: Api, job: Job, args: Arguments): Promise<ExitCode> {
  const { count } = await openHistory(api, job.storeId)
  const { format, place } = job
  if (args.flag('json')) {
    printJson({ dry_run: true, format, target: place, changes: count })
    return 0
  }
  const what = format === 'directory' ? 'the memories of now' : counted(count, 'change')
  out(`would export ${what} to ${lineFor(place)} (${format})\n`)
  return 0
}

async function run(api: Api, { storeId, place, format }: Job, args: Arguments): Promise<ExitCode> {
  const json = args.flag('json')
  const say = (sentence: string, value: object) => {
    if (json) printJson({ format, target: place, ...value })
    else out(`${sentence}\n`)
  }
  const input = { storeId, place }
  if (format === 'archive') {
    const { counts, sha256, bytes } = await exportArchive(api, input)
    const what = `${counted(counts.versions, 'version')}, ${formatBytes(bytes)}`
    say(`${what}, SHA-256 ${sha256}`, { ...counts, bytes, sha256 })
    return 0
  }
  if (format === 'git') {
    if (place === '-') return streamGit(api, storeId)
    const { commits, warning } = await exportGit(api, input)
    say(commits === 0 ? 'nothing new' : counted(commits, 'commit'), { commits })
    if (warning !== undefined) err(`the history is whole, but not its files here: ${warning}\n`)
    return warning === undefined ? 0 : 1
  }
  const { files, left } = await exportDirectory(api, input)
  say(counted(files, 'file'), { files, failed: left })
  if (left.length > 0 && !json) showLeft(left)
  return left.length === 0 ? 0 : 1
}
