import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import {
  asDirectory,
  listing,
  nothingAt,
  parseAddress,
  parseMemoryAddress,
  readMemory,
  resolveStore,
} from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { atOption, readAt } from '../moment.ts'
import { lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jsonOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'
import { download } from '../transfer/download.ts'
import { summarize } from '../transfer/summary.ts'

export const command: Command = {
  name: 'get',
  summary: 'Write a memory to a file, or a directory of them',
  usage: 'get STORE:PATH [FILE|-] [--at MOMENT] | get -r STORE[:PREFIX] DIR [--at MOMENT]',
  example: 'palimpsest get -r notes ./notes',
  options: [
    { name: 'recursive', short: 'r', help: 'Everything below the prefix, into a directory' },
    { name: 'force', short: 'f', help: 'Replace files that are there and differ' },
    atOption,
    dryRunOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 2,
  details:
    'Without FILE the memory keeps its name, in the current directory. With -r nothing is written\n' +
    'outside DIR, no link in it is followed, and what could not be written is listed.',
  run: (args) => (args.flag('recursive') ? getTree(args) : getFile(args)),
}

async function getTree(args: Arguments): Promise<ExitCode> {
  const [source, directory] = args.positionals
  const { store, path } = parseAddress(source, 'STORE[:PREFIX]')
  if (directory === undefined) throw new UsageError('DIR is missing: where the files go')
  const [isDryRun, json] = [args.flag('dry-run'), args.flag('json')]
  return withRemote(args, {}, async (api) => {
    const storeId = await resolveStore(api, store)
    const prefix = asDirectory(path)
    const moment = readAt(args)
    const first = await listing(api, { storeId, prefix, depth: 1, moment }).next()
    if (first.done && prefix !== '/') throw nothingAt(prefix)
    const overwrites = args.flag('force')
    const input = { storeId, prefix, moment, directory, isDryRun, overwrites }
    const result = await download(api, input)
    return summarize({ ...result, isDryRun, json })
  })
}

async function getFile(args: Arguments): Promise<ExitCode> {
  const [source, given] = args.positionals
  const { store, path } = parseMemoryAddress(source)
  const file = given ?? basename(path)
  return withRemote(args, {}, async (api) => {
    const storeId = await resolveStore(api, store)
    const memory = await readMemory(api, storeId, { path, moment: readAt(args) })
    if (file === '-') {
      out(memory.content ?? '')
      return 0
    }
    const isDryRun = args.flag('dry-run')
    if (!isDryRun) write(file, memory.content ?? '', args.flag('force'))
    if (args.flag('json')) {
      printJson({ dry_run: isDryRun, written: [path], unchanged: [], failed: [] })
    } else if (isDryRun) out(`would write ${lineFor(file)}\n`)
    else err(`wrote ${lineFor(file)}\n`)
    return 0
  })
}

function write(file: string, content: string, force: boolean): void {
  try {
    writeFileSync(file, content, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw exists ? new Error(`${file} exists (--force replaces it)`, { cause: error }) : error
  }
}
