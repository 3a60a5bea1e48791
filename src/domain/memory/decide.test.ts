import { describe, expect, test } from 'vitest'
import {
  archived,
  createMemory,
  deleteMemory,
  facts,
  head,
  now,
  seq,
  storeId,
  updateMemory,
} from '../../../test/support/facts.ts'
import { memoryIdAt } from '../ids.ts'
import { parseContent } from './content.ts'
import { decideCreate, decideDelete, decideUpdate } from './decide.ts'
import type { Head } from './memory.ts'

const unblocked = { blocker: undefined }
const stale = 'a text that was stored once'

describe('creating a memory', () => {
  test('[R-7.2-2] [R-8.1-2] makes one version, created, that is its head', () => {
    const command = createMemory('/a', 'text')
    const after: Head = {
      firstSeq: seq,
      headSeq: seq,
      path: command.path,
      sha256: command.content.sha256,
      sizeBytes: 4,
      createdAt: now,
      updatedAt: now,
    }
    expect(decideCreate({ ...facts(), ...unblocked }, command)).toEqual({
      kind: 'changed',
      writes: [{ kind: 'created', after, content: command.content }],
      answer: after,
    })
  })

  test.each([
    ['at the path itself', '/a/b', '/a/b'],
    ['above it', '/a/b', '/a'],
    ['below it', '/a/b', '/a/b/c'],
  ])('[R-7.2-1] [R-3.3-1] is refused for a memory %s, which is named', (_where, path, inTheWay) => {
    const blocker = head(inTheWay)
    expect(decideCreate({ ...facts(), blocker }, createMemory(path))).toMatchObject({
      kind: 'refused',
      problem: {
        code: 'path_conflict',
        conflictingPath: inTheWay,
        conflictingMemoryId: memoryIdAt(storeId, { seq: 10, at: 1_500 }),
      },
    })
  })

  test('[R-6.6-2] is refused in an archived store, before anything else is looked at', () => {
    const given = facts({ store: archived, limits: { storeMemoriesMax: 0 } })
    const decision = decideCreate({ ...given, blocker: head('/a') }, createMemory('/a'))
    expect(decision).toMatchObject({ kind: 'refused', problem: { code: 'archived' } })
  })

  test('[R-2.9-1] meets a conflict before it meets a limit', () => {
    const full = facts({ usage: { memories: 3 }, limits: { storeMemoriesMax: 3 } })
    const decision = decideCreate({ ...full, blocker: head('/a') }, createMemory('/a'))
    expect(decision).toMatchObject({ problem: { code: 'path_conflict' } })
  })
})

describe('limits of a store', () => {
  test.each([
    ['memories', { memories: 4 }, { storeMemoriesMax: 5 }, 'changed'],
    ['memories', { memories: 5 }, { storeMemoriesMax: 5 }, 'memory_store_full'],
    ['bytes', { contentBytes: 90 }, { storeBytesMax: 100 }, 'changed'],
    ['bytes', { contentBytes: 91 }, { storeBytesMax: 100 }, 'memory_store_bytes_exceeded'],
    ['versions', { versions: 99 }, { storeVersionsMax: 100 }, 'changed'],
    ['versions', { versions: 100 }, { storeVersionsMax: 100 }, 'memory_versions_exceeded'],
  ])(
    '[R-10-1] [R-10-2] [R-10-3] a create of 10 bytes with %s %o of %o: %s',
    (_limit, usage, limits, expected) => {
      const given = { ...facts({ usage, limits }), ...unblocked }
      const decision = decideCreate(given, createMemory('/a', '0123456789'))
      const outcome = decision.kind === 'refused' ? decision.problem : { limit: decision.kind }
      expect(outcome).toMatchObject({ limit: expected })
    },
  )

  test('an empty memory needs no bytes', () => {
    const given = facts({ usage: { contentBytes: 101 }, limits: { storeBytesMax: 100 } })
    expect(decideCreate({ ...given, ...unblocked }, createMemory('/a', '')).kind).toBe('changed')
  })

  test('[R-10-1] a full store still edits and renames', () => {
    const given = facts({ usage: { memories: 5 }, limits: { storeMemoriesMax: 5 } })
    const memory = head('/a')
    const edits = [updateMemory({ content: 'longer than before' }), updateMemory({ path: '/b' })]
    for (const edit of edits) {
      expect(decideUpdate({ ...given, memory, ...unblocked }, edit).kind).toBe('changed')
    }
  })

  test.each([
    ['shrinks', 'store', 'changed'],
    ['stays as long', 'STORED', 'changed'],
    ['grows', 'stored!', 'refused'],
  ])('[R-10-2] above the limit of bytes a memory %s: %s', (_how, content, expected) => {
    const given = facts({ usage: { contentBytes: 200 }, limits: { storeBytesMax: 100 } })
    const memory = head('/a', 'stored')
    const decision = decideUpdate({ ...given, memory, ...unblocked }, updateMemory({ content }))
    expect(decision.kind).toBe(expected)
  })

  test('[R-10-3] at the limit of versions a memory is neither edited nor renamed, but deleted', () => {
    const given = facts({ usage: { versions: 100 }, limits: { storeVersionsMax: 100 } })
    const memory = head('/a', 'stored')
    for (const edit of [updateMemory({ content: '' }), updateMemory({ path: '/b' })]) {
      expect(decideUpdate({ ...given, memory, ...unblocked }, edit)).toMatchObject({
        problem: { code: 'limit', limit: 'memory_versions_exceeded' },
      })
    }
    const unchanged = updateMemory({ content: 'stored', path: '/a' })
    expect(decideUpdate({ ...given, memory, ...unblocked }, unchanged).kind).toBe('unchanged')
    expect(decideDelete({ ...given, memory }, deleteMemory()).kind).toBe('changed')
  })
})

