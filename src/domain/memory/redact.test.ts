import { describe, expect, test } from 'vitest'
import { archived, facts, now, seq } from '../../../test/support/facts.ts'
import { DomainError } from '../errors.ts'
import { parsePath } from './path.ts'
import { decideRedact, refuseRepeating } from './redact.ts'

const superseded = { seq: 12, redactedAt: undefined, isHead: false }

test('[R-8.5-1] redacting a superseded version is one change of the store', () => {
  expect(decideRedact({ ...facts(), version: superseded })).toEqual({
    kind: 'changed',
    versionSeq: 12,
    seq,
    at: now,
  })
})

test('[R-8.5-2] the head of a live memory is refused', () => {
  const decision = decideRedact({ ...facts(), version: { ...superseded, isHead: true } })
  expect(decision).toMatchObject({ kind: 'refused', problem: { code: 'head_version' } })
})

test('[R-8.5-4] redacting again changes nothing', () => {
  const version = { ...superseded, redactedAt: 4_000 }
  expect(decideRedact({ ...facts(), version })).toEqual({ kind: 'unchanged' })
})

test('[R-6.6-2] an archived and full store redacts too', () => {
  const given = facts({ store: archived, limits: { storeVersionsMax: 1 } })
  expect(decideRedact({ ...given, version: superseded }).kind).toBe('changed')
})

test('[R-8.3-1] an unknown version is not found', () => {
  const decision = decideRedact({ ...facts(), version: undefined })
  expect(decision).toMatchObject({ kind: 'refused', problem: { code: 'not_found' } })
})

describe('a reason', () => {
  const version = {
    path: parsePath('/people/zoë.md'),
    content: '# Keys\n\n  sk-example-0a1b\r\nid\nZoë Öztürk\n',
  }
  const isTaken = (reason: string, of = version) => {
    try {
      refuseRepeating(reason, of)
      return true
    } catch (error) {
      expect(error).toBeInstanceOf(DomainError)
      expect(error).toMatchObject({ problem: { code: 'invalid', field: 'reason' } })
      return false
    }
  }

  test.each([
    'it was at /people/zoë.md',
    'IT WAS AT /PEOPLE/ZOE\u0308.MD',
    'sk-example-0a1b leaked',
    'about ZOË ÖZTÜRK',
    'about Zoe\u0308 O\u0308ztu\u0308rk',
    '# keys',
    'id',
  ])('does not repeat path or text: %j', (reason) => {
    expect(isTaken(reason)).toBe(false)
  })

  test.each(['ticket 4711', 'a key leaked', 'by id', '/people/zoë', '/people/zoë.mdx'])(
    'may say %j',
    (reason) => {
      expect(isTaken(reason)).toBe(true)
    },
  )

  test('of a line that is shorter than six characters may have it', () => {
    const of = (content: string) => ({ ...version, content })
    expect(isTaken('the words, once', of('words\nmore'))).toBe(true)
    expect(isTaken('the wordss, once', of('wordss\nmore'))).toBe(false)
    expect(isTaken('words', of('words'))).toBe(false)
  })

  test('of a version without path and text may say anything', () => {
    expect(() => refuseRepeating('ticket', { path: undefined, content: undefined })).not.toThrow()
    expect(() => refuseRepeating('ticket', { path: undefined, content: '' })).not.toThrow()
  })
})
