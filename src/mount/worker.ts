import { join } from 'node:path'
import type { Api } from '../api.ts'
import type { Engine } from './fuse/device.ts'
import type { Agreement } from './fuse/init.ts'
import { Notifier } from './fuse/notifier.ts'
import type { Question } from './control.ts'
import { LiveMount } from './live-mount.ts'
import { readRecords } from './record-file.ts'
import { Recorder } from './recorder.ts'
import { recover } from './recovery.ts'
import type { ConflictPolicy } from './view.ts'

// The process that serves mounts. It is told what to serve by the supervisor, which holds the
// devices, and can be killed at any time: its successor goes on.

/** One mount to serve. */
export interface Assignment {
  /** Number of the open device in this process. */
  readonly fd: number
  readonly storeId: string
  /** Directory of the journal. */
  readonly state: string
  readonly isReadOnly: boolean
  readonly onConflict: ConflictPolicy
  readonly isSyncClose: boolean
  readonly uid: number
  readonly gid: number
  readonly pollMs: number
  readonly engine: Engine | undefined
  /** What an earlier worker agreed with the kernel. */
  readonly agreement: Agreement | undefined
}

export type ToWorker =
  | { readonly type: 'serve'; readonly server: unknown; readonly mounts: readonly Assignment[] }
  | {
      readonly type: 'ask'
      readonly id: number
      readonly mount: number
      readonly question: Question
    }
  | { readonly type: 'stop' }

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'agreed'; readonly mount: number; readonly agreement: Agreement }
  | { readonly type: 'ended'; readonly mount: number }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly message: string }

const requestsAtOnce = 16

/** @param connectionsMax requests under way at once, the feeds that stay open among them */
type Connect = (server: unknown, connectionsMax: number) => Api & Disposable

/**
 * Serves what the supervisor says until it says stop or goes away.
 * @param connect makes the Api of the server that the supervisor names
 */
export async function runWorker(connect: Connect): Promise<void> {
  const mounts: LiveMount[] = []
  const connections: Disposable[] = []
  const connectAndKeep: Connect = (...target) => {
    const api = connect(...target)
    connections.push(api)
    return api
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  process.on('disconnect', resolve)
  process.on('message', (message) => {
    const command = message as ToWorker
    if (command.type === 'stop') resolve()
    else if (command.type === 'ask') void answer(mounts, command)
    else void serve(mounts, command, connectAndKeep)
  })
  // The terminal's interrupt is for the supervisor, which unmounts first.
  process.on('SIGINT', () => undefined)
  await promise
  for (const mount of mounts) await mount[Symbol.asyncDispose]()
  for (const connection of connections) connection[Symbol.dispose]()
  // The channel alone would keep the process.
  if (process.connected) process.disconnect()
}

function tell(message: FromWorker): void {
  process.send?.(message)
}

async function serve(
  mounts: LiveMount[],
  { server, mounts: assignments }: Extract<ToWorker, { type: 'serve' }>,
  connect: Connect,
): Promise<void> {
  try {
    const api = connect(server, requestsAtOnce + assignments.length)
    const notifier = new Notifier()
    for (const [index, assignment] of assignments.entries()) {
      const mount = await open(assignment, { api, notifier, index })
      mounts.push(mount)
      void mount.ended.then(() => tell({ type: 'ended', mount: index }))
    }
    tell({ type: 'ready' })
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

interface Surroundings {
  readonly api: Api
  readonly notifier: Notifier
  readonly index: number
}

function open(assignment: Assignment, { api, notifier, index }: Surroundings): Promise<LiveMount> {
  const { agreement, state } = assignment
  const recovered = recover(readRecords(join(state, 'journal')))
  const recorder = new Recorder(state)

  return LiveMount.open({
    ...assignment,
    api,
    notifier,
    journal: recorder,
    recovery: { recovered, recorder, agreement },
    onAgreed: (agreement) => tell({ type: 'agreed', mount: index, agreement }),
    onFault: (error) => console.error('palimpsest mount:', error),
  })
}

async function answer(
  mounts: readonly LiveMount[],
  { id, mount: index, question }: Extract<ToWorker, { type: 'ask' }>,
): Promise<void> {
  const mount = mounts[index]
  try {
    if (mount === undefined) throw new Error('the mount is still starting')
    if (question.type === 'barrier') await mount.barrier(question.until)
    if (question.type === 'prewarm') await mount.prewarm()
    tell({ type: 'answer', id, value: mount.status() })
  } catch (error) {
    tell({ type: 'refused', id, message: error instanceof Error ? error.message : String(error) })
  }
}
