import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import type { Api } from '../../api.ts'
import type { ForgetInput, ForgetPreview } from '../../api/forget.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Receipt } from '../../domain/forget/receipt.ts'
import { countRows } from '../../domain/forget/spans.ts'
import { allPages, resolveStore } from '../address.ts'
import { administer, administerOptions } from '../administer.ts'
import { ask, canAsk } from '../ask.ts'
import { checkReceipt, printReceipt, receiptJson } from '../check-receipt.ts'
import { UsageError, type Arguments, type Command, type ExitCode, type Option } from '../command.ts'
import { counted, lineFor, printJson } from '../print.ts'
import { dryRunOption, yesOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'
import { findWorkspace } from './workspaces.ts'

const subjectOptions: readonly Option[] = [
  { name: 'text', value: 'TEXT', repeated: true, help: 'Whatever holds this text' },
  { name: 'text-file', value: 'FILE', help: 'Texts, one a line; "-" is standard input' },
  { name: 'case-sensitive', help: 'Tell upper from lower case in texts' },
  { name: 'whole-words', help: 'Texts only where no letter stands beside them' },
  { name: 'path', value: 'PATH', help: 'Memories that are or were at PATH' },
  { name: 'path-prefix', value: 'PREFIX', help: 'Memories that are or were below PREFIX' },
  { name: 'metadata', value: 'KEY=VALUE', repeated: true, help: 'Stores and sessions with this' },
  { name: 'store', value: 'ID|NAME', repeated: true, help: 'This store' },
]

export const command: Command = {
  name: 'forget',
  summary: 'Erase everything about a subject, everywhere, and get a signed receipt',
  usage: 'forget [--text TEXT]… [--path-prefix PREFIX] [--metadata KEY=VALUE]… [--dry-run]',
  example: 'palimpsest forget --text "Ada Example" --dry-run',
  options: [
    ...subjectOptions,
    { name: 'reason', value: 'TEXT', help: 'Kept in the receipt: a number of a ticket' },
    { name: 'workspace', value: 'ID|NAME', help: 'The workspace; without it, that of the key' },
    dryRunOption,
    yesOption,
    { name: 'out', value: 'FILE', help: 'Write the receipt to FILE, too' },
    { name: 'receipts', help: 'List the receipts instead' },
    { name: 'check', value: 'FILE', help: 'Check a receipt instead, without a server' },
    { name: 'public-key', value: 'FILE', help: 'The key for --check; else the server is asked' },
    ...administerOptions,
  ],
  details: `--store and --metadata choose stores: with nothing else these go as a whole, and --metadata takes
sessions that have it along. --path, --path-prefix and --text choose what bears any of them, in the
chosen stores or everywhere: memories go with their whole history, other text is replaced by
[redacted]. A short text is found in many a word: look at --dry-run, and see --whole-words. What was typed stands in the shell's history and in \`ps\`: --text-file avoids that.
It shows what it has found and wants the word "forget" typed; without a terminal it needs --yes.
Interrupted, it is run again and finishes. What it does not reach is named in the receipt.`,
  async run(args) {
    const check = args.text('check')
    if (check !== undefined) return checkReceipt(args, check)
    if (args.flag('receipts')) return listReceipts(args)
    requireMark(args)
    const isDryRun = args.flag('dry-run')
    if (!isDryRun && !args.flag('yes') && !canAsk()) {
      throw new UsageError('forget needs --yes (or --dry-run) where nobody can be asked')
    }
    const texts = readTexts(args)
    return administer(args, {
      ...(isDryRun ? {} : { change: 'forget' }),
      run: (api) => forget(api, args, texts),
    })
  },
}

const marks = ['text', 'text-file', 'path', 'path-prefix', 'metadata', 'store'] as const

function requireMark(args: Arguments): void {
  if (marks.some((name) => args.text(name) !== undefined)) return
  const flags = marks.map((name) => `--${name}`)
  throw new UsageError(`forget needs a mark of what to erase: ${flags.join(', ')}`)
}

function readTexts(args: Arguments): readonly string[] {
  const file = args.text('text-file')
  if (file === undefined) return args.texts('text')
  const lines = readFileSync(file === '-' ? 0 : file, 'utf8').split(/\r?\n/)
  return [...args.texts('text'), ...lines.filter((line) => line.trim() !== '')]
}

async function inputOf(api: Api, args: Arguments, texts: readonly string[]): Promise<ForgetInput> {
  const given = args.text('workspace')
  const workspaceId = given === undefined ? undefined : await findWorkspace(api, given)
  const storeIds: string[] = []
  for (const store of args.texts('store')) storeIds.push(await resolveStore(api, store))
  const pairs = args.texts('metadata').map((pair) => pairOf(pair))
  const subject = {
    text: texts.length > 0 ? texts : undefined,
    caseSensitive: args.flag('case-sensitive') || undefined,
    wholeWords: args.flag('whole-words') || undefined,
    path: args.text('path'),
    pathPrefix: args.text('path-prefix'),
    metadata: pairs.length > 0 ? Object.fromEntries(pairs) : undefined,
    storeIds: storeIds.length > 0 ? storeIds : undefined,
  }
  return { subject, reason: args.text('reason'), workspaceId }
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--metadata must be KEY=VALUE, not "${text}"`)
  return [text.slice(0, at), text.slice(at + 1)]
}

async function forget(api: Api, args: Arguments, texts: readonly string[]): Promise<ExitCode> {
  const input = await inputOf(api, args, texts)
  const isJson = args.flag('json')
  const isSure = args.flag('yes') && !args.flag('dry-run')
  if (!isSure) {
    const preview = await api.forget({ ...input, dryRun: true })
    if (preview.type !== 'preview') throw new Error('a dry run gave no preview')
    if (args.flag('dry-run')) {
      if (isJson) printJson(previewJson(preview))
      else out(previewText(preview))
      return 0
    }
    err(previewText(preview))
    if ((await ask('This cannot be undone. Type "forget" to erase it: ')) !== 'forget') {
      err('nothing was erased\n')
      return 1
    }
  }
  const outcome = await api.forget(input)
  if (outcome.type !== 'receipt') throw new Error('forgetting gave no receipt')
  const { receipt } = outcome
  const json = receiptJson(receipt)
  const file = args.text('out')
  if (file !== undefined) {
    await writeFile(file, `${JSON.stringify(json, undefined, 2)}\n`, { mode: 0o600 })
  }
  if (isJson) printJson(json)
  else printReceipt(receipt)
  return 0
}

function previewText(preview: ForgetPreview): string {
  const { stores, memories, sessions, redacted, running, kept } = preview
  const lines = [
    ...stores.map(({ id, name, ...store }) => {
      const what = `${counted(store.memories, 'memory', 'memories')}, ${counted(store.versions, 'version')}`
      return `store    ${id}  ${lineFor(name)}  ${what}`
    }),
    ...memories.map(({ storeId, memoryId, path, versions }) => {
      return `memory   ${storeId} ${memoryId}  ${lineFor(path)}  ${counted(versions, 'version')}`
    }),
    ...sessions.map((id) => `session  ${id}`),
    ...redacted.map(({ place, owner, rows }) => {
      return `text in  ${place} of ${owner}  ${counted(countRows(rows), 'row')}`
    }),
    ...running.map((id) => `runs     ${id}  has to rest before anything is erased`),
    ...kept.map(({ id, why }) => `stays    ${id}  ${why}`),
  ]
  const isNothing = stores.length + memories.length + sessions.length + redacted.length === 0
  return `${[...lines, ...(isNothing ? ['nothing bears this'] : [])].join('\n')}\n`
}

function previewJson(preview: ForgetPreview) {
  const { memories, type: _, ...rest } = preview as ForgetPreview & { type?: string }
  return {
    ...rest,
    memories: memories.map(({ storeId, memoryId, path, versions }) => {
      return { memory_store_id: storeId, memory_id: memoryId, path, versions }
    }),
  }
}

async function listReceipts(args: Arguments): Promise<ExitCode> {
  const receipts = await administer<Receipt[]>(args, {
    run: async (api) => {
      const given = args.text('workspace')
      const workspaceId = given === undefined ? undefined : await findWorkspace(api, given)
      return Array.fromAsync(
        allPages((page) => api.listForgetReceipts({ limit: 100, page, workspaceId })),
      )
    },
  })
  if (args.flag('json')) printJson(receipts.map(receiptJson))
  else for (const receipt of receipts) printReceipt(receipt)
  if (receipts.length === 0 && !args.flag('json')) {
    throw new DomainError({ code: 'not_found', message: 'nothing was forgotten here' })
  }
  return 0
}
