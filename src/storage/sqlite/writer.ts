// The writer: a thread of its own, so that a slow disk never stops a read. It runs every command
// that queued while the last transaction committed inside the next one: one fsync serves them all.
import type { DatabaseSync } from 'node:sqlite'
import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { assert } from '../../domain/assert.ts'
import type { Problem } from '../../domain/errors.ts'
import type { Limits } from '../../domain/limits.ts'
import { checkpoint, openWriter, type WalState } from './connection.ts'
import { Ledger, type Work } from './ledger.ts'
import { refused, type Outcome } from './outcome.ts'
import { cleanPages } from './page-gaps.ts'

export interface WriterData {
  readonly file: string
  /** The database file, opened once for the life of the process (see `open.ts`). */
  readonly descriptor: number
  readonly limits: Limits
  readonly port: MessagePort
}

export interface Request {
  readonly id: number
  readonly work: Work
  /** Milliseconds since 1970. */
  readonly now: number
  /** Nanoseconds of the process's monotonic clock. */
  readonly queuedAt: bigint
}

export type ToWriter =
  | { readonly type: 'work'; readonly requests: readonly Request[] }
  /** Move the last few frames, so that the next commit starts the WAL from its beginning. */
  | { readonly type: 'finish_checkpoint' }
  /** Overwrite the unused middle of these pages. */
  | { readonly type: 'clean_pages'; readonly pages: readonly number[] }
  | { readonly type: 'close' }

export type FromWriter =
  | {
      readonly type: 'committed'
      readonly outcomes: readonly { readonly id: number; readonly outcome: Outcome }[]
      readonly commitSeconds: number
      readonly waitSeconds: readonly number[]
      readonly wal: WalState
    }
  | { readonly type: 'ready' }
  /** Not done while another thread's checkpoint is under way. */
  | { readonly type: 'cleaned'; readonly done: boolean }
  | { readonly type: 'closed' }

const batchCommandsMax = 256
const eraseMs = 5_000
const erasePauseMs = 5

const { file, descriptor, limits, port } = workerData as WriterData
let db: DatabaseSync = openWriter(file)
let ledger = new Ledger(db, limits)
/** Set when an fsync failed: what the disk holds is unknown until the database is opened again. */
let broken: Problem | undefined
let batchesSinceLook = 0
let wal: WalState = { busy: false, frames: 0, checkpointed: 0 }

port.on('message', (message: ToWriter) => {
  const requests: Request[] = []
  for (let next: ToWriter | undefined = message; next !== undefined; next = take()) {
    if (next.type === 'work') requests.push(...next.requests)
    if (requests.length >= batchCommandsMax || next.type !== 'work') {
      if (requests.length > 0) commit(requests.splice(0))
      if (next.type !== 'work') control(next)
    }
  }
  if (requests.length > 0) commit(requests)
})
send({ type: 'ready' })

function take(): ToWriter | undefined {
  return receiveMessageOnPort(port)?.message as ToWriter | undefined
}

function send(message: FromWriter): void {
  port.postMessage(message)
}

function control(message: Exclude<ToWriter, { type: 'work' }>): void {
  switch (message.type) {
    case 'finish_checkpoint':
      wal = checkpoint(db, 'PASSIVE')
      return
    case 'clean_pages':
      return send({ type: 'cleaned', done: clean(message.pages) })
    case 'close':
      checkpoint(db, 'TRUNCATE')
      db.close()
      return send({ type: 'closed' })
  }
}

/**
 * The cache still has what is overwritten, and would write it again: it goes with the connection.
 */
function clean(pages: readonly number[]): boolean {
  wal = checkpoint(db, 'TRUNCATE')
  if (wal.busy) return false
  db.close()
  try {
    cleanPages(descriptor, pages)
  } finally {
    db = openWriter(file)
    ledger = new Ledger(db, limits)
  }
  return true
}

