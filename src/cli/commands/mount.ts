import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '../../api.ts'
import { slug } from '../../domain/memory/store.ts'
import { ask } from '../../mount/control.ts'
import { engines } from '../../mount/fuse/device.ts'
import { hold, MountRefused, type Wanted } from '../../mount/hold.ts'
import { canonical, findMount, stateRoot } from '../../mount/state-directory.ts'
import type { MountStatus } from '../../mount/status.ts'
import { conflictPolicies } from '../../mount/view.ts'
import { describeWay, ways, wrap, type Way } from '../../mount/ways.ts'
import { runWorker } from '../../mount/worker.ts'
import { resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { connectionOptions, resolveServer, type Server } from '../credentials.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'mount',
  summary: 'Mount a store: a directory in which every finished write is a version',
  usage: 'mount STORE DIR [--read-only] [--foreground] | mount --root DIR STORE…',
  example: 'palimpsest mount notes /mnt/memory/notes',
  options: [
    { name: 'read-only', help: 'Refuse every write' },
    { name: 'foreground', help: 'Stay here until interrupted; default: go on in the background' },
    { name: 'root', value: 'DIR', help: 'Mount each store below DIR under the slug of its name' },
    {
      name: 'on-conflict',
      value: 'POLICY',
      choices: conflictPolicies,
      help: 'When somebody else changed the same memory; default merge',
    },
    { name: 'sync-close', help: 'Closing a written file waits for the server' },
    {
      name: 'poll',
      value: 'SECONDS',
      help: 'How often to look for news at a server without a change feed; default 5',
    },
    { name: 'uid', value: 'N', help: 'Owner of the files as programs see it; default yours' },
    { name: 'gid', value: 'N', help: 'Group of the files as programs see it; default yours' },
    { name: 'state-dir', value: 'DIR', help: 'Where journals are kept' },
    {
      name: 'engine',
      value: 'ENGINE',
      choices: engines,
      help: 'How the device is read',
      hidden: true,
    },
    { name: 'way', value: 'WAY', choices: ways, help: 'How to mount; default: what works' },
    { name: 'holder', help: 'The process that holds the mount', hidden: true },
    { name: 'worker', help: 'The process that serves the mount', hidden: true },
    ...connectionOptions,
  ],
  positionalsMax: Infinity,
  details: `A file is a memory; its path below DIR is the memory's. A version is made when a written file
is closed, at fsync, and when it is renamed over another. DIR/.palimpsest/problems tells why the last
writes were refused and what became of conflicts; \`palimpsest status DIR\` shows the rest.
--on-conflict merge puts both edits into one text where they touch different lines, and keeps both
side by side where they do not; keep-both never merges; fail refuses the later one.`,
  async run(args) {
    if (args.flag('worker')) return work()
    if (args.flag('holder')) return holdHere(args)
    return mountSomehow(args)
  },
}

/** What the holder needs to know; it travels by the channel, never by the command line. */
interface Order {
  readonly server: Server
  readonly wanted: readonly Wanted[]
  readonly root: string | undefined
}

type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string }

async function mountSomehow(args: Arguments): Promise<ExitCode> {
  const server = resolveServer(connectionFlags(args))
  if (server.note !== undefined) err(`${server.note}\n`)
  const wanted = await findStores(args, server)
  const order: Order = { server, wanted, root: rootOf(args) }
  const chosen = args.text('way') as Way | undefined
  for (const way of chosen === undefined ? ways : [chosen]) {
    if (way === 'fusermount' && wanted.length > 1) continue
    const { child, report } = await startHolder(args, order, way)
    if (report.type === 'ready') return announce(args, { child, way, wanted })
    if (report.type === 'failed') throw new Error(report.message)
    err(`palimpsest: could not be ${describeWay(way)}: ${report.message}\n`)
  }
  throw new Error('no way to mount here; `palimpsest sync` keeps a plain directory in step instead')
}

async function findStores(args: Arguments, server: Server): Promise<Wanted[]> {
  const { connect } = await import('../../client/connect.ts')
  using api = connect(server)
  const root = rootOf(args)
  if (root === undefined) {
    const [store, directory, ...more] = args.positionals
    if (store === undefined || directory === undefined || more.length > 0) {
      throw new UsageError('mount needs a store and a directory, or --root DIR and stores')
    }
    return [{ storeId: await resolveStore(api, store), directory: canonical(directory) }]
  }
  if (args.positionals.length === 0) throw new UsageError('mount --root DIR needs a store')
  return belowRoot(api, root, args.positionals)
}

function rootOf(args: Arguments): string | undefined {
  const root = args.text('root')
  return root === undefined ? undefined : canonical(root)
}

async function belowRoot(api: Api, root: string, stores: readonly string[]): Promise<Wanted[]> {
  const wanted: Wanted[] = []
  for (const given of stores) {
    const storeId = await resolveStore(api, given)
    if (wanted.some((other) => other.storeId === storeId)) {
      throw new UsageError(`${given} is named twice`)
    }
    const { name } = await api.getStore({ storeId })
    const taken = new Set(wanted.map(({ directory }) => directory))
    let directory = join(root, slug(name))
    for (let count = 2; taken.has(directory); count += 1)
      directory = join(root, `${slug(name)}-${count}`)
    wanted.push({ storeId, directory })
  }
  return wanted
}

/** This program again, as another part of a mount. */
function selfCommand(rest: readonly string[]): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'mount', ...rest]
}

function passedOn(args: Arguments): string[] {
  const texts = ['on-conflict', 'poll', 'uid', 'gid', 'state-dir', 'engine'].flatMap((name) => {
    const value = args.text(name)
    return value === undefined ? [] : [`--${name}`, value]
  })
  const flags = ['read-only', 'sync-close']
    .filter((name) => args.flag(name))
    .map((name) => `--${name}`)
  return [...texts, ...flags]
}

