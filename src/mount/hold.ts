import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'
import { stateOf } from './state-directory.ts'
import { Supervisor, type HeldMount } from './supervisor.ts'
import type { Assignment } from './worker.ts'
import { mountBy, unmountBy, type Way } from './ways.ts'

/** One store and where it is to be seen. */
export interface Wanted {
  readonly storeId: string
  readonly directory: string
}

export interface HoldOptions {
  readonly way: Way
  readonly wanted: readonly Wanted[]
  /** A directory that holds nothing but the mounts, and cannot be written. */
  readonly root: string | undefined
  readonly stateRoot: string
  readonly settings: Omit<Assignment, 'fd' | 'agreement' | 'storeId' | 'state'>
  readonly server: unknown
  readonly spawnWorker: (fds: readonly number[]) => ChildProcess
  readonly log: (line: string) => void
}

/** The mounting itself was refused: another way may work. */
export class MountRefused extends Error {
  override readonly name = 'MountRefused'
}

/**
 * Mounts every store and supervises the worker that serves them.
 * @throws MountRefused; Error when a store cannot be served
 */
export async function hold(
  options: HoldOptions,
): Promise<AsyncDisposable & { ended: Promise<void> }> {
  const { way, wanted, root, server, spawnWorker, log } = options
  const take = unmountBy(way)
  const isRootMounted = root !== undefined && way !== 'fusermount'
  const mounts: HeldMount[] = []
  try {
    if (root !== undefined) await makeRoot(root, wanted, isRootMounted)
    for (const want of wanted) mounts.push(await mountOne(options, want))
  } catch (error) {
    for (const { directory } of mounts) await take(directory, { isLazy: true })
    if (isRootMounted) await take(root, { isLazy: true }).catch(() => undefined)
    throw new MountRefused(error instanceof Error ? error.message : String(error))
  }
  const supervisor = await Supervisor.start({ mounts, server, spawnWorker, unmount: take, log })
  const end = async (): Promise<void> => {
    await supervisor.ended
    if (isRootMounted) await take(root, { isLazy: true }).catch(() => undefined)
  }
  const ended = end()
  return {
    ended,
    async [Symbol.asyncDispose]() {
      await supervisor[Symbol.asyncDispose]()
      await ended
    },
  }
}

async function mountOne(options: HoldOptions, want: Wanted): Promise<HeldMount> {
  const { way, settings, stateRoot } = options
  const { directory, storeId } = want
  const state = stateOf(stateRoot, directory, storeId)
  const { isReadOnly } = settings
  const fd = await mountBy(way, { directory, isReadOnly, source: storeId })
  const socket = join(state, 'control')
  return { fd, directory, socket, assignment: { ...settings, storeId, state } }
}

/** One directory for each store, in a file system that nothing else can be written to. */
async function makeRoot(
  root: string,
  wanted: readonly Wanted[],
  isMounted: boolean,
): Promise<void> {
  if (!existsSync(root)) mkdirSync(root, { recursive: true })
  if (isMounted) {
    const options = 'size=64k,mode=755,nosuid,nodev,noexec'
    await runProgram('mount', ['-t', 'tmpfs', '-o', options, 'palimpsest', root])
  }
  for (const { directory } of wanted) mkdirSync(directory, { recursive: true })
  if (isMounted) await runProgram('mount', ['-o', 'remount,ro', root])
}
