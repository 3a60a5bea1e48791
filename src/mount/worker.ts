import { join } from 'node:path'
import type { Api } from '../api.ts'
import type { Moment } from '../domain/history/moment.ts'
import type { Engine } from './fuse/device.ts'
import type { Agreement } from './fuse/init.ts'
import { Notifier } from './fuse/notifier.ts'
import type { Question } from './control.ts'
import { frozenLink } from './frozen-link.ts'
import { LiveMount } from './live-mount.ts'
import { readRecords } from './record-file.ts'
import { Recorder } from './recorder.ts'
import { recover } from './recovery.ts'
import type { ConflictPolicy } from './view.ts'

// The process that serves mounts. It is told what to serve by the supervisor, which holds the
// devices, and can be killed at any time: its successor goes on.

/** One mount to serve. */
export interface Assignment {
  /** What supervisor and worker call it. */
  readonly mount: number
  /** Number of the open device in this process. */
  readonly fd: number
  /** Where the server is and who asks. */
  readonly server: unknown
  readonly storeId: string
  /** The moment that is shown, and stays; undefined: the store as it is. */
  readonly asOf: Moment | undefined
  /** Directory of the journal. */
  readonly state: string
  readonly isReadOnly: boolean
  readonly onConflict: ConflictPolicy
  readonly isSyncClose: boolean
  readonly uid: number
  readonly gid: number
  readonly hasOneOwner: boolean
  readonly pollMs: number
  readonly engine: Engine | undefined
  /** What an earlier worker agreed with the kernel. */
  readonly agreement: Agreement | undefined
}

export type ToWorker =
  | { readonly type: 'serve'; readonly assignment: Assignment }
  | {
      readonly type: 'ask'
      readonly id: number
      readonly mount: number
      readonly question: Question
    }
  | { readonly type: 'stop' }

export type FromWorker =
  | { readonly type: 'opened'; readonly mount: number }
  | { readonly type: 'failed'; readonly mount: number; readonly message: string }
  | { readonly type: 'agreed'; readonly mount: number; readonly agreement: Agreement }
  | { readonly type: 'ended'; readonly mount: number }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly message: string }

/** A worker has the devices from this number on, behind 0, 1, 2 and the channel at 3. */
export const firstDeviceNumber = 4

/** Requests to one server under way at once, the feeds that stay open not among them. */
const requestsAtOnce = 16
const feedsMax = 1_000

/** @param connectionsMax requests under way at once, the feeds that stay open among them */
type Connect = (server: unknown, connectionsMax: number) => Api & Disposable

/** What the worker has by now. */
interface Work {
  readonly mounts: Map<number, LiveMount>
  /** One for each server and key. */
  readonly connections: Map<string, Api & Disposable>
  readonly notifier: Notifier
  readonly connect: Connect
}

/**
 * Serves what the supervisor says until it says stop or goes away.
 * @param connect makes the Api of the server that the supervisor names
 */
export async function runWorker(connect: Connect): Promise<void> {
  const work: Work = {
    mounts: new Map(),
    connections: new Map(),
    notifier: new Notifier(),
    connect,
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  process.on('disconnect', resolve)
  process.on('message', (message) => {
    const command = message as ToWorker
    if (command.type === 'stop') resolve()
    else if (command.type === 'ask') void answer(work.mounts, command)
    else void serve(work, command.assignment)
  })
  // The terminal's interrupt is for the supervisor, which unmounts first.
  process.on('SIGINT', () => undefined)
  await promise
  const left = [...work.mounts.values()]
  work.mounts.clear()
  for (const mount of left) await mount[Symbol.asyncDispose]()
  for (const connection of work.connections.values()) connection[Symbol.dispose]()
  // The channel alone would keep the process.
  if (process.connected) process.disconnect()
}

function tell(message: FromWorker): void {
  // The supervisor may be gone by now.
  if (process.connected) process.send?.(message, () => undefined)
}

async function serve(work: Work, assignment: Assignment): Promise<void> {
  const { mount: number } = assignment
  try {
    const mount = await open(work, assignment)
    work.mounts.set(number, mount)
    void mount.ended.then(() => ended(work, number, mount))
    tell({ type: 'opened', mount: number })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    tell({ type: 'failed', mount: number, message })
  }
}

/** The others go on. */
async function ended({ mounts }: Work, number: number, mount: LiveMount): Promise<void> {
  // Also when the worker itself stops: then it is seen to there.
  if (!mounts.delete(number)) return
  await mount[Symbol.asyncDispose]()
  tell({ type: 'ended', mount: number })
}

function apiOf({ connections, connect }: Work, server: unknown): Api {
  const key = JSON.stringify(server)
  const known = connections.get(key)
  if (known !== undefined) return known
  const api = connect(server, requestsAtOnce + feedsMax)
  connections.set(key, api)
  return api
}

function open(work: Work, assignment: Assignment): Promise<LiveMount> {
  const { agreement, asOf, state, mount, server } = assignment
  const { notifier } = work
  const api = apiOf(work, server)
  const recovered = recover(readRecords(join(state, 'journal')))
  const recorder = new Recorder(state)

  return LiveMount.open({
    ...assignment,
    api,
    link: asOf && ((of, storeId) => frozenLink(of, storeId, asOf)),
    notifier,
    journal: recorder,
    recovery: { recovered, recorder, agreement },
    onAgreed: (agreement) => tell({ type: 'agreed', mount, agreement }),
    onFault: (error) => console.error('palimpsest mount:', error),
  })
}

async function answer(
  mounts: ReadonlyMap<number, LiveMount>,
  { id, mount: index, question }: Extract<ToWorker, { type: 'ask' }>,
): Promise<void> {
  const mount = mounts.get(index)
  try {
    if (mount === undefined) throw new Error('the mount is still starting')
    if (question.type === 'barrier') await mount.barrier(question.until)
    if (question.type === 'prewarm') await mount.prewarm()
    tell({ type: 'answer', id, value: mount.status() })
  } catch (error) {
    tell({ type: 'refused', id, message: error instanceof Error ? error.message : String(error) })
  }
}
