import { DomainError, type Problem } from '../../domain/errors.ts'

// What goes wrong between this process and PostgreSQL, as the domain says it.

const lostRaces = new Set(['23505', '40001', '40P01'])

/** Whether another writer came first: a duplicate key, a serialization failure, a deadlock. */
export function isLostRace(error: unknown): boolean {
  return lostRaces.has(stateOf(error))
}

/**
 * The domain's error for one of the driver or the database, which becomes its cause.
 * @param during `commit` when the write may have been stored although the answer was lost
 */
export function failure(error: unknown, during?: 'commit'): DomainError {
  if (error instanceof DomainError) return error
  return new DomainError(problemOf(error, during), { cause: error })
}

function problemOf(error: unknown, during: 'commit' | undefined): Problem {
  const state = stateOf(error)
  if (state === '53100') {
    return { code: 'storage_full', message: 'the disk of the database is full: nothing was stored' }
  }
  if (lostRaces.has(state)) {
    return { code: 'conflict', message: 'other writers kept coming first; try again' }
  }
  if (isUnavailable(state)) {
    return { code: 'unavailable', message: `the database does not serve now (${textOf(error)})` }
  }
  if (isUnreachable(error)) {
    return { code: 'unavailable', message: `the database cannot be reached (${textOf(error)})` }
  }
  if (isConnectionLost(error)) {
    const message =
      during === 'commit'
        ? 'the connection to the database was lost while committing: the write may or may not be stored'
        : `the connection to the database was lost (${textOf(error)})`
    return { code: 'unavailable', message }
  }
  return { code: 'internal', message: `the storage failed (${textOf(error)})` }
}

/**
 * Connection lost, out of resources, stopping or starting, cancelled, or a standby that only reads.
 */
function isUnavailable(state: string): boolean {
  return /^(?:08|53|57)/.test(state) || state === '25006'
}

const unreachable = /^E(?:CONNREFUSED|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|ACCES|NOENT)$/

/** No connection came about, so nothing was sent. */
function isUnreachable(error: unknown): boolean {
  return (
    unreachable.test(stateOf(error)) ||
    /when trying to connect|connection timeout/.test(textOf(error))
  )
}

/** Errors of sockets have names of the system's; those of the driver have only their words. */
function isConnectionLost(error: unknown): boolean {
  return (
    /^E[A-Z]{3,}$/.test(stateOf(error)) || /^Connection|not queryable|closed/.test(textOf(error))
  )
}

/** PostgreSQL's five characters, the system's name of an error, or "". */
function stateOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