function commit(requests: readonly Request[]): void {
  const startedAt = process.hrtime.bigint()
  const outcomes = runTogether(requests)
  const commitSeconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  lookAtWal()
  send({
    type: 'committed',
    outcomes: requests.map(({ id }, index) => ({ id, outcome: outcomes[index] ?? lost })),
    commitSeconds,
    waitSeconds: requests.map(({ queuedAt }) => Number(startedAt - queuedAt) / 1e9),
    wal,
  })
}

const lost: Outcome = refused({ code: 'internal', message: 'the command has no outcome' })

/** How far the WAL has grown costs a look; every few batches is often enough. */
function lookAtWal(): void {
  batchesSinceLook += 1
  if (batchesSinceLook < 8) return
  batchesSinceLook = 0
  wal = checkpoint(db, 'NOOP')
}

function runTogether(requests: readonly Request[]): Outcome[] {
  if (broken) return requests.map(() => refused(broken ?? storageProblem('unavailable')))
  try {
    const outcomes = transact(requests)
    return requests.some(isRedaction) ? destroyErased(outcomes, requests) : outcomes
  } catch (error) {
    rollBack()
    const problem = problemOf(error)
    if (problem === undefined && requests.length > 1) {
      // A fault in one command must not fail the others that shared its transaction.
      return requests.flatMap((request) => runTogether([request]))
    }
    return requests.map(() => refused(problem ?? faultOf(error)))
  }
}

function transact(requests: readonly Request[]): Outcome[] {
  db.exec('BEGIN IMMEDIATE')
  const outcomes = requests.map(({ work, now }) => ledger.run(work, now))
  db.exec('COMMIT')
  return outcomes
}

function rollBack(): void {
  if (!db.isTransaction) return
  db.exec('ROLLBACK')
  assert(!db.isTransaction, 'a failed transaction must be rolled back')
}

function isRedaction({ work }: Request): boolean {
  if (work.type === 'redact_version') return !work.isDestroyedLater
  return work.type === 'destroy_erased'
}

/** Redaction answers only when the bytes are gone from the WAL too. */
function destroyErased(outcomes: Outcome[], requests: readonly Request[]): Outcome[] {
  const until = performance.now() + eraseMs
  while (performance.now() < until) {
    wal = checkpoint(db, 'TRUNCATE')
    if (!wal.busy) return outcomes
    // Another thread's checkpoint is under way: SQLite does not wait for it.
    pause(erasePauseMs)
  }
  const problem = {
    code: 'unavailable',
    message: 'it is erased, but its bytes could not be destroyed on disk yet; try again',
  } as const
  return outcomes.map((outcome, index) =>
    requests[index] && isRedaction(requests[index]) ? refused(problem) : outcome,
  )
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

const sqliteReadOnly = 8
const sqliteIoError = 10
const sqliteFull = 13
const sqliteCannotOpen = 14
const sqliteIoErrorFsync = sqliteIoError | (4 << 8)
const sqliteIoErrorDirFsync = sqliteIoError | (5 << 8)

/** What the disk's failure means to callers; undefined when the disk did not fail. */
function problemOf(error: unknown): Problem | undefined {
  const code = (error as { errcode?: number }).errcode ?? 0
  if (code === sqliteIoErrorFsync || code === sqliteIoErrorDirFsync) {
    broken = storageProblem('unavailable')
    return broken
  }
  const primary = code & 0xff
  const isDisk = [sqliteReadOnly, sqliteIoError, sqliteFull, sqliteCannotOpen].includes(primary)
  return isDisk ? storageProblem('storage_full') : undefined
}

function storageProblem(code: 'storage_full' | 'unavailable'): Problem {
  return code === 'storage_full'
    ? { code, message: 'the disk is full or read-only: nothing was stored' }
    : { code, message: 'the disk failed to make a write durable: restart the server' }
}

function faultOf(error: unknown): Problem {
  console.error('palimpsest: a command failed in the writer', error)
  return { code: 'internal', message: 'the command failed in the storage' }
}
