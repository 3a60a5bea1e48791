import type { Pool } from 'pg'
import { DomainError } from '../../domain/errors.ts'

interface ServerRow {
  readonly version: number
  readonly encoding: string
  readonly fsync: string
  readonly synchronous_commit: string
}

/**
 * Refuses a server on which an acknowledged write could be lost or altered.
 * @throws DomainError `unavailable` with a sentence that says what to change
 */
export async function checkServer(pool: Pool): Promise<void> {
  const result = await pool.query(`SELECT current_setting('server_version_num')::int AS version,
    current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
    current_setting('synchronous_commit') AS synchronous_commit`)
  const complaint = complaintAbout(result.rows[0] as ServerRow)
  if (complaint === undefined) return
  throw new DomainError({ code: 'unavailable', message: complaint })
}

function complaintAbout(server: ServerRow): string | undefined {
  if (server.version < 150_000) {
    const major = Math.floor(server.version / 10_000)
    return `PostgreSQL 15 or newer is needed; this server is ${major}`
  }
  if (server.encoding !== 'UTF8') {
    return `the database must have the encoding UTF8; it has ${server.encoding}: create it with ENCODING 'UTF8'`
  }
  if (server.fsync !== 'on') {
    return 'the server runs with fsync off, so that acknowledged writes can be lost: set fsync = on'
  }
  if (server.synchronous_commit === 'off') {
    return 'synchronous_commit is off here, so that acknowledged writes can be lost: set synchronous_commit = on'
  }
  return undefined
}