// Contract §7.5 in full: what is expected × what content and path are asked for. "same" is what is
// stored, "none" is not given.
const outcomes = [
  ['none', 'none', 'none', 'unchanged'],
  ['none', 'none', 'same', 'unchanged'],
  ['none', 'none', 'new', 'changed'],
  ['none', 'same', 'none', 'unchanged'],
  ['none', 'same', 'same', 'unchanged'],
  ['none', 'same', 'new', 'changed'],
  ['none', 'new', 'none', 'changed'],
  ['none', 'new', 'same', 'changed'],
  ['none', 'new', 'new', 'changed'],
  ['matching', 'none', 'none', 'unchanged'],
  ['matching', 'none', 'same', 'unchanged'],
  ['matching', 'none', 'new', 'changed'],
  ['matching', 'same', 'none', 'unchanged'],
  ['matching', 'same', 'same', 'unchanged'],
  ['matching', 'same', 'new', 'changed'],
  ['matching', 'new', 'none', 'changed'],
  ['matching', 'new', 'same', 'changed'],
  ['matching', 'new', 'new', 'changed'],
  ['stale', 'none', 'none', 'precondition_failed'],
  ['stale', 'none', 'same', 'unchanged'],
  ['stale', 'none', 'new', 'precondition_failed'],
  ['stale', 'same', 'none', 'unchanged'],
  ['stale', 'same', 'same', 'unchanged'],
  ['stale', 'same', 'new', 'precondition_failed'],
  ['stale', 'new', 'none', 'precondition_failed'],
  ['stale', 'new', 'same', 'precondition_failed'],
  ['stale', 'new', 'new', 'precondition_failed'],
] as const

