import { expect, test } from 'vitest'
import { DomainError } from '../errors.ts'
import { authorOf, parseClaim } from './claim.ts'

const refused = (input: unknown) => {
  try {
    parseClaim(input, 'claimed')
  } catch (error) {
    if (error instanceof DomainError) return error.message
    throw error
  }
  return undefined
}

test('a claim keeps what it knows, and drops what nobody reads', () => {
  const claim = { actor: 'sesn_1', at: 1, seq: 2, door: 'x', origin: { storeId: 's' } }
  expect(parseClaim({ ...claim, other: 1, requestId: null }, 'claimed')).toEqual(claim)
  expect(parseClaim({}, 'claimed')).toEqual({})
})

test('a claim is refused with the name of the field', () => {
  expect(refused(7)).toMatch(/^claimed: /)
  expect(refused([])).toMatch(/^claimed: /)
  expect(refused({ actor: '' })).toMatch(/^claimed\.actor: /)
  expect(refused({ actor: 'x'.repeat(256) })).toMatch(/^claimed\.actor: /)
  expect(refused({ actor: 'x'.repeat(255) })).toBeUndefined()
  expect(refused({ door: 'a\nb' })).toMatch(/^claimed\.door: /)
  expect(refused({ storeId: '\ud800' })).toMatch(/^claimed\.storeId: /)
  expect(refused({ at: 1.5 })).toMatch(/^claimed\.at: /)
  expect(refused({ at: Number.NaN })).toMatch(/^claimed\.at: /)
  expect(refused({ at: 8_640_000_000_000_000 })).toBeUndefined()
  expect(refused({ at: 8_640_000_000_000_001 })).toMatch(/^claimed\.at: /)
  expect(refused({ origin: { seq: '1' } })).toMatch(/^claimed\.origin\.seq: /)
})

test('the author is the first that anybody claims', () => {
  const seen = { actor: 'apikey_1', at: 9 }
  expect(authorOf(seen)).toEqual(seen)
  expect(authorOf({ ...seen, claimed: { actor: 'a', at: 5 } })).toEqual({ actor: 'a', at: 5 })
  expect(authorOf({ ...seen, claimed: { at: 5 } })).toEqual({ actor: undefined, at: 5 })
  const twice = { actor: 'b', at: 6, origin: { actor: 'a', at: 5 } }
  expect(authorOf({ ...seen, claimed: twice })).toEqual({ actor: 'a', at: 5 })
  const timeless = { actor: 'b', at: 6, origin: { actor: 'a' } }
  expect(authorOf({ ...seen, claimed: timeless })).toEqual({ actor: 'a', at: 6 })
})
