import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Action } from '../../sync/plan.ts'
import { Sync, type Preview, type Summary } from '../../sync/sync.ts'
import { watch } from '../../sync/watch.ts'
import { resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { connectionOptions, resolveServer } from '../credentials.ts'
import { lineFor, printJson } from '../print.ts'
import { dryRunOption } from '../shared-options.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'sync',
  summary: 'Keep a plain directory and a store equal, where nothing can be mounted',
  usage: 'sync STORE DIR [--watch | --dry-run] [--json]',
  example: 'palimpsest sync notes ./notes --watch',
  options: [
    { name: 'watch', short: 'w', help: 'Go on until interrupted' },
    { name: 'read-only', help: 'Fetch only, send nothing' },
    {
      name: 'on-conflict',
      value: 'POLICY',
      choices: ['merge', 'keep-both'],
      help: 'When both sides changed the same memory; default merge',
    },
    {
      name: 'poll',
      value: 'SECONDS',
      help: 'With --watch, how often to look at everything again; default 15',
    },
    dryRunOption,
    { name: 'json', help: 'Print what was done as JSON' },
    ...connectionOptions,
  ],
  positionalsMax: 2,
  details: `DIR/.palimpsest-sync.json names the store and remembers what both sides had; without it nothing
counts as deleted. An emptied directory is filled again, and one sync deletes a quarter of the
store at most.`,
  async run(args) {
    const [store, directory] = args.positionals
    if (store === undefined || directory === undefined) {
      throw new UsageError('sync needs a store and a directory')
    }
    const [isWatching, isDryRun] = [args.flag('watch'), args.flag('dry-run')]
    if (isWatching && (isDryRun || args.flag('json'))) {
      throw new UsageError('--watch goes on for ever: without --dry-run and --json')
    }
    const server = resolveServer(connectionFlags(args))
    const { connect } = await import('../../client/connect.ts')
    using api = connect({ ...server, headers: { ...server.headers, 'palimpsest-door': 'sync' } })
    const storeId = await resolveStore(api, store)
    const root = resolve(directory)
    if (!isDryRun) mkdirSync(root, { recursive: true })
    const tell = (line: string) => err(`${line}\n`)
    const isMerging = args.text('on-conflict') !== 'keep-both'
    const isReadOnly = args.flag('read-only')
    const sync = new Sync({ api, storeId, root, isMerging, isReadOnly, clock: Date.now, tell })
    if (isDryRun) return showPreview(await sync.preview(), args)
    if (!isWatching) return showSummary(await sync.run(), args)
    const rescanMs = secondsOf(args.text('poll')) * 1_000
    const ending = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
    await watch({ sync, api, storeId, root, tell, rescanMs, signal: ending.signal })
    return 0
  },
}

function secondsOf(text = '15'): number {
  const seconds = Number(text)
  if (seconds >= 0.1 && seconds <= 3_600) return seconds
  throw new UsageError('--poll must be a number of seconds from 0.1 to 3600')
}

function showSummary({ done, left, postponed }: Summary, args: Arguments): ExitCode {
  if (args.flag('json')) {
    printJson({ dry_run: false, changes: done, left_alone: left, postponed_deletes: postponed })
  } else out(`${sentence(`${done.length} changed`, left.length, postponed)}\n`)
  return left.length === 0 ? 0 : 1
}

function showPreview({ actions, left, postponed }: Preview, args: Arguments): ExitCode {
  const changes = actions.map((action) => {
    return { path: action.path, action: action.type, what: wouldBe(action) }
  })
  if (args.flag('json')) {
    printJson({ dry_run: true, changes, left_alone: left, postponed_deletes: postponed })
  } else {
    for (const { path, what } of changes) out(`${lineFor(path)}: ${lineFor(what)}\n`)
    out(`${sentence(`${changes.length} would be changed`, left.length, postponed)}\n`)
  }
  return left.length === 0 ? 0 : 1
}

function wouldBe(action: Action): string {
  switch (action.type) {
    case 'pull':
      return 'would be fetched'
    case 'remove':
      return 'would be removed here'
    case 'push':
      return 'would be sent'
    case 'create':
      return 'would be created'
    case 'delete':
      return 'would be deleted'
    case 'rename':
      return `would be renamed from ${action.from}`
    case 'merge':
      return 'changed on both sides: would be merged, or kept side by side'
    case 'adopt':
    case 'forget':
      return 'would stay'
  }
}

function sentence(changed: string, left: number, postponed: number): string {
  const parts = [changed]
  if (left > 0) parts.push(`${left} left alone`)
  if (postponed > 0) parts.push(`${postponed} deletes left for the next sync`)
  return parts.join(', ')
}
