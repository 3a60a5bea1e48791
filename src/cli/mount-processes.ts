import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readlinkSync } from 'node:fs'
import type { Server as Listener } from 'node:net'
import { join as joinPath } from 'node:path'
import { ask, NobodyThere, serveControl } from '../mount/control.ts'
import { Holder, MountRefused, type Order } from '../mount/hold.ts'
import { runWorker } from '../mount/worker.ts'
import { wrap, type Way } from '../mount/ways.ts'
import type { ExitCode } from './command.ts'
import type { Server } from './credentials.ts'
import { err } from './terminal.ts'

// `palimpsest mount` is three programs in one: what the user starts, the holder that stays in the
// background with the open devices, and its workers, which serve. One holder takes the mounts of
// all calls for a server; what each needs travels by channels, never by a command line.

export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string }

/** Mounts that a holder can take in its life; the next one after that takes the rest. */
const devicesMax = 64

/** This program again, as another part of a mount. */
function selfCommand(rest: readonly string[]): string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'mount', ...rest]
}

/**
 * Where a holder is asked to take more: one for each server and view of the file system, because
 * what is mounted in one namespace is not seen in another.
 */
function holderSocket({ server, stateRoot }: Order): string {
  const { baseUrl } = server as Server
  const namespace = readlinkSync('/proc/self/ns/mnt')
  const facts = [baseUrl, namespace, process.argv[1], process.version].join('\0')
  const name = createHash('sha256').update(facts).digest('hex').slice(0, 16)
  return joinPath(stateRoot, `${name}.holder`)
}

/**
 * Asks a running holder.
 * @returns false where there is none, or it can take no more
 * @throws Error when a store cannot be served
 */
export async function join(order: Order): Promise<boolean> {
  try {
    const report = (await ask(holderSocket(order), order)) as Report
    if (report.type === 'failed') throw new Error(report.message)
    return report.type === 'ready'
  } catch (error) {
    if (error instanceof NobodyThere) return false
    throw error
  }
}

export async function startHolder(order: Order, way: Way, isForeground: boolean) {
  const { wanted, settings, stateRoot } = order
  const [first] = wanted
  const point = {
    directory: first?.directory ?? '/',
    isReadOnly: settings.isReadOnly,
    source: first?.storeId ?? 'palimpsest',
  }
  const stays = isForeground ? ['--foreground'] : []
  const [program = '', ...rest] = wrap(
    way,
    selfCommand(['--holder', '--way', way, ...stays]),
    point,
  )
  const log = isForeground ? 'inherit' : openLog(stateRoot)
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

function openLog(root: string): number {
  mkdirSync(root, { recursive: true, mode: 0o700 })
  return openSync(joinPath(root, 'log'), 'a', 0o600)
}

/** Mounts, starts the worker, and stays until everything is unmounted. */
export async function holdHere(way: Way, isForeground: boolean): Promise<ExitCode> {
  const { promise, resolve } = Promise.withResolvers<Order>()
  process.once('message', (message) => resolve(message as Order))
  const order = await promise
  // The helper gives one device; who stays in a terminal holds what was asked for there.
  const isAlone = way === 'fusermount' || isForeground
  let listener: Listener | undefined
  const report = (message: Report) => process.send?.(message)
  try {
    await using holder = new Holder({
      way,
      devices: isAlone ? order.wanted.length : Math.max(devicesMax, order.wanted.length),
      spawnWorker: (fds) => {
        const [program = '', ...rest] = selfCommand(['--worker'])
        return spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...fds] })
      },
      log: (line) => err(`palimpsest mount: ${line}\n`),
    })
    await holder.mount(order)
    if (!isAlone) listener = await serveControl<Order>(holderSocket(order), takeMore(holder))
    report({ type: 'ready' })
    // Whoever started this may go; the mount stays.
    process.on('disconnect', () => undefined)
    const stop = Promise.withResolvers<void>()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.resolve())
    await Promise.race([holder.ended, stop.promise])
    listener?.close()
  } catch (error) {
    report(reportOf(error))
    return 1
  } finally {
    if (process.connected) process.disconnect()
  }
  return 0
}

function takeMore(holder: Holder) {
  return async (order: Order): Promise<Report> => {
    try {
      await holder.mount(order)
      return { type: 'ready' }
    } catch (error) {
      return reportOf(error)
    }
  }
}

function reportOf(error: unknown): Report {
  const message = error instanceof Error ? error.message : String(error)
  return { type: error instanceof MountRefused ? 'refused' : 'failed', message }
}

export async function work(): Promise<ExitCode> {
  const { connect } = await import('../client/connect.ts')
  await runWorker((server, connectionsMax) => {
    const { baseUrl, headers } = server as Server
    const ours = { ...headers, 'palimpsest-door': 'mount' }
    return connect({ baseUrl, headers: ours }, { connectionsMax })
  })
  return 0
}
