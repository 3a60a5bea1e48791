// A check of everything, on a thread of its own with a connection that only reads: neither the
// writer nor a read waits for it.
import { DatabaseSync } from 'node:sqlite'
import { workerData, type MessagePort } from 'node:worker_threads'
import type { Report } from '../../domain/guard/check-store.ts'
import type { VerifyStep } from '../../domain/guard/steps.ts'
import { verify, type VerifyEngine } from '../guard/verify.ts'
import { openReader } from './connection.ts'
import { readAsNewest } from './migrate.ts'
import { runScript } from './run-script.ts'
import { Statements } from './statement.ts'
import { stayUntilEnded, type FromTask } from './task-thread.ts'
import { ReferredContents, sqliteDialect } from './verify-dialect.ts'

export interface VerifierData {
  readonly file: string
  /** Whether it is a copy that nobody writes, which is then checked as a file as well. */
  readonly isCopy: boolean
  readonly port: MessagePort
}

const { file, isCopy, port } = workerData as VerifierData
/** Steps that only tell how far it came are told this often. */
const progressMs = 100

function send(message: FromTask<VerifyStep>): void {
  port.postMessage(message)
}

function openEngine(): VerifyEngine {
  const db = isCopy ? new DatabaseSync(file, { readOnly: true }) : openReader(file)
  if (isCopy) readAsNewest(db)
  const statements = new Statements(db)
  const newestCid = newestContent(statements)
  const referred = new ReferredContents(newestCid)
  return {
    dialect: sqliteDialect(referred),
    read: async (script) => statements.snapshot(() => runScript(statements, script)),
    damageOf,
    self: (report) => checkPages(statements, report('palimpsest.db')),
    finish: (report) => checkOrphans(statements, { referred, newestCid }, report('palimpsest.db')),
  }
}

const corrupt = 11
const notADatabase = 26

const primaryCode = (error: unknown) => ((error as { errcode?: number }).errcode ?? 0) & 0xff

function damageOf(error: unknown): string | undefined {
  const isDamage = [corrupt, notADatabase].includes(primaryCode(error))
  return isDamage ? (error as Error).message : undefined
}

/** Of a damaged database none: the check itself says what is damaged. */
function newestContent(statements: Statements): number {
  try {
    const sql = 'SELECT max(cid) AS cid FROM contents'
    return statements.get<{ cid: number | null }>(sql)?.cid ?? 0
  } catch (error) {
    if (primaryCode(error) !== corrupt) throw error
    return 0
  }
}

/** A table and its indexes at a time: a check of the whole file would hold one state too long. */
async function* checkPages(statements: Statements, report: Report): AsyncGenerator<void> {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
  const tables = statements.all<{ name: string }>(sql).map(({ name }) => name)
  for (const table of isCopy ? [undefined] : tables) {
    const of = table === undefined ? '' : `('${table}')`
    for (const row of statements.all<object>(`PRAGMA integrity_check${of}`)) {
      const [message] = Object.values(row) as [unknown]
      if (message !== 'ok') report('database', table ?? '', String(message))
    }
    yield
  }
}

const orphansMax = 1_000
const contentsSql = `SELECT cid, length(body) AS bytes FROM contents
  WHERE cid > ? AND cid <= ? ORDER BY cid LIMIT ${orphansMax}`
const deletedSql = `SELECT 1 AS is_there FROM changes c JOIN stores s ON s.sid = c.sid
  WHERE s.deleted_at IS NOT NULL LIMIT 1`

/** Content without a version is what an erasure left; deleted stores have it too for a while. */
function checkOrphans(
  statements: Statements,
  { referred, newestCid }: { readonly referred: ReferredContents; readonly newestCid: number },
  report: Report,
): void {
  if (statements.get(deletedSql) !== undefined) return
  for (let after = 0; ;) {
    const rows = statements.all<{ cid: number; bytes: number }>(contentsSql, after, newestCid)
    for (const { cid, bytes } of rows) {
      if (bytes === 0 || referred.has(cid)) continue
      if (isReferredNow(statements, cid)) continue
      report('database', `content ${cid}`, 'belongs to no version')
    }
    after = rows.at(-1)?.cid ?? after
    if (rows.length < orphansMax) return
  }
}

/** A store made while the check ran was not among those it looked at. */
function isReferredNow(statements: Statements, cid: number): boolean {
  return statements.get('SELECT 1 AS is_there FROM changes WHERE cid = ?', cid) !== undefined
}

stayUntilEnded(port)
try {
  let toldAt = 0
  for await (const step of verify(openEngine(), new AbortController().signal)) {
    if (step.type === 'progress' && performance.now() - toldAt < progressMs) continue
    if (step.type === 'progress') toldAt = performance.now()
    send({ type: 'step', step })
  }
  send({ type: 'ended' })
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  send({ type: 'refused', problem: { code: 'invalid', message: `cannot be checked: ${message}` } })
}
