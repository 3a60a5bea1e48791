// What a number was measured on: without it no other number can be compared.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { DatabaseSync } from 'node:sqlite'

export interface Machine {
  readonly processors: string
  readonly memoryGb: number
  readonly kernel: string
  readonly fileSystem: string
  readonly node: string
  readonly sqlite: string
  readonly commit: string
}

/** @param directory where data is written: its file system is the one that counts */
export function machine(directory: string): Machine {
  const all = cpus()
  const db = new DatabaseSync(':memory:')
  const sqlite = String(db.prepare('SELECT sqlite_version() AS version').get()?.['version'])
  db.close()
  return {
    processors: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    fileSystem: fileSystemOf(directory),
    node: process.version,
    sqlite,
    commit: commit(),
  }
}

/** Type and options of the mount that holds a directory. */
function fileSystemOf(directory: string): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(
      ([, point = '']) => directory === point || directory.startsWith(point.replace(/\/?$/, '/')),
    )
    .sort(([, a = ''], [, b = '']) => b.length - a.length)
  const [, , type = 'unknown', options = ''] = mounts[0] ?? []
  return `${type} (${options})`
}

function commit(): string {
  try {
    const run = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
    const isChanged = run('status', '--porcelain', '--', 'src') !== ''
    return `${run('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}

/** What "durable" meant while it was measured. */
export const durability = {
  sqlite:
    'journal_mode=WAL, synchronous=FULL on every connection: each commit is an fsync of the WAL',
  postgres: 'fsync=on, synchronous_commit=on',
  answer: 'a write is answered after its commit returned',
} as const
