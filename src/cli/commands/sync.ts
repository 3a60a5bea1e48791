import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { Sync, type Summary } from '../../sync/sync.ts'
import { watch } from '../../sync/watch.ts'
import { resolveStore } from '../address.ts'
import { UsageError, type Command } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { connectionOptions, resolveServer } from '../credentials.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'sync',
  summary: 'Keep a plain directory and a store equal, where nothing can be mounted',
  usage: 'sync STORE DIR [--watch]',
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
    const server = resolveServer(connectionFlags(args))
    const { connect } = await import('../../client/connect.ts')
    using api = connect({ ...server, headers: { ...server.headers, 'palimpsest-door': 'sync' } })
    const storeId = await resolveStore(api, store)
    const root = resolve(directory)
    mkdirSync(root, { recursive: true })
    const tell = (line: string) => err(`${line}\n`)
    const isMerging = args.text('on-conflict') !== 'keep-both'
    const isReadOnly = args.flag('read-only')
    const sync = new Sync({ api, storeId, root, isMerging, isReadOnly, clock: Date.now, tell })
    if (!args.flag('watch')) {
      const summary = await sync.run()
      out(`${sentence(summary)}\n`)
      return summary.refused === 0 ? 0 : 1
    }
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

function sentence({ done, refused, postponed }: Summary): string {
  const parts = [`${done} changed`]
  if (refused > 0) parts.push(`${refused} left alone`)
  if (postponed > 0) parts.push(`${postponed} deletes left for the next sync`)
  return parts.join(', ')
}
