import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DomainError } from '../../domain/errors.ts'

/**
 * The right to write one data directory: an open exclusive transaction on a lock database. The
 * operating system ends it with the process, however that dies.
 * @throws DomainError `unavailable` while another process holds it
 */
export function lockDirectory(directory: string): Disposable {
  const db = new DatabaseSync(join(directory, 'lock.db'))
  const holderFile = join(directory, 'lock.pid')
  try {
    db.exec('PRAGMA busy_timeout = 200')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    const holder = holderOf(holderFile)
    throw new DomainError(
      {
        code: 'unavailable',
        message: `the data directory ${directory} is in use by another palimpsest process${holder}: one process owns it; more than one needs PostgreSQL (--database postgres://…)`,
      },
      { cause: error },
    )
  }
  writeFileSync(holderFile, String(process.pid))
  return {
    [Symbol.dispose]() {
      rmSync(holderFile, { force: true })
      db.close()
    },
  }
}

function holderOf(file: string): string {
  try {
    return ` (pid ${readFileSync(file, 'utf8')})`
  } catch {
    return ''
  }
}
