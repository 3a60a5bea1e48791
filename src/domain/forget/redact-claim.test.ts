import { expect, test } from 'vitest'
import { parseClaim } from '../memory/claim.ts'
import { redactClaim } from './redact-claim.ts'
import { Matcher } from './words.ts'

const matcher = (...texts: string[]) =>
  new Matcher({ texts, isCaseSensitive: false, isWholeWord: false })

test('a claim loses the text and keeps its shape, in its origin too', () => {
  const claim = {
    storeId: 'memstore_011CZkZaBF1tNoB5wlCeusgx',
    seq: 7,
    actor: 'Ada Example <ada@example.com>',
    door: 'ada’s script',
    at: 5,
    origin: { actor: 'ADA EXAMPLE', seq: 3, at: -1 },
  }
  expect(redactClaim(claim, matcher('Ada Example', 'ada@'))).toEqual({
    ...claim,
    actor: '[redacted] <[redacted]example.com>',
    origin: { actor: '[redacted]', seq: 3, at: -1 },
  })
  expect(redactClaim({ actor: 'Bob' }, matcher('Ada'))).toEqual({ actor: 'Bob' })
})

test.each([
  'memstore_011CZkZaBF1tNoB5wlCadagx',
  '5ada0c1d2b3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a',
  '0f6aADA1-2b4e-4f60-8a7b-0c1d2e3f4a5b',
])('%s is an id, and ids are no text', (id) => {
  const claim = { storeId: id, memoryId: id, versionId: id, requestId: id, origin: { storeId: id } }
  expect(redactClaim(claim, matcher('ada'))).toEqual(claim)
})

test('what stands in the place of an id and is none is text', () => {
  const claim = { storeId: 'notes of Ada', requestId: 'ada@example.com', versionId: 'memver_ada' }
  expect(redactClaim(claim, matcher('ada'))).toEqual({
    storeId: 'notes of [redacted]',
    requestId: '[redacted]@example.com',
    versionId: 'memver_[redacted]',
  })
})

test('a text that would grow over the limit of a claim goes as a whole', () => {
  const redacted = redactClaim({ actor: 'ab'.repeat(120), door: 'ab-ab' }, matcher('ab'))
  expect(redacted).toEqual({ actor: '[redacted]', door: '[redacted]-[redacted]' })
  expect(parseClaim(redacted, 'claimed')).toEqual(redacted)
})
