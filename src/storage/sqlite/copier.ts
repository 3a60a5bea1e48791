// A copy of the database while it serves, on a thread of its own: one committed state, read by a
// connection of its own, so that no write waits for it and none makes it begin again.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  createReadStream,
  fdatasyncSync,
  fsyncSync,
  linkSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { workerData, type MessagePort } from 'node:worker_threads'
import { DomainError, type Problem } from '../../domain/errors.ts'
import type { BackupStep } from '../../domain/guard/steps.ts'
import { openReader } from './connection.ts'
import { partialOf } from './copy-gate.ts'
import { stayUntilEnded, type FromTask } from './task-thread.ts'

export interface CopierData {
  readonly file: string
  readonly target: string
  readonly port: MessagePort
}

const { file, target, port } = workerData as CopierData
const partial = partialOf(target)
/** Pages of 4 KB copied at once, and how often they are made durable: no fsync is a long one. */
const pagesAtOnce = 512
const durableEveryBytes = 32 * 1_048_576

function send(message: FromTask<BackupStep>): void {
  port.postMessage(message)
}

async function copy(): Promise<void> {
  rmSync(partial, { force: true })
  const descriptor = openSync(partial, 'wx', 0o600)
  try {
    await copyPages(descriptor)
    settle()
    const bytes = statSync(partial).size
    send({ type: 'step', step: { type: 'checking', bytes } })
    check()
    fsyncSync(descriptor)
    const sha256 = await hashOf(partial)
    giveName()
    send({ type: 'step', step: { type: 'done', file: target, bytes, sha256 } })
  } finally {
    closeSync(descriptor)
  }
}

async function copyPages(descriptor: number): Promise<void> {
  const source = openReader(file)
  let durable = 0
  try {
    // A state that is held: otherwise every write by others would make the copy begin again.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    const pageBytes = Number(source.prepare('PRAGMA page_size').get()?.['page_size'])
    await backup(source, partial, {
      rate: pagesAtOnce,
      progress: ({ totalPages, remainingPages }) => {
        const bytes = (totalPages - remainingPages) * pageBytes
        if (bytes - durable >= durableEveryBytes) {
          fdatasyncSync(descriptor)
          durable = bytes
        }
        const bytesTotal = totalPages * pageBytes
        send({ type: 'step', step: { type: 'progress', bytes, bytesTotal } })
      },
    })
    source.exec('COMMIT')
  } finally {
    source.close()
  }
}

/** One file, which can be read without others beside it. */
function settle(): void {
  const db = new DatabaseSync(partial)
  try {
    db.exec('PRAGMA journal_mode = DELETE')
  } finally {
    db.close()
  }
  chmodSync(partial, 0o600)
}

function check(): void {
  const db = new DatabaseSync(partial, { readOnly: true })
  try {
    const [verdict] = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})
    if (verdict === 'ok') return
    const message = `the copy is damaged (${String(verdict)}); run \`palimpsest verify\` on the original`
    throw new DomainError({ code: 'unavailable', message })
  } finally {
    db.close()
  }
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) {
    digest.update(chunk as Buffer)
  }
  return digest.digest('hex')
}

/** A link fails where the name is taken; renaming would replace. */
function giveName(): void {
  linkSync(partial, target)
  rmSync(partial)
  const directory = openSync(dirname(target), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

const refusals: Readonly<Record<string, string>> = {
  EEXIST: 'is there already: a backup replaces nothing',
  ENOENT: 'must be in a directory that is there',
  ENOTDIR: 'must be in a directory',
  EACCES: 'may not be written by the user of the server',
  EPERM: 'may not be written, or its file system has no hard links',
  EROFS: 'is on a file system that is read-only',
}

function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return error.problem
  const { code = '', errcode = 0, message } = error as Error & { code?: string; errcode?: number }
  const refusal = refusals[code]
  if (refusal !== undefined) {
    return { code: 'invalid', field: 'file', message: `file: ${refusal}` }
  }
  const isFull = code === 'ENOSPC' || (errcode & 0xff) === 13
  if (isFull) return { code: 'storage_full', message: `no space is left for ${target}` }
  return { code: 'unavailable', message: `the backup failed: ${message}` }
}

stayUntilEnded(port)
try {
  await copy()
  send({ type: 'ended' })
} catch (error) {
  rmSync(partial, { force: true })
  send({ type: 'refused', problem: problemOf(error) })
}
