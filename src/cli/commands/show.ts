import type { Api } from '../../api.ts'
import { memoryAsJson, storeAsJson, versionAsJson } from '../../client/as-json.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Version } from '../../domain/memory/version.ts'
import {
  allStores,
  parseAddress,
  parseMemoryAddress,
  requireMemory,
  resolveStore,
} from '../address.ts'
import type { Arguments, Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { visibleText } from '../invisible.ts'
import { formatBytes, lineFor, printJson, printRows } from '../print.ts'
import { forEachParallel } from '../parallel.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { knownUsage } from '../store-usage.ts'
import { isTerminal, out, painter, wantsColour } from '../terminal.ts'

export const command: Command = {
  name: 'show',
  summary: 'Show a version, a memory or a store in full',
  usage: 'show VERSION | show STORE VERSION | show STORE[:PATH]',
  example: 'palimpsest show notes:/style.md',
  options: [jsonOption, ...connectionOptions],
  positionalsMax: 2,
  details: 'A version without its store is looked for in every store.',
  run: (args) =>
    withRemote(args, {}, async (api) => {
      const [first = '', second] = args.positionals
      if (second !== undefined) {
        const storeId = await resolveStore(api, first)
        showVersion(await api.getVersion({ storeId, versionId: second }), args)
      } else if (first.startsWith('memver_')) showVersion(await findVersion(api, first), args)
      else await showAddress(api, args)
      return 0
    }),
}

async function findVersion(api: Api, versionId: string): Promise<Version> {
  const stores = await Array.fromAsync(allStores(api))
  let found: Version | undefined
  await forEachParallel(stores, { jobs: 8 }, async ({ id }) => {
    if (found !== undefined) return
    try {
      found = await api.getVersion({ storeId: id, versionId })
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
    }
  })
  if (found !== undefined) return found
  throw new DomainError({ code: 'not_found', message: `no version ${lineFor(versionId)}` })
}

function showVersion(version: Version, args: Arguments): void {
  if (args.flag('json')) return printJson(versionAsJson(version))
  const time = (at: number) => new Date(at).toISOString()
  showFields([
    ['version', version.id],
    ['memory', version.memoryId],
    ['store', version.storeId],
    ['path', version.path ?? ''],
    ['operation', version.operation],
    ['created', `${time(version.createdAt)}${by(version.createdBy)}`],
    ['redacted', version.redactedAt && `${time(version.redactedAt)}${by(version.redactedBy)}`],
    ['size', version.sizeBytes === undefined ? undefined : formatBytes(version.sizeBytes)],
    ['sha256', version.sha256],
  ])
  showContent(version.content)
}

function by(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${actor}`
}

async function showAddress(api: Api, args: Arguments): Promise<void> {
  const { store, path } = parseAddress(args.positionals[0], 'VERSION or STORE[:PATH]')
  const storeId = await resolveStore(api, store)
  if (path === undefined) return showStore(api, storeId, args)
  const { path: valid } = parseMemoryAddress(args.positionals[0])
  const { id } = await requireMemory(api, storeId, valid)
  const memory = await api.getMemory({ storeId, memoryId: id, view: 'full' })
  if (args.flag('json')) return printJson(memoryAsJson(memory))
  showFields([
    ['memory', memory.id],
    ['store', memory.storeId],
    ['path', memory.path],
    ['version', memory.versionId],
    ['created', new Date(memory.createdAt).toISOString()],
    ['updated', new Date(memory.updatedAt).toISOString()],
    ['size', formatBytes(memory.sizeBytes)],
    ['sha256', memory.sha256],
  ])
  showContent(memory.content)
}

async function showStore(api: Api, storeId: string, args: Arguments): Promise<void> {
  const store = await api.getStore({ storeId })
  if (args.flag('json')) return printJson(storeAsJson(store))
  const usage = await usageOf(api, storeId)
  showFields([
    ['store', store.id],
    ['name', store.name],
    ['description', store.description || undefined],
    ['created', new Date(store.createdAt).toISOString()],
    ['archived', store.archivedAt && new Date(store.archivedAt).toISOString()],
    ...Object.entries(store.metadata).map(([key, value]): Field => [`metadata.${key}`, value]),
    ...usage,
  ])
}

async function usageOf(api: Api, storeId: string): Promise<Field[]> {
  const usage = await knownUsage(api, storeId)
  if (usage === undefined) return []
  return [
    ['memories', `${usage.memories} of ${usage.memoriesMax}`],
    ['content', `${formatBytes(usage.contentBytes)} of ${formatBytes(usage.contentBytesMax)}`],
    ['versions', `${usage.versions} of ${usage.versionsMax}`],
  ]
}

type Field = readonly [name: string, value: string | number | undefined]

function showFields(fields: readonly Field[]): void {
  const paint = painter(wantsColour(process.stdout))
  const present = fields.filter(([, value]) => value !== undefined && value !== '')
  printRows(
    present.map(([name, value]) => [
      { text: name, paint: (text) => paint('dim', text) },
      { text: String(value) },
    ]),
  )
}

function showContent(content: string | undefined): void {
  if (content === undefined) return
  out(`\n${isTerminal(process.stdout) ? visibleText(content) : content}`)
  if (!content.endsWith('\n')) out('\n')
}
