import { describe, expect, test } from 'vitest'
import type { WorkspaceId } from '../../src/domain/ids.ts'
import type { Store } from '../../src/domain/memory/store.ts'
import type { Storage, StoresQuery } from '../../src/storage/port.ts'
import { by, newScribe, newWorkspace, Scribe } from '../support/scribe.ts'
import { handClock, type Given } from '../support/storages.ts'
import { outcome } from '../support/world.ts'

export function storesContract(given: Given): void {
  describe('a store', () => {
    test('keeps what it was created with, every character of it', async () => {
      const workspaceId = await newWorkspace(given.storage)
      const wish = {
        name: ' \u{1F600} "quoted" \\ é ',
        description: 'line one\nline two\ttab \u200D',
        metadata: { b: '', a: '\u{10FFFF}', 'key with "quotes"': 'value\n', 10: 'ten', 9: 'nine' },
      }
      const store = await given.storage.commit({ type: 'create_store', workspaceId, ...wish, by })
      expect(store).toMatchObject({ workspaceId, ...wish, archivedAt: undefined })
      expect(store.updatedAt).toBe(store.createdAt)
      const scribe = new Scribe(given.storage, { workspaceId, storeId: store.id })
      expect(await scribe.store()).toEqual(store)
      expect(await scribe.usage()).toEqual({
        seq: 1,
        memories: 0,
        contentBytes: 0,
        versions: 0,
        historyFrom: 1,
      })
    })

    test('changes only what a patch names', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const scribe = await newScribe(opened.storage)
      const first = await scribe.store()
      clock.now += 10
      const renamed = await scribe.patchStore({ name: 'Other' })
      expect(renamed).toEqual({ ...first, name: 'Other', updatedAt: clock.now })
      clock.now += 10
      const patched = await scribe.patchStore({
        description: '',
        metadata: { team: null, none: null, owner: 'maya' },
      })
      const metadata = { owner: 'maya' }
      expect(patched).toEqual({ ...renamed, description: '', metadata, updatedAt: clock.now })
      expect(await scribe.store()).toEqual(patched)
    })

    test('is not touched by a patch that changes nothing, or by its memories', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const scribe = await newScribe(opened.storage)
      const first = await scribe.store()
      clock.now += 10
      expect(await scribe.patchStore({})).toEqual(first)
      const same = { name: 'Notes', metadata: { team: 'red', none: null } }
      expect(await scribe.patchStore(same)).toEqual(first)
      expect((await scribe.usage()).seq).toBe(1)
      await scribe.create('/a')
      expect(await scribe.store()).toEqual(first)
    })

    test('refuses a patch to more than 16 pairs and stays as it was', async () => {
      const scribe = await newScribe(given.storage)
      const pairs = Array.from({ length: 16 }, (_, index) => [`key ${index}`, 'x'])
      expect(await outcome(scribe.patchStore({ metadata: Object.fromEntries(pairs) }))).toBe(
        'invalid',
      )
      expect((await scribe.store()).metadata).toEqual({ team: 'red' })
      await scribe.patchStore({ metadata: { ...Object.fromEntries(pairs), team: null } })
      expect(Object.keys((await scribe.store()).metadata)).toHaveLength(16)
    })

    test('once archived can be read, memories deleted and versions redacted, nothing else', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const scribe = await newScribe(opened.storage)
      const [a, b] = await scribe.createAll('/a/1', '/b/2')
      await scribe.update(a!, { content: 'new' })
      clock.now += 10
      const archived = await scribe.archive()
      expect(archived).toMatchObject({ archivedAt: clock.now, updatedAt: clock.now })
      clock.now += 10
      expect(await scribe.archive()).toEqual(archived)
      const refused = [
        scribe.create('/c'),
        scribe.update(a!, { content: 'newer' }),
        scribe.update(a!, {}),
        scribe.update(a!, { path: '/c' }),
        scribe.move('/a/', '/c/'),
        scribe.batch(scribe.createCommand('/c', 'x')),
        scribe.batch(scribe.deleteCommand(b!), scribe.createCommand('/c', 'x')),
        scribe.patchStore({ name: 'x' }),
        scribe.patchStore({}),
      ]
      const codes = await Promise.all(refused.map(outcome))
      expect(new Set(codes)).toEqual(new Set(['archived']))
      await scribe.redact(scribe.versionIdOf(a!))
      await scribe.remove(a!)
      await scribe.batch(scribe.deleteCommand(b!))
      expect(await scribe.list()).toEqual([])
      expect(await scribe.versions()).toHaveLength(5)
      await scribe.destroy()
      expect(await opened.storage.view.store(scribe.scope)).toBe(undefined)
    })

    test('once deleted is missing everywhere', async () => {
      const scribe = await newScribe(given.storage)
      await scribe.archive()
      await scribe.destroy()
      expect(await outcome(scribe.destroy())).toBe('not_found')
      expect(await listed(given.storage, { workspaceId: scribe.scope.workspaceId })).toEqual([])
    })
  })

  describe('the list of stores', () => {
    test('is newest first, then by id descending, in pages of any size', async () => {
      const clock = handClock()
      await using opened = await given.open({ clock: clock.read })
      const workspaceId = await newWorkspace(opened.storage)
      const other = await newScribe(opened.storage)
      const stores: Store[] = []
      for (const wait of [0, 0, 10, 0, 5, 1]) {
        clock.now += wait
        stores.push(await (await newScribe(opened.storage, workspaceId)).store())
      }
      const newestFirst = [...stores].sort(
        (a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1),
      )
      expect(await listed(opened.storage, { workspaceId })).toEqual(newestFirst)
      for (const limit of [1, 2, 4]) {
        const all: Store[] = []
        for (let after: Store | undefined; ;) {
          const page = await listed(opened.storage, { workspaceId, limit, after })
          all.push(...page)
          after = page.at(-1)
          if (after === undefined) break
        }
        expect(all).toEqual(newestFirst)
      }
      const theirs = await listed(opened.storage, { workspaceId: other.scope.workspaceId })
      expect(theirs).toHaveLength(1)
      const [from, to] = [stores[2]!.createdAt, stores[4]!.createdAt]
      const within = { workspaceId, createdFrom: from, createdTo: to }
      expect(await listed(opened.storage, within)).toEqual(newestFirst.slice(1, 4))
      expect(
        await listed(opened.storage, { workspaceId, createdFrom: to, createdTo: from }),
      ).toEqual([])
    })

    test('shows archived stores only when asked', async () => {
      const scribe = await newScribe(given.storage)
      const { workspaceId } = scribe.scope
      const open = await newScribe(given.storage, workspaceId)
      await scribe.archive()
      const active = await listed(given.storage, { workspaceId, includeArchived: false })
      expect(active).toEqual([await open.store()])
      expect(await listed(given.storage, { workspaceId })).toHaveLength(2)
    })
  })
}

function listed(
  storage: Storage,
  query: Partial<StoresQuery> & { readonly workspaceId: WorkspaceId },
): Promise<Store[]> {
  return storage.view.stores({
    includeArchived: true,
    createdFrom: undefined,
    createdTo: undefined,
    after: undefined,
    limit: 100,
    ...query,
  })
}
