import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { memoriesAt, parseAddress, requireMemory, resolveStore } from '../address.ts'
import { canAsk, confirm } from '../ask.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { exitCodes } from '../exit.ts'
import { forEachParallel, readJobs } from '../parallel.ts'
import { counted, lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jobsOption, jsonOption, yesOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'rm',
  summary: 'Delete memories; their versions stay readable for a while',
  usage: 'rm [-r] STORE:PATH… [--dry-run] [--yes] [--json]',
  example: 'palimpsest rm -r notes:/drafts/ --dry-run',
  options: [
    { name: 'recursive', short: 'r', help: 'Everything below a directory' },
    dryRunOption,
    yesOption,
    jobsOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: Infinity,
  details:
    'Asks first on a terminal; without one, -r needs --yes. A memory that somebody changes after it\n' +
    'was listed is left alone.',
  run(args) {
    const addresses = args.positionals.map((text) => parseAddress(text))
    if (addresses.length === 0) parseAddress(undefined, 'STORE:PATH')
    const recursive = args.flag('recursive')
    for (const { path } of addresses) {
      if (path === undefined) {
        throw new UsageError('rm needs a path: STORE:/ with -r is everything in a store')
      }
      if (path.endsWith('/') && !recursive) {
        throw new UsageError('rm deletes what is below a directory only with -r')
      }
    }
    const jobs = readJobs(args)
    if (recursive && !args.flag('yes') && !args.flag('dry-run') && !canAsk()) {
      throw new UsageError('rm -r needs --yes (or --dry-run) where nobody can be asked')
    }
    const change = args.flag('dry-run') ? undefined : 'rm'
    return withRemote(args, { change, connectionsMax: jobs }, async (api) => {
      const doomed: Memory[] = []
      for (const { store, path } of addresses) {
        const storeId = await resolveStore(api, store)
        doomed.push(...(await select(api, storeId, { path, recursive })))
      }
      return destroy(api, args, doomed)
    })
  },
}

async function select(
  api: Api,
  storeId: string,
  { path, recursive }: { path: string | undefined; recursive: boolean },
): Promise<Memory[]> {
  if (path !== undefined && !recursive) return [await requireMemory(api, storeId, path)]
  return Array.fromAsync(memoriesAt(api, storeId, path))
}

async function destroy(api: Api, args: Arguments, doomed: readonly Memory[]): Promise<ExitCode> {
  const paths = doomed.map(({ path }) => path)
  if (args.flag('dry-run')) {
    if (args.flag('json')) printJson({ would_delete: paths })
    else out(paths.map((path) => `would delete ${lineFor(path)}\n`).join(''))
    return 0
  }
  if (!args.flag('yes') && canAsk()) {
    const shown = paths.slice(0, 10).map((path) => `  ${lineFor(path)}\n`)
    const more = paths.length > 10 ? `  … and ${paths.length - 10} more\n` : ''
    err(`${shown.join('')}${more}`)
    if (!(await confirm(`Delete ${counted(paths.length, 'memory', 'memories')}?`))) return 1
  }
  const deleted: string[] = []
  let failure: ExitCode = 0
  await forEachParallel(doomed, { jobs: readJobs(args) }, async (memory) => {
    try {
      const { storeId, id, sha256 } = memory
      await api.deleteMemory({ storeId, memoryId: id, expectedSha256: sha256 })
      deleted.push(memory.path)
      if (!args.flag('json')) out(`deleted ${lineFor(memory.path)}\n`)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      failure = exitCodes[error.code]
      err(`palimpsest: ${lineFor(memory.path)}: ${reason(error)}\n`)
    }
  })
  if (args.flag('json')) printJson({ deleted })
  return failure
}

function reason(error: DomainError): string {
  if (error.code !== 'precondition_failed') return error.message
  return 'somebody changed it meanwhile; not deleted'
}
