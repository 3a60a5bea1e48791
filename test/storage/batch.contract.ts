import { describe, expect, test } from 'vitest'
import { parseContent } from '../../src/domain/memory/content.ts'
import { newScribe } from '../support/scribe.ts'
import type { Given } from '../support/storages.ts'
import { outcome, refusal } from '../support/world.ts'

export function batchContract(given: Given): void {
  describe('a batch', () => {
    test('does everything in order, each command seeing the ones before it', async () => {
      const scribe = await newScribe(given.storage)
      const old = await scribe.create('/old', 'old')
      const { answers, seq } = await scribe.batch(
        scribe.createCommand('/a', 'one'),
        scribe.updateCommand({ path: '/a' }, { content: 'two' }),
        scribe.updateCommand({ path: '/a' }, { path: '/b' }),
        scribe.createCommand('/a', 'three'),
        scribe.updateCommand(old, { content: 'new' }),
        scribe.updateCommand(old, { content: 'newer', expected: parseContent('new').sha256 }),
        scribe.deleteCommand({ path: '/b' }),
        scribe.createCommand('/b/c', 'four'),
        scribe.moveCommand('/b/', '/d/'),
        scribe.updateCommand(old, {}),
      )
      expect(answers.map((answer) => answer.type)).toEqual([
        ...Array<string>(6).fill('memory'),
        'deleted',
        'memory',
        'moved',
        'memory',
      ])
      expect(answers[6]).toMatchObject({ head: { path: '/b', sizeBytes: 3 } })
      expect(answers[8]).toMatchObject({ heads: [{ path: '/d/c' }] })
      expect(seq).toBe(2 + 9)
      expect(await scribe.contents()).toEqual({ '/a': 'three', '/d/c': 'four', '/old': 'newer' })
      expect(await scribe.usage()).toMatchObject({
        seq,
        memories: 3,
        versions: 10,
        contentBytes: 14,
      })
    })

    test('keeps every state in between as a version', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', '0')
      await scribe.batch(
        ...['1', '2', '3'].map((content) => scribe.updateCommand(head, { content })),
      )
      const versions = await scribe.versions({ memoryId: scribe.idOf(head) })
      expect(versions.map(({ seq, content }) => [seq, content])).toEqual([
        [5, '3'],
        [4, '2'],
        [3, '1'],
        [2, '0'],
      ])
    })

    const failing: [name: string, position: number, code: string][] = [
      ['at the start', 0, 'path_conflict'],
      ['in the middle', 2, 'path_conflict'],
      ['at the end', 4, 'path_conflict'],
    ]
    test.each(failing)('with a refusal %s does nothing at all', async (_name, position, code) => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/taken', 'x')
      const commands = [
        scribe.createCommand('/a', 'a'),
        scribe.updateCommand(head, { path: '/moved' }),
        scribe.updateCommand({ path: '/moved' }, { path: '/taken' }),
        scribe.deleteCommand({ path: '/a' }),
      ]
      commands.splice(position, 0, scribe.createCommand('/taken/below', 'b'))
      if (position === 2) commands.splice(1, 1)
      const before = await scribe.usage()
      const problem = await refusal(scribe.batch(...commands))
      expect(problem).toMatchObject({ code })
      expect(problem.message).toMatch(/^operations\[\d\]: /)
      expect(await scribe.usage()).toEqual(before)
      expect(await scribe.contents()).toEqual({ '/taken': 'x' })
      expect(await scribe.changes({ after: before.seq })).toEqual([])
    })

    test('in which nothing changes makes no version', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'x')
      const { answers, seq } = await scribe.batch(
        scribe.updateCommand(head, { content: 'x' }),
        scribe.moveCommand('/', '/'),
      )
      expect(answers).toEqual([
        { type: 'memory', head },
        { type: 'moved', heads: [head] },
      ])
      expect(seq).toBe(2)
    })

    test('of many commands is one change of the store to everybody else', async () => {
      const scribe = await newScribe(given.storage)
      const commands = Array.from({ length: 300 }, (_, index) =>
        scribe.createCommand(`/many/${index}`, `${index}`),
      )
      const writing = scribe.batch(...commands)
      const seen = new Set<number>()
      for (let look = 0; look < 20; look += 1) seen.add((await scribe.usage()).memories)
      await writing
      seen.add((await scribe.usage()).memories)
      expect([...seen].filter((count) => count !== 0)).toEqual([300])
    })
  })

  describe('a move', () => {
    const moves: [stored: string[], from: string, to: string, after: string[]][] = [
      [['/a/x', '/a/y/z', '/b'], '/a/', '/c/', ['/b', '/c/x', '/c/y/z']],
      [['/a/x', '/a/b/x'], '/a/', '/a/b/', ['/a/b/b/x', '/a/b/x']],
      [['/a/b/x', '/a/b/b/x'], '/a/b/', '/a/', ['/a/b/x', '/a/x']],
      [['/a/x', '/b/y'], '/', '/all/', ['/all/a/x', '/all/b/y']],
      [['/all/a', '/all/b'], '/all/', '/', ['/a', '/b']],
      [['/a/x', '/b/y'], '/a/', '/b/', ['/b/x', '/b/y']],
      [['/a-b/x', '/a/x', '/a.md'], '/a/', '/c/', ['/a-b/x', '/a.md', '/c/x']],
      [['/a/x'], '/a/', '/a/', ['/a/x']],
    ]
    test.each(moves)('of %j from %s to %s', async (stored, from, to, after) => {
      const scribe = await newScribe(given.storage)
      const heads = await scribe.createAll(...stored)
      const moved = await scribe.move(from, to)
      expect(await scribe.paths()).toEqual(after)
      for (const head of moved) {
        const before = heads.find(({ firstSeq }) => firstSeq === head.firstSeq)!
        const memory = await scribe.memory(head)
        expect(memory.content).toBe(`text of ${before.path}`)
        expect(memory.id).toBe(scribe.idOf(before))
      }
      const changed = from === to ? 0 : moved.length
      expect(await scribe.usage()).toMatchObject({
        memories: stored.length,
        versions: stored.length + changed,
        seq: 1 + stored.length + changed,
      })
    })

    const refused: [stored: string[], from: string, to: string, code: string][] = [
      [['/b'], '/a/', '/c/', 'not_found'],
      [['/a'], '/a/', '/c/', 'not_found'],
      [['/a/x', '/b/x'], '/a/', '/b/', 'path_conflict'],
      [['/a/x', '/b'], '/a/', '/b/', 'path_conflict'],
      [['/a/x', '/b'], '/a/', '/b/c/', 'path_conflict'],
      [['/a/x', '/b/x/y'], '/a/', '/b/', 'path_conflict'],
      [['/a/x/y', '/b/x'], '/a/', '/b/', 'path_conflict'],
      [['/a/x'], '/a/', `/${'d/'.repeat(20)}`, 'invalid'],
    ]
    test.each(refused)('of %j from %s to %s is refused', async (stored, from, to, code) => {
      const scribe = await newScribe(given.storage)
      await scribe.createAll(...stored)
      expect(await outcome(scribe.move(from, to))).toBe(code)
      expect(await scribe.paths()).toEqual([...stored].sort())
      expect((await scribe.usage()).seq).toBe(1 + stored.length)
    })
  })
}
