import { describe, expect, test } from 'vitest'
import { DomainError, notFound } from '../../domain/errors.ts'
import { failure, isLostRace } from './failure.ts'

function failed(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}

describe('an error of the database', () => {
  const cases: [error: Error, code: string][] = [
    [failed('could not extend file', '53100'), 'storage_full'],
    [failed('duplicate key value', '23505'), 'conflict'],
    [failed('could not serialize access', '40001'), 'conflict'],
    [failed('deadlock detected', '40P01'), 'conflict'],
    [failed('terminating connection', '57P01'), 'unavailable'],
    [failed('the database system is starting up', '57P03'), 'unavailable'],
    [failed('canceling statement due to statement timeout', '57014'), 'unavailable'],
    [failed('sorry, too many clients already', '53300'), 'unavailable'],
    [failed('connection failure', '08006'), 'unavailable'],
    [failed('cannot execute INSERT in a read-only transaction', '25006'), 'unavailable'],
    [failed('connect ECONNREFUSED', 'ECONNREFUSED'), 'unavailable'],
    [failed('read ECONNRESET', 'ECONNRESET'), 'unavailable'],
    [failed('write EPIPE', 'EPIPE'), 'unavailable'],
    [failed('Connection terminated unexpectedly'), 'unavailable'],
    [failed('Connection terminated due to connection timeout'), 'unavailable'],
    [failed('timeout exceeded when trying to connect'), 'unavailable'],
    [failed('Client has encountered a connection error and is not queryable'), 'unavailable'],
    [failed('syntax error', '42601'), 'internal'],
    [failed('permission denied for table stores', '42501'), 'internal'],
    [failed('assertion failed: something should have been true'), 'internal'],
  ]
  test.each(cases)('%s is %s', (error, code) => {
    const wrapped = failure(error)
    expect(wrapped.code).toBe(code)
    expect(wrapped.cause).toBe(error)
  })

  test('of several addresses that refuse is one that cannot be reached', () => {
    const refused = Object.assign(new AggregateError([failed('connect ECONNREFUSED ::1')], ''), {
      code: 'ECONNREFUSED',
    })
    const { problem } = failure(refused)
    expect(problem.code).toBe('unavailable')
    expect(problem.message).toContain('connect ECONNREFUSED ::1')
  })

  test('while committing never says that nothing was stored, unless nothing was sent', () => {
    const lost = failure(failed('Connection terminated unexpectedly'), 'commit')
    expect(lost.message).toContain('may or may not be stored')
    const unsent = failure(failed('connect ECONNREFUSED', 'ECONNREFUSED'), 'commit')
    expect(unsent.message).not.toContain('may or may not')
  })

  test('is a lost race only when another writer came first', () => {
    expect(isLostRace(failed('', '23505'))).toBe(true)
    expect(isLostRace(failed('', '53100'))).toBe(false)
    expect(isLostRace(failed(''))).toBe(false)
    expect(isLostRace('40001')).toBe(false)
  })
})

test('an error of the domain stays as it is', () => {
  const error = notFound('memory')
  expect(failure(error)).toBe(error)
  expect(error).toBeInstanceOf(DomainError)
})
