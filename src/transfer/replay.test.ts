import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DomainError } from '../domain/errors.ts'
import type { Entry } from './entry.ts'
import { HiddenPaths, Replay, type Step } from './replay.ts'

const version = (seq: number, fields: Partial<Entry>): Entry => {
  const { content } = fields
  return {
    kind: 'created',
    seq,
    memoryId: 'mem_a',
    versionId: `memver_${seq}`,
    ...(content === undefined ? {} : { sha256: hash('sha256', content) }),
    ...fields,
  }
}

function replay(entries: readonly Entry[], limits?: ConstructorParameters<typeof Replay>[1]) {
  const hidden = new HiddenPaths()
  for (const entry of entries) hidden.see(entry)
  const made = new Replay(hidden, limits)
  const steps: Step[] = entries.flatMap((entry) => made.next([entry]))
  const operations = steps.map((step) => {
    if (step.type === 'redact') return ['redact', step.versionId]
    const { type, ...fields } = step.operation as unknown as Record<string, unknown>
    return [type, fields['at'], fields['path'], fields['content']]
  })
  return { operations, lost: made.lost, peaks: made.peaks }
}

function refusal(entries: readonly Entry[], start?: ConstructorParameters<typeof Replay>[1]) {
  try {
    replay(entries, start)
  } catch (error) {
    if (error instanceof DomainError) return error.message
    throw error
  }
  return undefined
}

describe('a history of which retention took the beginning', () => {
  test('begins with the oldest version that is left', () => {
    const { operations, lost } = replay([
      version(7, { kind: 'modified', path: '/a', content: 'two' }),
      version(9, { kind: 'modified', path: '/a', content: 'three' }),
    ])
    expect(operations).toEqual([
      ['create', undefined, '/a', 'two'],
      ['update', '/a', undefined, 'three'],
    ])
    expect(lost).toEqual([])
  })

  test('loses a deletion of which nothing else is left, and says so', () => {
    const { operations, lost } = replay([version(7, { kind: 'deleted', path: '/a' })])
    expect(operations).toEqual([])
    expect(lost).toEqual([
      { what: '/a (change 7, deleted)', reason: 'nothing is left of what was deleted' },
    ])
  })
})

describe('what was redacted', () => {
  test('is a stand-in at the path of the deletion that follows, or at one of its own', () => {
    const { operations } = replay([
      version(1, { kind: 'created' }),
      version(2, { kind: 'modified' }),
      version(3, { kind: 'deleted', path: '/was/here' }),
      { kind: 'redacted', seq: 4, versionId: 'memver_1' },
    ])
    expect(operations).toEqual([
      ['create', undefined, '/redacted-memver_1', 'redacted-memver_1'],
      ['update', '/redacted-memver_1', '/was/here', 'redacted-memver_2'],
      ['delete', '/was/here', undefined, undefined],
      ['redact', 'memver_1'],
    ])
  })
})

describe('a history is refused, naming the change,', () => {
  const a = version(1, { path: '/a', content: 'x' })
  const refused: readonly [string, readonly Entry[], RegExp][] = [
    ['whose order is none', [a, version(1, { kind: 'deleted' })], /change 1 .*follow/],
    ['with a path that is none', [version(1, { path: 'a', content: '' })], /start with/],
    ['with a hash of another text', [{ ...a, sha256: '0'.repeat(64) }], /hash/],
    ['with too long a text', [version(1, { path: '/a', content: 'x'.repeat(102_401) })], /bytes/],
    [
      'with two memories at one path',
      [a, version(2, { path: '/a', memoryId: 'mem_b', content: '' })],
      /change 2 .*in the way/,
    ],
    [
      'with a memory below another',
      [a, version(2, { path: '/a/b', memoryId: 'mem_b', content: '' })],
      /\/a is in the way/,
    ],
    [
      'with a memory above another',
      [
        version(1, { path: '/a/b', content: '' }),
        version(2, { path: '/a', memoryId: 'mem_b', content: '' }),
      ],
      /in the way/,
    ],
  ]
  test.each(refused)('%s', (_what, entries, message) => {
    expect(refusal(entries)).toMatch(message)
  })

  test('with one more than the target holds, and not with exactly as many', () => {
    const entries = [a, version(2, { path: '/b', memoryId: 'mem_b', content: 'xy' })]
    const limits = { memoriesMax: 2, contentBytesMax: 3, versionsMax: 2 }
    expect(refusal(entries, { limits })).toBeUndefined()
    expect(refusal(entries, { limits: { ...limits, memoriesMax: 1 } })).toMatch(/1 memories/)
    expect(refusal(entries, { limits: { ...limits, contentBytesMax: 2 } })).toMatch(/2 bytes/)
    expect(refusal(entries, { limits: { ...limits, versionsMax: 1 } })).toMatch(/1 versions/)
    expect(replay(entries).peaks).toEqual({ memories: 2, contentBytes: 3, versions: 2 })
  })
})

test('what changes nothing is no write', () => {
  const same = { path: '/a', content: 'x' }
  const { operations } = replay([version(1, same), version(2, { kind: 'modified', ...same })])
  expect(operations).toHaveLength(1)
})
