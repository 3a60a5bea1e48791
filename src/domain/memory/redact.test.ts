import { expect, test } from 'vitest'
import { archived, facts, now, seq } from '../../../test/support/facts.ts'
import { decideRedact } from './redact.ts'

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
