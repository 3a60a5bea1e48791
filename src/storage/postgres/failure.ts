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
  if (!/^[0-9A-Z]{5}$/.test(state)) {
    const message =
      during === 'commit'
        ? 'the connection to the database was lost while committing: the write may or may not be stored'
        : `the database cannot be reached (${textOf(error)})`
    return { code: 'unavailable', message }
  }
  return { code: 'internal', message: `the database refused a statement (${textOf(error)})` }
}

/** Connection lost, out of resources, stopping or starting, cancelled, or a standby that only reads. */
function isUnavailable(state: string): boolean {
  return /^(?:08|53|57)/.test(state) || state === '25006'
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
