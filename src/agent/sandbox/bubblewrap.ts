import { existsSync, readlinkSync } from 'node:fs'
import { memoryRoot, workRoot } from '../files/files.ts'
import { environment } from './sandbox-environment.ts'
import { limited, limitedInside, type SandboxLimits } from './sandbox-limits.ts'
import { seccompFilter } from './seccomp.ts'
import type { CommandInput } from './sandboxed-shell.ts'

/**
 * Bubblewrap (bwrap) with a file system made of nothing but programs and what is bound into it.
 * The filter comes on descriptor 3.
 */
export function bubblewrapArgv(limits: SandboxLimits, { binds, command }: CommandInput): string[] {
  return [
    limited(limits),
    ['bwrap', '--unshare-user', '--unshare-all', '--disable-userns'],
    seccompFilter() === undefined ? [] : ['--seccomp', '3'],
    ['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--clearenv'],
    environment.flatMap(([name, value]) => ['--setenv', name, value]),
    ['--uid', '1000', '--gid', '1000', '--hostname', 'sandbox'],
    ['--ro-bind', '/usr', '/usr'],
    systemLinks(),
    ['--dir', '/etc', '--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ['--ro-bind-try', '/etc/alternatives', '/etc/alternatives'],
    ['--proc', '/proc', '--dev', '/dev'],
    ['--size', '16777216', '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ['--size', String(limits.temporaryBytesMax), '--tmpfs', '/tmp'],
    ['--dir', memoryRoot, '--dir', workRoot],
    binds.flatMap(({ from, to, isWritable }) => [isWritable ? '--bind' : '--ro-bind', from, to]),
    ['--remount-ro', '/', '--chdir', binds.length > 0 ? workRoot : '/', '--'],
    limitedInside(limits),
    command,
  ].flat()
}

/** Where the system keeps programs beside /usr: links into it, or directories of their own. */
function systemLinks(): string[] {
  return ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => {
    if (!existsSync(`/${name}`)) return []
    try {
      return ['--symlink', readlinkSync(`/${name}`), `/${name}`]
    } catch {
      return ['--ro-bind', `/${name}`, `/${name}`]
    }
  })
}
