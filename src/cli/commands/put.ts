import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Api } from '../../api.ts'
import { memoryAsJson } from '../../client/as-json.ts'
import { DomainError } from '../../domain/errors.ts'
import { parseSha256 } from '../../domain/memory/content.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import {
  asDirectory,
  parseAddress,
  parseMemoryAddress,
  requireMemory,
  resolveStore,
} from '../address.ts'
import { readAllStdin } from '../ant/piped.ts'
import { checked, UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { readJobs } from '../parallel.ts'
import { lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { dryRunOption, jobsOption, jsonOption } from '../shared-options.ts'
import { out } from '../terminal.ts'
import { readText } from '../transfer/read-text.ts'
import { summarize } from '../transfer/summary.ts'
import { upload } from '../transfer/upload.ts'

export const command: Command = {
  name: 'put',
  summary: 'Store a file, standard input or a directory',
  usage: 'put FILE|- STORE:PATH | put -r DIR STORE[:PREFIX]',
  example: 'echo "Use tabs." | palimpsest put - notes:/style.md',
  options: [
    { name: 'recursive', short: 'r', help: 'All text files below a directory' },
    { name: 'hidden', help: 'With -r: hidden files and directories too, except .git, .hg, .svn' },
    { name: 'keep', short: 'k', help: 'Leave alone what is there already and differs' },
    { name: 'expect', value: 'SHA256', help: 'Replace only if the content there has this hash' },
    dryRunOption,
    jobsOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 2,
  details:
    'Content is kept byte for byte: UTF-8 text of at most 102,400 bytes. Replacing makes a new\n' +
    'version; the old one stays readable (`palimpsest log`). A PATH with "/" at its end takes the\n' +
    "file's name. With -r, what is hidden (its name begins with a dot) is skipped and counted; what\n" +
    'cannot come along is listed with the reason, and the exit code is 1.',
  run(args) {
    const [file, target] = args.positionals
    if (file === undefined) throw new UsageError('FILE is missing: a file, or - for standard input')
    return args.flag('recursive') ? putTree(args, file, target) : putFile(args, file, target)
  },
}

async function putTree(
  args: Arguments,
  directory: string,
  target: string | undefined,
): Promise<ExitCode> {
  if (args.text('expect') !== undefined) throw new UsageError('--expect is for one file')
  const { store, path } = parseAddress(target, 'STORE[:PREFIX]')
  const isFolder = await stat(directory).then(
    (one) => one.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new UsageError(`DIR must be a directory; "${directory}" is none`)
  const [jobs, isDryRun, json] = [readJobs(args), args.flag('dry-run'), args.flag('json')]
  const change = isDryRun ? undefined : 'put'
  return withRemote(args, { change, connectionsMax: jobs }, async (api) => {
    const storeId = await resolveStore(api, store)
    const prefix = asDirectory(path)
    const keepsExisting = args.flag('keep')
    const includesHidden = args.flag('hidden')
    const input = { storeId, directory, prefix, includesHidden, jobs, isDryRun, keepsExisting }
    return summarize({ ...(await upload(api, input)), isDryRun, json })
  })
}

async function putFile(
  args: Arguments,
  file: string,
  target: string | undefined,
): Promise<ExitCode> {
  const completed = target?.endsWith('/') && file !== '-' ? target + basename(file) : target
  const { store, path } = parseMemoryAddress(completed)
  const expect = args.text('expect')
  if (expect !== undefined) checked(() => parseSha256(expect, '--expect'))
  const read = readText(file === '-' ? await readAllStdin() : readFile(file))
  if ('reason' in read) {
    throw new Error(`${file === '-' ? 'standard input' : file} ${read.reason}`)
  }
  if (args.flag('dry-run')) {
    out(`would put ${lineFor(path)}\n`)
    return 0
  }
  return withRemote(args, { change: 'put' }, async (api) => {
    const storeId = await resolveStore(api, store)
    const { outcome, memory } = await putText(api, args, { storeId, path, content: read.text })
    if (args.flag('json')) printJson(memoryAsJson(memory))
    else out(`${outcome} ${lineFor(path)}\n`)
    return 0
  })
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new UsageError(`there is no file "${file}"`)
    if (code === 'EISDIR') throw new UsageError(`"${file}" is a directory: use put -r`)
    throw error
  }
}

interface Text {
  readonly storeId: string
  readonly path: string
  readonly content: string
}

/** Creates, or replaces what is in the way at that very path. */
async function putText(
  api: Api,
  args: Arguments,
  text: Text,
): Promise<{ outcome: string; memory: Memory }> {
  const expectedSha256 = args.text('expect')
  try {
    if (expectedSha256 === undefined) {
      return { outcome: 'created', memory: await api.createMemory(text) }
    }
  } catch (error) {
    const memoryId = blockerAt(error, text.path)
    if (memoryId === undefined || args.flag('keep')) throw error
    return replace(api, text, { memoryId, expectedSha256 })
  }
  const { id } = await requireMemory(api, text.storeId, text.path)
  return replace(api, text, { memoryId: id, expectedSha256 })
}

function blockerAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof DomainError) || error.problem.code !== 'path_conflict') return undefined
  return error.problem.conflictingPath === path ? error.problem.conflictingMemoryId : undefined
}

async function replace(
  api: Api,
  { storeId, content }: Text,
  target: { memoryId: string; expectedSha256: string | undefined },
): Promise<{ outcome: string; memory: Memory }> {
  const before = await api.getMemory({ storeId, memoryId: target.memoryId, view: 'basic' })
  const memory = await api.updateMemory({ storeId, content, ...target })
  const isSame = before.versionId === memory.versionId
  return { outcome: isSame ? 'unchanged' : 'updated', memory }
}