async function startHolder(args: Arguments, order: Order, way: Way) {
  const [first] = order.wanted
  const point = {
    directory: first?.directory ?? '/',
    isReadOnly: args.flag('read-only'),
    source: first?.storeId ?? 'palimpsest',
  }
  const own = selfCommand(['--holder', '--way', way, ...passedOn(args)])
  const [program = '', ...rest] = wrap(way, own, point)
  const isForeground = args.flag('foreground')
  const log = isForeground ? 'inherit' : openLog(args)
  const child = spawn(program, rest, {
    detached: !isForeground,
    stdio: ['ignore', log, log, 'ipc'],
  })
  if (typeof log === 'number') closeSync(log)
  const { promise, resolve } = Promise.withResolvers<Report>()
  child.once('message', (message) => resolve(message as Report))
  child.once('error', (error) => resolve({ type: 'refused', message: error.message }))
  child.once('exit', () => resolve({ type: 'refused', message: `${program} could not do it` }))
  child.send(order, () => undefined)
  return { child, report: await promise }
}

function openLog(args: Arguments): number {
  const root = args.text('state-dir') ?? stateRoot()
  mkdirSync(root, { recursive: true, mode: 0o700 })
  return openSync(join(root, 'log'), 'a', 0o600)
}

interface Mounted {
  readonly child: ChildProcess
  readonly way: Way
  readonly wanted: readonly Wanted[]
}

async function announce(args: Arguments, { child, way, wanted }: Mounted): Promise<ExitCode> {
  for (const { storeId, directory } of wanted) out(`${directory} shows ${storeId}\n`)
  err(`palimpsest: ${describeWay(way)}${way === 'namespace' ? entering(child) : ''}\n`)
  // What is mounted in a namespace cannot be seen from here.
  if (way !== 'namespace') await prewarm(args, wanted)
  if (!args.flag('foreground')) {
    child.disconnect()
    child.unref()
    return 0
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.once('exit', resolve)
  return (await promise) === 0 ? 0 : 1
}

/** The kernel learns of the files by a listing, and then gets their texts. */
async function prewarm(args: Arguments, wanted: readonly Wanted[]): Promise<void> {
  const root = args.text('state-dir') ?? stateRoot()
  for (const { directory } of wanted) {
    const record = findMount(root, directory)
    if (record === undefined) continue
    await readdir(directory, { recursive: true, withFileTypes: true })
    const { pollMs } = (await ask(record.socket, { type: 'prewarm' })) as MountStatus
    if (pollMs !== undefined) err(`palimpsest: ${directory}: ${pollingNote(pollMs)}\n`)
  }
}

function pollingNote(pollMs: number): string {
  const often = `looks for others' edits every ${pollMs / 1_000} s`
  return `${often}: this server has no change feed; renaming a directory copies it`
}

function entering({ pid }: ChildProcess): string {
  return `; seen only there: nsenter -t ${pid} -U -m --preserve-credentials bash`
}

/** Mounts, starts the worker, and stays until everything is unmounted. */
async function holdHere(args: Arguments): Promise<ExitCode> {
  const { promise, resolve } = Promise.withResolvers<Order>()
  process.once('message', (message) => resolve(message as Order))
  const order = await promise
  const report = (message: Report) => process.send?.(message)
  try {
    await using held = await hold({
      way: args.text('way') as Way,
      ...order,
      stateRoot: args.text('state-dir') ?? stateRoot(),
      settings: settingsOf(args),
      spawnWorker: (fds) => {
        const [program = '', ...rest] = selfCommand(['--worker'])
        return spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...fds] })
      },
      log: (line) => err(`palimpsest mount: ${line}\n`),
    })
    report({ type: 'ready' })
    // Whoever started this may go; the mount stays.
    process.on('disconnect', () => undefined)
    const stop = Promise.withResolvers<void>()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.resolve())
    await Promise.race([held.ended, stop.promise])
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    report({ type: error instanceof MountRefused ? 'refused' : 'failed', message })
    return 1
  } finally {
    if (process.connected) process.disconnect()
  }
  return 0
}

function settingsOf(args: Arguments) {
  return {
    isReadOnly: args.flag('read-only'),
    onConflict: (args.text('on-conflict') ?? 'merge') as (typeof conflictPolicies)[number],
    isSyncClose: args.flag('sync-close'),
    uid: numberOf(args, 'uid') ?? process.getuid?.() ?? 0,
    gid: numberOf(args, 'gid') ?? process.getgid?.() ?? 0,
    pollMs: pollMsOf(args),
    engine: args.text('engine') as (typeof engines)[number] | undefined,
  }
}

function numberOf(args: Arguments, name: string): number | undefined {
  const text = args.text(name)
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) throw new UsageError(`--${name} must be a number`)
  return Number(text)
}

const pollSecondsDefault = 5

function pollMsOf(args: Arguments): number {
  const seconds = Number(args.text('poll') ?? pollSecondsDefault)
  if (seconds >= 0.1 && seconds <= 3_600) return seconds * 1_000
  throw new UsageError('--poll must be a number of seconds from 0.1 to 3600')
}

async function work(): Promise<ExitCode> {
  const { connect } = await import('../../client/connect.ts')
  await runWorker((server, connectionsMax) => {
    const { baseUrl, headers } = server as Server
    const ours = { ...headers, 'palimpsest-door': 'mount' }
    return connect({ baseUrl, headers: ours }, { connectionsMax })
  })
  return 0
}
