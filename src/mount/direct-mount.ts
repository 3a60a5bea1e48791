import { constants, openSync, readFileSync } from 'node:fs'
import { runProgram } from './run-program.ts'

// Mounting as whoever may: root, or root of a user namespace. The kernel gets the open device by
// its
// number, so no helper program serves or holds anything.

export interface MountPoint {
  readonly directory: string
  readonly isReadOnly: boolean
  /** Shown as the source in the list of mounts. */
  readonly source: string
}

/** @throws Error that says why the device cannot be opened */
export function openFuse(): number {
  // Non-blocking, so that the event loop can poll it.
  return openSync('/dev/fuse', constants.O_RDWR | constants.O_NONBLOCK)
}

/**
 * Mounts a file system that answers on `fd`.
 * @throws Error with what mount(8) said
 */
export async function mountDirectly(fd: number, point: MountPoint): Promise<void> {
  const options = [
    'fd=3',
    'rootmode=40000',
    `user_id=${process.getuid?.() ?? 0}`,
    `group_id=${process.getgid?.() ?? 0}`,
    'default_permissions',
    'allow_other',
    'nosuid',
    'nodev',
    'noexec',
    ...(point.isReadOnly ? ['ro'] : []),
  ]
  // -i: with libfuse installed, mount would run its helper, which executes the source as a program.
  const args = [
    '-i',
    '-t',
    'fuse.palimpsest',
    '-o',
    options.join(','),
    point.source,
    point.directory,
  ]
  await runProgram('mount', args, fd)
}

/** @throws Error with what umount(8) said */
export function unmount(directory: string, options: { readonly isLazy: boolean }): Promise<void> {
  return runProgram('umount', [...(options.isLazy ? ['-l'] : []), directory])
}

/**
 * Whether a store, or a root of stores, is mounted there, as this process sees it; what hangs is
 * not touched.
 */
export function isOurs(directory: string): boolean {
  const octal = (character: string) => character.charCodeAt(0).toString(8).padStart(3, '0')
  const spelled = directory.replaceAll(/[\\ \t\n#]/g, (character) => `\\${octal(character)}`)
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return lines.some((line) => {
    const [source, point, type] = line.split(' ')
    return point === spelled && (type === 'fuse.palimpsest' || source === 'palimpsest')
  })
}
