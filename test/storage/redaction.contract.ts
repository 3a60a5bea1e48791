import { describe, expect, test } from 'vitest'
import { makeRequestId } from '../../src/domain/ids.ts'
import { parsePrefix } from '../../src/domain/memory/path.ts'
import { by, newScribe } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

export function redactionContract(given: Given): void {
  describe('redaction', () => {
    test('erases content, path, hash and size of one version and nothing else', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const scribe = await newScribe(opened.storage)
      const head = await scribe.create('/secret', 'password')
      await scribe.update(head, { content: 'clean' })
      const before = await scribe.version(scribe.versionIdOf(head))
      const others = (await scribe.versions()).filter(({ id }) => id !== before.id)
      const usage = await scribe.usage()
      clock.now += 5_000
      const admin = { actor: 'apikey_admin', door: 'cli', requestId: makeRequestId(3) } as const
      await scribe.through(opened.storage, admin).redact(before.id)
      expect(await scribe.version(before.id)).toEqual({
        ...before,
        path: undefined,
        sha256: undefined,
        sizeBytes: undefined,
        content: undefined,
        redactedAt: clock.now,
        redactedBy: 'apikey_admin',
      })
      expect((await scribe.versions()).filter(({ id }) => id !== before.id)).toEqual(others)
      expect(await scribe.usage()).toEqual({ ...usage, seq: usage.seq + 1 })
      expect((await scribe.changes()).at(-1)).toMatchObject({ kind: 'redacted', at: clock.now })
      expect(await scribe.contents()).toEqual({ '/secret': 'clean' })
    })

    test('a second time changes nothing', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'x')
      await scribe.update(head, { content: 'y' })
      await scribe.redact(scribe.versionIdOf(head))
      const first = await scribe.version(scribe.versionIdOf(head))
      const other = { actor: 'apikey_other', door: 'http', requestId: by.requestId } as const
      await scribe.through(given.storage, other).redact(first.id)
      expect(await scribe.version(first.id)).toEqual(first)
      expect((await scribe.usage()).seq).toBe(4)
    })

    test('keeps the reason that it was first given with its change, wherever that is read', async () => {
      const scribe = await newScribe(given.storage)
      const { view } = given.storage
      const head = await scribe.create('/a', 'x')
      await scribe.update(head, { content: 'y' })
      const other = await scribe.create('/b', 'x')
      await scribe.remove(other)
      const reason = 'Leaked “key”: ticket\u00a04711 \u{1f600}'
      await scribe.redact(scribe.versionIdOf(head), reason)
      await scribe.redact(scribe.versionIdOf(head), 'another one')
      await scribe.redact(scribe.versionIdOf(other))
      const expected = [...Array<undefined>(5), reason, undefined]
      expect((await scribe.changes()).map((change) => change.reason)).toEqual(expected)
      const all = { after: 0, limit: 100, bytesMax: 1_000_000 }
      const entries = await view.entries(scribe.scope, all)
      expect(entries.found && entries.value.map((entry) => entry.reason)).toEqual(expected)
      const prefix = parsePrefix('/')
      const anything = { actors: [], kinds: [], prefix, limit: 100 }
      const log = await view.history.log(scribe.scope, {
        ...anything,
        beforeSeq: undefined,
        createdFrom: undefined,
        createdTo: undefined,
        memoryId: undefined,
        path: undefined,
      })
      const logged = log.found ? log.value.map((entry) => entry.reason) : []
      expect(logged.toReversed()).toEqual(expected)
    })

    test('of the head of a live memory is refused, after its deletion allowed', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'x')
      const id = scribe.versionIdOf(head)
      expect(await outcome(scribe.redact(id))).toBe('head_version')
      const renamed = await scribe.update(head, { path: '/b' })
      await scribe.redact(id)
      expect(await outcome(scribe.redact(scribe.versionIdOf(renamed)))).toBe('head_version')
      await scribe.remove(head)
      const versions = await scribe.versions()
      for (const version of versions) await scribe.redact(version.id)
      for (const { id } of versions) {
        const version = await scribe.version(id)
        expect(version.redactedAt).toBeDefined()
        expect([version.path, version.content, version.sha256]).toEqual(Array(3).fill(undefined))
      }
    })

    test('leaves the same content of other versions, whichever of them goes first', async () => {
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 0, 2],
      ]) {
        const scribe = await newScribe(given.storage)
        const head = await scribe.create('/a', 'shared')
        const second = await scribe.update(head, { path: '/b' })
        const third = await scribe.update(head, { path: '/c' })
        await scribe.create('/other', 'shared')
        await scribe.remove(head)
        const ids = [head, second, third].map((version) => scribe.versionIdOf(version))
        const left = new Set(ids)
        for (const index of order) {
          await scribe.redact(ids[index]!)
          left.delete(ids[index]!)
          for (const id of ids) {
            const { content } = await scribe.version(id)
            expect(content).toBe(left.has(id) ? 'shared' : undefined)
          }
        }
        expect(await scribe.contents()).toEqual({ '/other': 'shared' })
      }
    })

    test('of an older version leaves a renamed memory its content', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'kept')
      await scribe.update(head, { path: '/b' })
      await scribe.redact(scribe.versionIdOf(head))
      expect(await scribe.contents()).toEqual({ '/b': 'kept' })
      await scribe.update(head, { path: '/c' })
      expect(await scribe.contents()).toEqual({ '/c': 'kept' })
    })

    test('hides the old path from the feed, also as the path before a rename', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/personal/name')
      await scribe.update(head, { path: '/b' })
      await scribe.redact(scribe.versionIdOf(head))
      const changes = await scribe.changes()
      expect(JSON.stringify(changes)).not.toContain('personal')
      expect(await scribe.changes({ prefix: '/personal/' })).toEqual([])
    })

    test('is allowed on an archived store', async () => {
      const scribe = await newScribe(given.storage)
      const head = await scribe.create('/a', 'x')
      await scribe.update(head, { content: 'y' })
      await scribe.archive()
      await scribe.redact(scribe.versionIdOf(head))
      expect((await scribe.version(scribe.versionIdOf(head))).content).toBe(undefined)
    })

    test('of a version that is not there is refused', async () => {
      const scribe = await newScribe(given.storage)
      const other = await newScribe(given.storage, scribe.scope.workspaceId)
      const head = await other.create('/a')
      const wrong = ['', 'memver_x', other.versionIdOf(head), other.idOf(head)]
      for (const id of wrong) expect(await outcome(scribe.redact(id))).toBe('not_found')
      expect(await outcome(scribe.redact(scribe.versionIdOf(head)))).toBe('not_found')
    })
  })
}
