import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { archived, facts, head, moveTree, now, seq } from '../../../test/support/facts.ts'
import type { Head } from './memory.ts'
import { decideMove } from './move.ts'

const moving = [head('/a/x', 'one'), head('/a/y/z', 'two')]
const free = { moving, inTheWay: [] as Head[] }

describe('moving a directory', () => {
  test('[R-own-5] gives every memory in it one version at its new path, ids and content kept', () => {
    const decision = decideMove({ ...facts(), ...free }, moveTree('/a/', '/b/c/'))
    const [x, z] = [
      { ...moving[0], path: '/b/c/x', headSeq: seq, updatedAt: now },
      { ...moving[1], path: '/b/c/y/z', headSeq: seq + 1, updatedAt: now },
    ]
    expect(decision).toEqual({
      kind: 'changed',
      writes: [
        { kind: 'modified', before: moving[0], after: x, content: undefined },
        { kind: 'modified', before: moving[1], after: z, content: undefined },
      ],
      answer: [x, z],
    })
  })

  test.each([
    ['/a/', '/', ['/x', '/y/z']],
    ['/', '/b/', ['/b/a/x', '/b/a/y/z']],
    ['/a/', '/a/b/', ['/a/b/x', '/a/b/y/z']],
  ])('[R-own-5] moves from %s to %s', (from, to, paths) => {
    const decision = decideMove({ ...facts(), ...free }, moveTree(from, to))
    const answer = decision.kind === 'changed' ? decision.answer : []
    expect(answer.map(({ path }) => path)).toEqual(paths)
  })

  test('[R-own-5] always keeps what follows the directory', () => {
    const name = fc.constantFrom('a', 'b', 'c.md', '\u00e9')
    const tail = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
    const directory = fc.array(name, { maxLength: 3 }).map((names) => ['', ...names, ''].join('/'))
    fc.assert(
      fc.property(directory, directory, fc.uniqueArray(tail), (from, to, tails) => {
        fc.pre(tails.length > 0 && from !== to)
        const heads = tails.map((text) => head(from + text))
        const given = { ...facts(), moving: heads, inTheWay: [] }
        const decision = decideMove(given, moveTree(from, to))
        const answer = decision.kind === 'changed' ? decision.answer : []
        expect(answer.map(({ path }) => path)).toEqual(tails.map((text) => to + text))
      }),
    )
  })

  test('to where it is changes nothing', () => {
    const decision = decideMove({ ...facts(), ...free }, moveTree('/a/', '/a/'))
    expect(decision).toEqual({ kind: 'unchanged', answer: moving })
  })

  test('of nothing is not found', () => {
    const given = { ...facts(), moving: [], inTheWay: [] }
    const decision = decideMove(given, moveTree('/a/', '/b/'))
    expect(decision).toMatchObject({ problem: { code: 'not_found' } })
  })

  test('[R-6.6-2] in an archived store is refused', () => {
    const decision = decideMove({ ...facts({ store: archived }), ...free }, moveTree('/a/', '/b/'))
    expect(decision).toMatchObject({ problem: { code: 'archived' } })
  })

  test.each([
    ['the target as a memory', '/b'],
    ['a memory above the target', '/b'],
    ['a memory at a moved path', '/b/c/x'],
    ['a memory below a moved path', '/b/c/x/deep'],
    ['a memory above a moved path', '/b/c/y'],
  ])('[R-7.2-1] is refused as a whole for %s', (_what, inTheWay) => {
    const given = { ...facts(), moving, inTheWay: [head(inTheWay)] }
    expect(decideMove(given, moveTree('/a/', '/b/c/'))).toMatchObject({
      kind: 'refused',
      problem: { code: 'path_conflict', conflictingPath: inTheWay },
    })
  })

  test('goes into a directory in which other names are taken', () => {
    const given = { ...facts(), moving, inTheWay: [head('/b/c/other'), head('/b/c/y/other')] }
    expect(decideMove(given, moveTree('/a/', '/b/c/')).kind).toBe('changed')
  })

  test('[R-9.2-7] names the first memory in the way in byte order', () => {
    const given = { ...facts(), moving, inTheWay: [head('/b/free'), head('/b/x'), head('/b/y')] }
    expect(decideMove(given, moveTree('/a/', '/b/'))).toMatchObject({
      problem: { code: 'path_conflict', conflictingPath: '/b/x' },
    })
  })

  test.each([
    ['too deep', `${'/s'.repeat(19)}/`, '21'],
    ['too long', `/${'a'.repeat(1_021)}/`, '1024'],
  ])('[R-9.2-1] [R-9.2-2] that makes a path %s is refused', (_how, to, said) => {
    const decision = decideMove({ ...facts(), ...free }, moveTree('/a/', to))
    expect(decision).toMatchObject({ problem: { code: 'invalid', field: 'to' } })
    expect(decision.kind === 'refused' && decision.problem.message).toContain(said)
  })

  test('[R-10-3] needs room for a version of every memory', () => {
    const given = facts({ usage: { versions: 99 }, limits: { storeVersionsMax: 100 } })
    const decision = decideMove({ ...given, ...free }, moveTree('/a/', '/b/'))
    expect(decision).toMatchObject({ problem: { limit: 'memory_versions_exceeded' } })
  })
})
