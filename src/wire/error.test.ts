import { expect, test } from 'vitest'
import type { Problem } from '../domain/errors.ts'
import { decodeError, encodeError, translations } from './error.ts'

const message = 'what happened'

/** Literal on purpose: a change of a status or a word is a change of the contract. */
const table: [Problem, number, Record<string, unknown>, Record<string, string>][] = [
  [{ code: 'invalid', message }, 400, { type: 'invalid_request_error' }, {}],
  [
    { code: 'archived', message },
    400,
    { type: 'invalid_request_error', details: { error_code: 'memory_store_archived' } },
    {},
  ],
  [
    { code: 'head_version', message },
    400,
    { type: 'invalid_request_error', details: { error_code: 'memory_version_is_head' } },
    {},
  ],
  [
    { code: 'limit', message, limit: 'memory_store_full' },
    400,
    { type: 'invalid_request_error', details: { error_code: 'memory_store_full' } },
    {},
  ],
  [{ code: 'unauthenticated', message }, 401, { type: 'authentication_error' }, {}],
  [{ code: 'forbidden', message }, 403, { type: 'permission_error' }, {}],
  [{ code: 'not_found', message }, 404, { type: 'not_found_error' }, {}],
  [
    { code: 'precondition_failed', message },
    409,
    { type: 'memory_precondition_failed_error' },
    { 'x-should-retry': 'false' },
  ],
  [
    { code: 'path_conflict', message, conflictingMemoryId: 'mem_1', conflictingPath: '/a' },
    409,
    {
      type: 'memory_path_conflict_error',
      conflicting_memory_id: 'mem_1',
      conflicting_path: '/a',
    },
    { 'x-should-retry': 'false' },
  ],
  [
    { code: 'path_conflict', message, conflictingMemoryId: '', conflictingPath: '/a' },
    409,
    { type: 'memory_path_conflict_error', conflicting_memory_id: '', conflicting_path: '/a' },
    { 'x-should-retry': 'true' },
  ],
  [{ code: 'conflict', message }, 409, { type: 'conflict_error' }, { 'x-should-retry': 'true' }],
  [
    { code: 'stale_version', message },
    409,
    { type: 'conflict_error', details: { error_code: 'stale_version' } },
    { 'x-should-retry': 'false' },
  ],
  [
    { code: 'busy', message },
    409,
    { type: 'conflict_error', details: { error_code: 'busy' } },
    { 'x-should-retry': 'false' },
  ],
  [
    {
      code: 'heartbeat_mismatch',
      message,
      current: { state: 'active', lastHeartbeat: 1_795_161_600_000_003, ttlSeconds: 20 },
    },
    412,
    {
      type: 'invalid_request_error',
      details: {
        error_code: 'heartbeat_precondition_failed',
        error_visibility: 'user_facing',
        current_state: {
          type: 'work_heartbeat',
          state: 'active',
          last_heartbeat: '2026-11-20T08:00:00.000003Z',
          lease_extended: false,
          ttl_seconds: 20,
        },
      },
    },
    { 'x-should-retry': 'false' },
  ],
  [{ code: 'too_large', message }, 413, { type: 'request_too_large' }, {}],
  [
    { code: 'rate_limited', message, retryAfterSeconds: 2.1 },
    429,
    { type: 'rate_limit_error' },
    { 'retry-after': '3' },
  ],
  [
    { code: 'storage_full', message },
    500,
    { type: 'api_error', details: { error_code: 'storage_full' } },
    { 'x-should-retry': 'false' },
  ],
  [
    { code: 'unavailable', message },
    529,
    { type: 'overloaded_error', details: { error_code: 'unavailable' } },
    { 'x-should-retry': 'true', 'retry-after': '1' },
  ],
]

test.each(table)('[R-3.1-1] [R-3.2-1] %j', (problem, status, error, headers) => {
  expect(encodeError(problem, 'req_1')).toEqual({
    status,
    headers,
    body: { type: 'error', error: { ...error, message }, request_id: 'req_1' },
  })
})

test('[R-2.7-1] every 409 says whether to retry, so that clients do not send it three times', () => {
  const conflicts = table.filter(([, status]) => status === 409)
  expect(conflicts).toHaveLength(6)
  for (const [, , , headers] of conflicts) expect(headers['x-should-retry']).toBeDefined()
})

test('[R-3.3-1] a path conflict has its keys in the error itself', () => {
  const conflict = table.find(([{ code }]) => code === 'path_conflict')
  expect(conflict?.[2]).not.toHaveProperty('details')
})

test('[R-3.4-1] each limit is told apart by its code', () => {
  for (const limit of [
    'memory_store_full',
    'memory_store_bytes_exceeded',
    'memory_versions_exceeded',
    'memory_stores_exceeded',
  ] as const) {
    const { status, body } = encodeError({ code: 'limit', message, limit }, 'req_1')
    expect(status).toBe(400)
    expect(body.error.details).toEqual({ error_code: limit })
  }
})

test('an internal error tells nothing of what broke', () => {
  const broken: Problem = { code: 'internal', message: 'SELECT * FROM /data/palimpsest.db' }
  const { status, body } = encodeError(broken, 'req_1')
  expect(status).toBe(500)
  expect(body.error).toEqual({ type: 'api_error', message: 'internal error' })
})

test('the table has every code', () => {
  const seen = new Set(table.map(([{ code }]) => code))
  expect([...seen, 'internal'].toSorted()).toEqual(Object.keys(translations).toSorted())
})

test('a client reads back the problem that the server had', () => {
  for (const [problem, status] of table) {
    const { body, headers } = encodeError(problem, 'req_1')
    const read = decodeError(status, JSON.parse(JSON.stringify(body)), headers['retry-after'])
    const rounded = problem.code === 'rate_limited' ? { ...problem, retryAfterSeconds: 3 } : problem
    expect(read).toEqual(rounded)
  }
})

test.each([
  [401, undefined, 'unauthenticated'],
  [404, '<html>', 'not_found'],
  [413, null, 'too_large'],
  [418, {}, 'invalid'],
  [429, {}, 'rate_limited'],
  [502, '<html>bad gateway</html>', 'unavailable'],
  [500, { error: { type: 'new_error_type', message: 'm' } }, 'internal'],
  [400, { error: { type: 'new_error_type', message: 'm' } }, 'invalid'],
])('an answer of %d with %j, which is not ours, is %s', (status, json, code) => {
  expect(decodeError(status, json).code).toBe(code)
})
