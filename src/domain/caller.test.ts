import { expect, test } from 'vitest'
import {
  permit,
  permitOperator,
  permitStore,
  provenance,
  type Caller,
  type Role,
} from './caller.ts'
import { DomainError, type ErrorCode } from './errors.ts'
import { makeRequestId, makeStoreId, makeWorkspaceId, type StoreId } from './ids.ts'

const store = makeStoreId(1)
const other = makeStoreId(1)

function caller(role: Role, stores?: Caller['stores']): Caller {
  const base = { workspaceId: makeWorkspaceId(1), actor: 'apikey_1', role, door: 'http' } as const
  const requestId = makeRequestId(1)
  return stores === undefined ? { ...base, requestId } : { ...base, requestId, stores }
}

function refusal(run: () => void): ErrorCode | 'allowed' {
  try {
    run()
    return 'allowed'
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

test.each([
  ['read_only', 'allowed', 'forbidden', 'forbidden'],
  ['read_write', 'allowed', 'allowed', 'forbidden'],
  ['admin', 'allowed', 'allowed', 'allowed'],
] as const)('[R-2.5-6] a %s key: read %s, write %s, admin %s', (role, read, write, admin) => {
  for (const check of [permit, (who: Caller, needs: 'read') => permitStore(who, store, needs)]) {
    expect(refusal(() => check(caller(role), 'read'))).toBe(read)
    expect(refusal(() => check(caller(role), 'write' as 'read'))).toBe(write)
    expect(refusal(() => check(caller(role), 'admin' as 'read'))).toBe(admin)
  }
})

test('a session reaches the stores attached to it, with the attached access and no more', () => {
  const stores = new Map<StoreId, 'read_only' | 'read_write'>([[store, 'read_only']])
  const reader = caller('read_write', stores)
  expect(refusal(() => permitStore(reader, store, 'read'))).toBe('allowed')
  expect(refusal(() => permitStore(reader, store, 'write'))).toBe('forbidden')
  expect(refusal(() => permitStore(reader, store, 'admin'))).toBe('forbidden')
  expect(refusal(() => permitStore(reader, other, 'read'))).toBe('not_found')

  const writer = caller('admin', new Map([[store, 'read_write']]))
  expect(refusal(() => permitStore(writer, store, 'write'))).toBe('allowed')
  expect(refusal(() => permitStore(writer, store, 'admin'))).toBe('forbidden')
  expect(refusal(() => permitStore(writer, other, 'write'))).toBe('not_found')
})

test('a session changes no store itself and makes none, whatever its role', () => {
  const session = caller('admin', new Map([[store, 'read_write']]))
  expect(refusal(() => permit(session, 'read'))).toBe('allowed')
  expect(refusal(() => permit(session, 'write'))).toBe('forbidden')
  expect(refusal(() => permit(session, 'admin'))).toBe('forbidden')
})

test('the whole installation is managed by admin keys of its first workspace only', () => {
  expect(refusal(() => permitOperator({ ...caller('admin'), isOperator: true }))).toBe('allowed')
  expect(refusal(() => permitOperator(caller('admin')))).toBe('forbidden')
  expect(refusal(() => permitOperator({ ...caller('read_write'), isOperator: true }))).toBe(
    'forbidden',
  )
})

test('a change remembers who, through which door, in which request, and no role', () => {
  const who = caller('admin')
  expect(provenance(who)).toEqual({ actor: 'apikey_1', door: 'http', requestId: who.requestId })
})
