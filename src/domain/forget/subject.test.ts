import { describe, expect, test } from 'vitest'
import { DomainError } from '../errors.ts'
import { parseReasonToForget, parseSubject, sealOf, type RawSubject } from './subject.ts'

const fieldOf = (check: () => unknown): string => {
  try {
    check()
  } catch (error) {
    if (error instanceof DomainError && error.problem.code === 'invalid') {
      return error.problem.field ?? ''
    }
    throw error
  }
  return 'nothing'
}

describe('a subject', () => {
  test.each<[string, RawSubject]>([
    ['subject', {}],
    ['subject', { metadata: null, text: null }],
    ['subject.text', { text: [] }],
    ['subject.text', { text: 'Ada' }],
    ['subject.text', { text: ['a'] }],
    ['subject.text', { text: ['  a  '] }],
    ['subject.text', { text: ['x'.repeat(1_001)] }],
    ['subject.text', { text: ['redact'] }],
    ['subject.text', { text: ['\ud800x'] }],
    ['subject.text', { text: Array.from({ length: 51 }, (_, index) => `text ${index}`) }],
    ['subject.path', { path: 'a' }],
    ['subject.path_prefix', { pathPrefix: '/a' }],
    ['subject.metadata', { metadata: {} }],
    ['subject.memory_store_ids', { storeIds: ['notes'] }],
    ['subject.memory_store_ids', { storeIds: [] }],
    ['subject.case_sensitive', { text: ['Ada'], caseSensitive: 'yes' }],
    ['subject.whole_words', { text: ['Ada'], wholeWords: 1 }],
  ])('is refused for its %s: %j', (field, raw) => {
    expect(fieldOf(() => parseSubject(raw))).toBe(field)
  })

  test.each<RawSubject>([
    { text: ['Li'] },
    { text: ['x'.repeat(1_000)] },
    { path: '/a' },
    { pathPrefix: '/' },
    { metadata: { user: '42' } },
  ])('is taken: %j', (raw) => {
    expect(() => parseSubject(raw)).not.toThrow()
  })

  test('has one seal however it is spelled, and another under another key', () => {
    const one = parseSubject({ text: ['Zoe\u0308', 'Ada'], metadata: { a: '1', b: '2' } })
    const same = parseSubject({ metadata: { b: '2', a: '1' }, text: ['Ada', 'Zoë', 'Ada'] })
    const key = Buffer.alloc(32, 1)
    expect(sealOf(one, key)).toBe(sealOf(same, key))
    expect(sealOf(one, key)).not.toBe(sealOf(one, Buffer.alloc(32, 2)))
    expect(sealOf(one, key)).toMatch(/^hmac-sha256:[0-9a-f]{64}$/)
  })

  test('does not come into the receipt by way of the reason', () => {
    const subject = parseSubject({ text: ['Ada Example'], metadata: { user: 'u-42' } })
    expect(parseReasonToForget('ticket 4711', subject)).toBe('ticket 4711')
    expect(fieldOf(() => parseReasonToForget('asked by ada example', subject))).toBe('reason')
    expect(fieldOf(() => parseReasonToForget('user U-42', subject))).toBe('reason')
    expect(fieldOf(() => parseReasonToForget('x'.repeat(201), subject))).toBe('reason')
    expect(fieldOf(() => parseReasonToForget('two\nlines', subject))).toBe('reason')
  })
})
