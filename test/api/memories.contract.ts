import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { readVectors } from '../support/vectors.ts'
import { newTenant, outcome, refusal, type World } from '../support/world.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

export function memoriesContract(given: { readonly world: World }): void {
  let api: Api
  let storeId: string

  beforeEach(async () => {
    const tenant = await newTenant(given.world)
    api = tenant.api
    storeId = (await api.createStore({ name: 'x' })).id
  })

  const create = (path: unknown, content: unknown = 'text') =>
    api.createMemory({ storeId, path, content })
  const versions = async () => (await api.listVersions({ storeId })).items

  describe('creating a memory', () => {
    test('[R-7.2-2] [R-7.1-2] [R-7.1-3] [R-5-2] makes one version and answers without content', async () => {
      const memory = await create('/notes/a.md', 'gr\u00fc\u00df')
      expect(memory.id).toMatch(/^mem_01[1-9A-HJ-NP-Za-km-z]{22}$/)
      expect(memory.content).toBeUndefined()
      expect(memory).toMatchObject({
        storeId,
        path: '/notes/a.md',
        sha256: sha256('gr\u00fc\u00df'),
        sizeBytes: 6,
      })
      expect(memory.createdAt).toBe(memory.updatedAt)
      const [version, ...others] = await versions()
      expect(others).toEqual([])
      expect(version).toMatchObject({
        id: memory.versionId,
        memoryId: memory.id,
        operation: 'created',
        createdAt: memory.updatedAt,
      })
    })

    test('[R-5-2] answers with content when asked to', async () => {
      const memory = await api.createMemory({ storeId, path: '/a', content: 'x', view: 'full' })
      expect(memory.content).toBe('x')
    })

    test('[R-7.2-3] needs content, which may be empty', async () => {
      for (const content of [undefined, null]) {
        expect(await outcome(api.createMemory({ storeId, path: '/a', content }))).toBe('invalid')
      }
      expect(await create('/a', '')).toMatchObject({
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        sizeBytes: 0,
      })
    })

    test('[R-9.3-2] [R-7.3-1] keeps content byte for byte', async () => {
      const { valid } = readVectors('contents.json')
      for (const [index, { text, why }] of valid.entries()) {
        const { id: memoryId } = await create(`/c/${index}`, text)
        const read = await api.getMemory({ storeId, memoryId })
        expect(read.content === text, why).toBe(true)
        expect(read.sha256, why).toBe(sha256(String(text)))
      }
    })

    test('[R-9.3-1] [R-9.3-3] refuses content that breaks a rule, and stores nothing', async () => {
      for (const { text, why } of readVectors('contents.json').invalid) {
        expect(await outcome(create('/a', text)), why).toBe('invalid')
      }
      expect(await versions()).toEqual([])
    })

    test('[R-9.2-1] [R-9.2-2] [R-9.2-3] [R-9.2-4] [R-9.2-5] keeps or refuses a path', async () => {
      const { valid, invalid } = readVectors('paths.json')
      for (const { text, why } of invalid) {
        expect(await outcome(create(text)), why).toBe('invalid')
      }
      expect(await versions()).toEqual([])
      for (const { text, why } of valid) {
        // Some of the vectors overlap each other.
        const { id } = await api.createStore({ name: why })
        const memory = await api.createMemory({ storeId: id, path: text, content: '' })
        expect(memory.path, why).toBe(text)
        const { items } = await api.listMemories({ storeId: id })
        expect(items, why).toMatchObject([{ path: text }])
      }
    })

    test('[R-7.2-1] [R-3.3-1] [R-9.2-6] conflicts with a memory at, above or below its path', async () => {
      const blocker = await create('/a/b')
      for (const path of ['/a/b', '/a', '/a/b/c', '/a/b/c/d']) {
        expect(await refusal(create(path)), path).toMatchObject({
          code: 'path_conflict',
          conflictingMemoryId: blocker.id,
          conflictingPath: '/a/b',
        })
      }
      for (const path of ['/a/B', '/a/bc', '/a/b-c/d', '/a/b.md', '/A/b', '/b']) await create(path)
      expect((await api.getMemory({ storeId, memoryId: blocker.id })).content).toBe('text')
    })

    test('[R-9.2-7] names the first memory in the way in byte order, and none that is deleted', async () => {
      const gone = await create('/d/a')
      await api.deleteMemory({ storeId, memoryId: gone.id })
      for (const path of ['/d/\u{1f600}', '/d/\uffee', '/d/c/x', '/d/b']) await create(path)
      expect(await refusal(create('/d'))).toMatchObject({ conflictingPath: '/d/b' })
      await create('/d/a')
      expect(await refusal(create('/d'))).toMatchObject({ conflictingPath: '/d/a' })
    })

    test('[R-2.7-3] twice conflicts with itself', async () => {
      const first = await create('/a')
      const again = await refusal(create('/a'))
      expect(again).toMatchObject({ code: 'path_conflict', conflictingMemoryId: first.id })
    })
  })

  describe('reading a memory', () => {
    test('[R-7.3-1] [R-5-2] gives its head, with content unless told otherwise', async () => {
      const { id: memoryId } = await create('/a', 'one')
      const updated = await api.updateMemory({ storeId, memoryId, content: 'two' })
      const read = await api.getMemory({ storeId, memoryId })
      expect(read).toEqual({ ...updated, content: 'two' })
      const basic = await api.getMemory({ storeId, memoryId, view: 'basic' })
      expect(basic.content).toBeUndefined()
      expect(basic.sha256).toBe(sha256('two'))
    })

    test('[R-7.3-1] [R-1-5] finds none that is deleted or never was', async () => {
      const { id, versionId } = await create('/a')
      await api.deleteMemory({ storeId, memoryId: id })
      for (const memoryId of [id, 'mem_', `${id}1`, id.slice(0, -1), versionId, storeId, '/a']) {
        expect(await outcome(api.getMemory({ storeId, memoryId })), memoryId).toBe('not_found')
      }
    })
  })

  describe('updating a memory', () => {
    test('[R-7.5-4] [R-7.5-1] [R-7.1-3] writes new content as a version', async () => {
      const before = await create('/a', 'one')
      const at = { storeId, memoryId: before.id }
      const after = await api.updateMemory({ ...at, content: 'two', path: null })
      expect(after).toMatchObject({
        id: before.id,
        path: '/a',
        sha256: sha256('two'),
        createdAt: before.createdAt,
      })
      expect(after.versionId).not.toBe(before.versionId)
      expect(after.content).toBeUndefined()
      const [version] = await versions()
      expect(version).toMatchObject({
        id: after.versionId,
        operation: 'modified',
        createdAt: after.updatedAt,
      })
    })

    test('[R-7.5-3] renames without touching content, also below itself', async () => {
      const before = await create('/a', 'one')
      const at = { storeId, memoryId: before.id }
      for (const path of ['/b', '/b/c', '/b']) {
        const after = await api.updateMemory({ ...at, path, content: null, view: 'full' })
        expect(after).toMatchObject({
          id: before.id,
          path,
          createdAt: before.createdAt,
          sha256: before.sha256,
          content: 'one',
        })
      }
      expect(await versions()).toHaveLength(4)
      await create('/a', 'the path is free')
    })

    test('[R-7.5-3] never renames onto, above or below another memory', async () => {
      const { id: memoryId } = await create('/a', 'one')
      const blocker = await create('/b/c')
      for (const path of ['/b/c', '/b', '/b/c/d']) {
        const rename = api.updateMemory({ storeId, memoryId, path, content: 'two' })
        expect(await refusal(rename), path).toMatchObject({
          code: 'path_conflict',
          conflictingMemoryId: blocker.id,
          conflictingPath: '/b/c',
        })
      }
      expect(await api.getMemory({ storeId, memoryId })).toMatchObject({
        path: '/a',
        content: 'one',
      })
    })

    test('[R-7.5-2] changes path and content in one version', async () => {
      const { id: memoryId } = await create('/a', 'one')
      const after = await api.updateMemory({ storeId, memoryId, path: '/b', content: 'two' })
      expect(after).toMatchObject({ path: '/b', sha256: sha256('two') })
      expect(await versions()).toHaveLength(2)
    })

    test('[R-7.5-5] [R-7.5-6] makes no version of what is stored already', async () => {
      const memory = await create('/a', 'one')
      const at = { storeId, memoryId: memory.id }
      const [stale, matching] = [sha256('other'), sha256('one')]
      for (const request of [
        {},
        { content: 'one' },
        { path: '/a' },
        { content: 'one', path: '/a', expectedSha256: matching },
        { expectedSha256: matching },
        { content: 'one', expectedSha256: stale },
        { path: '/a', expectedSha256: stale },
        { content: 'one', path: '/a', expectedSha256: stale },
      ]) {
        expect(await api.updateMemory({ ...at, ...request })).toEqual(memory)
      }
      expect(await versions()).toHaveLength(1)
    })

    test('[R-7.5-7] [R-7.5-8] [R-7.5-10] [R-3.3-2] refuses what is based on another state', async () => {
      const memory = await create('/a', 'one')
      await create('/taken')
      const at = { storeId, memoryId: memory.id, expectedSha256: sha256('other') }
      for (const request of [
        {},
        { content: 'two' },
        { path: '/b' },
        { path: '/taken' },
        { content: 'one', path: '/b' },
        { content: 'two', path: '/a' },
      ]) {
        const problem = await refusal(api.updateMemory({ ...at, ...request }))
        expect(problem.code).toBe('precondition_failed')
        expect(JSON.stringify(problem)).not.toContain(memory.sha256)
      }
      expect(await versions()).toHaveLength(2)
    })

    test('[R-2.7-2] succeeds when it is sent twice, and writes once', async () => {
      const { id: memoryId, sha256: expectedSha256 } = await create('/a', 'one')
      const update = { storeId, memoryId, content: 'two', expectedSha256 }
      const first = await api.updateMemory(update)
      expect(await api.updateMemory(update)).toEqual(first)
      expect(await versions()).toHaveLength(2)
    })

    test('[R-9.4-1] [R-7.5-9] refuses a malformed hash, and input that breaks a rule', async () => {
      const { id: memoryId } = await create('/a', 'one')
      const at = { storeId, memoryId }
      for (const { text, why } of readVectors('shas.json').invalid) {
        if (text === null) continue // as absent
        const update = api.updateMemory({ ...at, content: 'two', expectedSha256: text })
        expect(await outcome(update), why).toBe('invalid')
      }
      expect(await outcome(api.updateMemory({ ...at, path: '/a/' }))).toBe('invalid')
      expect(await outcome(api.updateMemory({ ...at, content: 'x'.repeat(102_401) }))).toBe(
        'invalid',
      )
      expect(await versions()).toHaveLength(1)
    })

    test('finds none that is deleted, whatever is expected', async () => {
      const { id: memoryId } = await create('/a', 'one')
      await api.deleteMemory({ storeId, memoryId })
      const update = { storeId, memoryId, content: 'x', expectedSha256: sha256('other') }
      expect(await outcome(api.updateMemory(update))).toBe('not_found')
    })
  })

  describe('deleting a memory', () => {
    test('[R-7.6-2] [R-2.7-3] frees its path at once, and a second time finds nothing', async () => {
      const { id: memoryId } = await create('/a', 'one')
      expect(await api.deleteMemory({ storeId, memoryId })).toEqual({ id: memoryId })
      expect(await outcome(api.deleteMemory({ storeId, memoryId }))).toBe('not_found')
      const next = await create('/a/b')
      expect(next.id).not.toBe(memoryId)
      expect((await versions()).map(({ operation }) => operation)).toEqual([
        'created',
        'deleted',
        'created',
      ])
    })

    test('[R-7.6-1] with a hash deletes only what has it', async () => {
      const memory = await create('/a', 'one')
      const at = { storeId, memoryId: memory.id }
      const stale = await refusal(api.deleteMemory({ ...at, expectedSha256: sha256('two') }))
      expect(stale.code).toBe('precondition_failed')
      expect(JSON.stringify(stale)).not.toContain(memory.sha256)
      expect(await outcome(api.deleteMemory({ ...at, expectedSha256: 'ABC' }))).toBe('invalid')
      expect(await api.getMemory(at)).toMatchObject({ content: 'one' })
      expect(await api.deleteMemory({ ...at, expectedSha256: memory.sha256 })).toEqual({
        id: memory.id,
      })
    })
  })

  describe('at the same moment', () => {
    test('[R-7.5-11] of 32 writers with one hash exactly one wins each round', async () => {
      let memory = await create('/a', 'start')
      for (let round = 0; round < 5; round += 1) {
        const write = (_: unknown, writer: number) =>
          outcome(
            api.updateMemory({
              storeId,
              memoryId: memory.id,
              content: `round ${round} writer ${writer}`,
              expectedSha256: memory.sha256,
            }),
          )
        const outcomes = await Promise.all(Array.from({ length: 32 }, write))
        expect(outcomes.filter((one) => one === 'done')).toHaveLength(1)
        expect(outcomes.filter((one) => one === 'precondition_failed')).toHaveLength(31)
        memory = await api.getMemory({ storeId, memoryId: memory.id })
      }
      expect(await versions()).toHaveLength(6)
    })

    test('[R-9.2-8] overlapping creates never both succeed', async () => {
      const pairs = Array.from({ length: 40 }, (_, pair) => [`/p${pair}`, `/p${pair}/x`])
      const outcomes = await Promise.all(
        pairs.map((paths) => Promise.all(paths.map((path) => outcome(create(path))))),
      )
      for (const both of outcomes) expect(both.toSorted()).toEqual(['done', 'path_conflict'])
    })

    test('[R-7.2-1] of 16 creates at one path exactly one succeeds', async () => {
      const all = await Promise.all(Array.from({ length: 16 }, () => outcome(create('/same'))))
      expect(all.toSorted()).toEqual(['done', ...Array<string>(15).fill('path_conflict')])
    })
  })
}
