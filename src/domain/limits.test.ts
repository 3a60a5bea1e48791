import { expect, test } from 'vitest'
import { DomainError, invalid, notFound } from './errors.ts'
import { defaultLimits, defaultRetention } from './limits.ts'

test('[R-10-1, R-10-2, R-10-3, R-10-4] the limits of a new installation', () => {
  expect(defaultLimits).toEqual({
    storeMemoriesMax: 2_000,
    storeBytesMax: 104_857_600,
    storeVersionsMax: 250_000,
    workspaceStoresMax: 1_000,
  })
})

test('[R-8.6-1] the retention of a new installation: 30 days, and the newest ten', () => {
  expect(defaultRetention).toEqual({ keepMs: 2_592_000_000, recentVersions: 10 })
})

test('an error is its problem: code and data, with the message of the problem', () => {
  const cause = new Error('disk')
  const error = new DomainError({ code: 'unavailable', message: 'stopping' }, { cause })
  expect(error).toMatchObject({ code: 'unavailable', message: 'stopping', cause })
  expect(invalid('path', 'must be a string').problem).toEqual({
    code: 'invalid',
    field: 'path',
    message: 'path: must be a string',
  })
  expect(notFound('memory').problem).toEqual({ code: 'not_found', message: 'memory not found' })
})
