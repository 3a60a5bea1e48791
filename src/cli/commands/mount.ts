import type { ChildProcess } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import { slug } from '../../domain/memory/store.ts'
import { ask, NobodyThere } from '../../mount/control.ts'
import { isOurs } from '../../mount/direct-mount.ts'
import { engines } from '../../mount/fuse/device.ts'
import type { Order, Wanted } from '../../mount/hold.ts'
import { canonical, findMount, stateRoot } from '../../mount/state-directory.ts'
import { momentText, type MountStatus } from '../../mount/status.ts'
import { conflictPolicies } from '../../mount/view.ts'
import { describeWay, ways, type Way } from '../../mount/ways.ts'
import { resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionFlags } from '../connection-flags.ts'
import { connectionOptions, resolveServer, type Server } from '../credentials.ts'
import { fixMoment } from '../fixed-moment.ts'
import { atOption, readAt } from '../moment.ts'
import { holdHere, join, startHolder, work } from '../mount-processes.ts'
import { lineFor } from '../print.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'mount',
  summary: 'Mount a store: a directory in which every finished write is a version',
  usage: 'mount STORE DIR [--at MOMENT] [--read-only] [--foreground] | mount --root DIR STORE…',
  example: 'palimpsest mount notes /mnt/memory/notes',
  options: [
    { ...atOption, help: `${atOption.help}; read-only` },
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
    {
      name: 'uid',
      value: 'N',
      help: 'Owner of every file; default you, and of new files who makes them',
    },
    { name: 'gid', value: 'N', help: 'Group of every file, with --uid; default yours' },
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
side by side where they do not; keep-both never merges; fail refuses the later one.
With --at, DIR shows the store as it was and stays so: nothing is followed and nothing written.`,
  async run(args) {
    if (args.flag('worker')) return work()
    if (args.flag('holder')) return holdHere(args.text('way') as Way, args.flag('foreground'))
    return mountSomehow(args)
  },
}

async function mountSomehow(args: Arguments): Promise<ExitCode> {
  const server = resolveServer(connectionFlags(args))
  if (server.note !== undefined) err(`${server.note}\n`)
  if (args.text('root') === undefined) await requireDirectory(args.positionals[1])
  const wanted = await findStores(args, server)
  for (const { directory } of wanted) await requireFree(args, directory)
  const root = rootOf(args)
  const order: Order = {
    server,
    wanted,
    root,
    stateRoot: stateRootOf(args),
    settings: settingsOf(args),
  }
  const chosen = args.text('way') as Way | undefined
  const isForeground = args.flag('foreground')
  for (const way of chosen === undefined ? ways : [chosen]) {
    if (way === 'fusermount' && wanted.length > 1) continue
    if (way === 'direct' && !isForeground && (await join(order))) {
      return announce(args, { child: undefined, way, wanted })
    }
    const { child, report } = await startHolder(order, way, isForeground)
    if (report.type === 'ready') return announce(args, { child, way, wanted })
    if (report.type === 'failed') throw new Error(report.message)
    err(`palimpsest: could not be ${describeWay(way)}: ${report.message}\n`)
  }
  throw new Error('no way to mount here; `palimpsest sync` keeps a plain directory in step instead')
}

/** The end of a mount whose holder was killed is no reason to refuse: that is mounted over. */
async function requireDirectory(given: string | undefined): Promise<void> {
  if (given === undefined) return
  const code = (error: unknown) => (error as NodeJS.ErrnoException).code
  const kind = await stat(given).catch((error: unknown) => code(error))
  if (kind === 'ENOENT') {
    throw new UsageError(`there is no directory ${lineFor(given)}: make it first (mkdir -p)`)
  }
  if (kind === 'ENOTDIR' || (typeof kind === 'object' && !kind.isDirectory())) {
    throw new UsageError(`${lineFor(given)} is not a directory`)
  }
}

/** A second mount would hide the first, and neither could be asked or ended by its directory. */
async function requireFree(args: Arguments, directory: string): Promise<void> {
  const record = findMount(stateRootOf(args), directory)
  if (record === undefined || !isOurs(directory)) return
  try {
    await ask(record.socket, { type: 'status' })
  } catch (error) {
    if (error instanceof NobodyThere) return
  }
  const message = `${lineFor(directory)} shows ${record.storeId} already: umount it first`
  throw new DomainError({ code: 'conflict', message })
}

function stateRootOf(args: Arguments): string {
  return args.text('state-dir') ?? stateRoot()
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
    const storeId = await resolveStore(api, store)
    return withMoment(api, args, [{ storeId, directory: canonical(directory) }])
  }
  if (args.positionals.length === 0) throw new UsageError('mount --root DIR needs a store')
  return withMoment(api, args, await belowRoot(api, root, args.positionals))
}

function rootOf(args: Arguments): string | undefined {
  const root = args.text('root')
  return root === undefined ? undefined : canonical(root)
}

type Place = Omit<Wanted, 'asOf'>

async function withMoment(api: Api, args: Arguments, places: readonly Place[]): Promise<Wanted[]> {
  const moment = readAt(args)
  if (moment === undefined) return places.map((place) => ({ ...place, asOf: undefined }))
  if (moment.atSeq !== undefined && places.length > 1) {
    throw new UsageError('--at: a sequence belongs to one store; give a time for several')
  }
  const wanted: Wanted[] = []
  for (const place of places) {
    wanted.push({ ...place, asOf: await fixMoment(api, place.storeId, moment) })
  }
  return wanted
}

async function belowRoot(api: Api, root: string, stores: readonly string[]): Promise<Place[]> {
  const wanted: Place[] = []
  for (const given of stores) {
    const storeId = await resolveStore(api, given)
    if (wanted.some((other) => other.storeId === storeId)) {
      throw new UsageError(`${given} is named twice`)
    }
    const { name } = await api.getStore({ storeId })
    const taken = new Set(wanted.map(({ directory }) => directory))
    let directory = joinPath(root, slug(name))
    for (let count = 2; taken.has(directory); count += 1)
      directory = joinPath(root, `${slug(name)}-${count}`)
    wanted.push({ storeId, directory })
  }
  return wanted
}

interface Mounted {
  /** Undefined: a process that holds other mounts took it as well. */
  readonly child: ChildProcess | undefined
  readonly way: Way
  readonly wanted: readonly Wanted[]
}

async function announce(args: Arguments, { child, way, wanted }: Mounted): Promise<ExitCode> {
  for (const { storeId, directory, asOf } of wanted) {
    const when = asOf === undefined ? '' : ` as of ${momentText(asOf)}`
    out(`${directory} shows ${storeId}${when}\n`)
  }
  err(`palimpsest: ${describeWay(way)}${way === 'namespace' ? entering(child) : ''}\n`)
  // What is mounted in a namespace cannot be seen from here.
  if (way !== 'namespace') await prewarm(args, wanted)
  if (child === undefined) return 0
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
  for (const { directory } of wanted) {
    const record = findMount(stateRootOf(args), directory)
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

function entering(child: ChildProcess | undefined): string {
  return `; seen only there: nsenter -t ${child?.pid} -U -m --preserve-credentials bash`
}

function settingsOf(args: Arguments) {
  return {
    isReadOnly: args.flag('read-only') || args.text('at') !== undefined,
    onConflict: (args.text('on-conflict') ?? 'merge') as (typeof conflictPolicies)[number],
    isSyncClose: args.flag('sync-close'),
    uid: numberOf(args, 'uid'),
    gid: numberOf(args, 'gid'),
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
