import { spawn, type ChildProcess } from 'node:child_process'
import type { Writable } from 'node:stream'

export interface SealedCommand {
  /** The sandbox's program, its arguments, and what runs inside. */
  readonly argv: readonly string[]
  /** What the sandbox's program reads from descriptor 3. */
  readonly filter?: Uint8Array | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
}

const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/** Starts a sandbox as the leader of a process group, with nothing of this environment. */
export function spawnSealed({ argv, filter, uid, gid }: SealedCommand): ChildProcess {
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: systemPath },
    stdio: ['pipe', 'pipe', 'pipe', ...(filter === undefined ? [] : ['pipe' as const])],
    detached: true,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  })
  const descriptor = child.stdio[3] as Writable | null | undefined
  descriptor?.on('error', () => {}) // a program that did not start reads nothing
  descriptor?.end(filter)
  return child
}