describe('updating a memory', () => {
  const memory = head('/a', 'stored')
  const contents = { none: undefined, same: 'stored', new: 'written' }
  const paths = { none: undefined, same: '/a', new: '/b' }
  const expectations = { none: undefined, matching: 'stored', stale }

  test.each(outcomes)(
    '[R-7.5-4] [R-7.5-5] [R-7.5-6] [R-7.5-7] [R-7.5-8] precondition %s, content %s, path %s: %s',
    (precondition, content, path, expected) => {
      const command = updateMemory({
        content: contents[content],
        path: paths[path],
        expected: expectations[precondition],
      })
      const decision = decideUpdate({ ...facts(), memory, ...unblocked }, command)
      expect(decision.kind === 'refused' ? decision.problem.code : decision.kind).toBe(expected)
      if (decision.kind === 'unchanged') expect(decision.answer).toBe(memory)
      if (decision.kind !== 'changed') return
      expect(decision.writes).toHaveLength(1)
      expect(decision.answer).toMatchObject({
        path: path === 'new' ? '/b' : '/a',
        sha256: parseContent(content === 'new' ? 'written' : 'stored').sha256,
        headSeq: seq,
        updatedAt: now,
      })
    },
  )

  test('[R-7.5-3] keeps identity, time of creation and hash under a new path', () => {
    const decision = decideUpdate(
      { ...facts(), memory, ...unblocked },
      updateMemory({ path: '/b' }),
    )
    const after = { ...memory, path: '/b', headSeq: seq, updatedAt: now }
    expect(decision).toEqual({
      kind: 'changed',
      writes: [{ kind: 'modified', before: memory, after, content: undefined }],
      answer: after,
    })
  })

  test('[R-7.5-2] makes one version of a new path and new content', () => {
    const command = updateMemory({ path: '/b', content: 'written' })
    const decision = decideUpdate({ ...facts(), memory, ...unblocked }, command)
    expect(decision).toMatchObject({
      writes: [{ kind: 'modified', before: memory, content: command.content }],
      answer: { firstSeq: 10, createdAt: 1_500, path: '/b', sizeBytes: 7 },
    })
  })

  test('[R-7.5-3] never overwrites', () => {
    const given = { ...facts(), memory, blocker: head('/b') }
    expect(decideUpdate(given, updateMemory({ path: '/b', content: 'written' }))).toMatchObject({
      problem: { code: 'path_conflict', conflictingPath: '/b' },
    })
  })

  test('[R-7.5-10] hears that it is stale before it hears of a conflict', () => {
    const given = { ...facts(), memory, blocker: head('/b') }
    const command = updateMemory({ path: '/b', expected: stale })
    expect(decideUpdate(given, command)).toMatchObject({ problem: { code: 'precondition_failed' } })
  })

  test('[R-3.3-2] is not told what is stored when it is stale', () => {
    const command = updateMemory({ content: 'written', expected: stale })
    const said = JSON.stringify(decideUpdate({ ...facts(), memory, ...unblocked }, command))
    expect(said).toContain('precondition_failed')
    expect(said).not.toContain(memory.sha256)
    expect(said).not.toContain(memory.path)
  })

  test.each([
    ['a new content', updateMemory({ content: 'written' })],
    ['what is stored', updateMemory({ content: 'stored', path: '/a' })],
    ['nothing', updateMemory({})],
    ['a stale precondition', updateMemory({ content: 'written', expected: stale })],
  ])('[R-7.5-12] is refused in an archived store: %s', (_what, command) => {
    const decision = decideUpdate({ ...facts({ store: archived }), memory, ...unblocked }, command)
    expect(decision).toMatchObject({ kind: 'refused', problem: { code: 'archived' } })
  })

  test('[R-2.9-1] that is gone is not found, also in an archived store', () => {
    const gone = { memory: undefined, ...unblocked }
    for (const given of [facts(), facts({ store: archived })]) {
      const decision = decideUpdate({ ...given, ...gone }, updateMemory({ content: 'x' }))
      expect(decision).toMatchObject({ problem: { code: 'not_found' } })
    }
  })
})

describe('deleting a memory', () => {
  const memory = head('/a', 'stored')

  test('[R-7.6-2] [R-8.1-2] makes one version that holds no content, and answers what was', () => {
    expect(decideDelete({ ...facts(), memory }, deleteMemory())).toEqual({
      kind: 'changed',
      writes: [{ kind: 'deleted', before: memory, seq, at: now }],
      answer: memory,
    })
  })

  test('[R-7.6-1] with the current hash deletes, with another one refuses', () => {
    expect(decideDelete({ ...facts(), memory }, deleteMemory(memory.sha256)).kind).toBe('changed')
    const other = deleteMemory(parseContent(stale).sha256)
    const refused = decideDelete({ ...facts(), memory }, other)
    expect(refused).toMatchObject({ problem: { code: 'precondition_failed' } })
    expect(JSON.stringify(refused)).not.toContain(memory.sha256)
  })

  test('[R-7.6-3] works in archived and in full stores', () => {
    const limits = { storeMemoriesMax: 1, storeBytesMax: 1, storeVersionsMax: 1 }
    const given = facts({ store: archived, limits })
    expect(decideDelete({ ...given, memory }, deleteMemory()).kind).toBe('changed')
  })

  test('that is gone is not found, whatever hash is expected', () => {
    const decision = decideDelete({ ...facts(), memory: undefined }, deleteMemory(memory.sha256))
    expect(decision).toMatchObject({ problem: { code: 'not_found' } })
  })
})
