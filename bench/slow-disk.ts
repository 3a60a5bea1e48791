// A disk that is slow for one process: Linux holds its writes back (cgroup v1, controller blkio).
// Everything else is as always: the same program, the same file system, the same disk. What is in
// memory is still read at full speed, so what a slow fsync does to reads shows.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const root = '/sys/fs/cgroup/blkio'

/**
 * Lets only so many writes a second of a process through to the disk that holds a directory.
 * @returns undefined where that cannot be had: another system, no cgroup v1, no right to it
 */
export function slowDownWrites(
  pid: number,
  directory: string,
  writesPerSecond: number,
): Disposable | undefined {
  const group = join(root, `palimpsest-bench-${process.pid}-${pid}`)
  try {
    const home = join(root, homeOf(pid))
    mkdirSync(group)
    const limit = `${diskOf(directory)} ${writesPerSecond}`
    writeFileSync(join(group, 'blkio.throttle.write_iops_device'), limit)
    writeFileSync(join(group, 'cgroup.procs'), String(pid))
    return {
      [Symbol.dispose]() {
        writeFileSync(join(group, 'blkio.throttle.write_iops_device'), `${diskOf(directory)} 0`)
        writeFileSync(join(home, 'cgroup.procs'), String(pid))
        rmdirSync(group)
      },
    }
  } catch {
    return undefined
  }
}

/** The group that a process is in now. */
function homeOf(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n')
  return lines.map((line) => line.split(':')).find(([, name]) => name === 'blkio')?.[2] ?? ''
}

/** Major and minor number of the disk below a directory's file system: limits are per disk. */
function diskOf(directory: string): string {
  const { dev } = statSync(directory)
  const major = (dev >> 8) & 0xfff
  const minor = (dev & 0xff) | ((dev >> 12) & 0xfff00)
  const place = realpathSync(`/sys/dev/block/${major}:${minor}`)
  const isPartition = existsSync(join(place, 'partition'))
  return readFileSync(join(place, isPartition ? '../dev' : 'dev'), 'utf8').trim()
}
