// Plain directories beside a real store.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { Sync } from '../../src/sync/sync.ts'
import { watch } from '../../src/sync/watch.ts'
import { losing, officialOnly } from '../mount/other-servers.ts'
import { openStore, until, type TestStore } from '../mount/mounted-store.ts'

const byPath = ([a]: [string, string], [b]: [string, string]) => (a < b ? -1 : 1)

class Place {
  readonly root: string
  readonly lines: string[] = []
  sync: Sync
  readonly #store: TestStore
  readonly #storeId: string

  constructor(store: TestStore, storeId = store.storeId) {
    this.root = mkdtempSync(join(tmpdir(), 'palimpsest-sync-'))
    this.#store = store
    this.#storeId = storeId
    this.sync = this.begin()
  }

  /** A process of its own: what it knows stands in the directory. */
  begin(isReadOnly = false, through = (api: Api): Api => api): Sync {
    const api = through(this.#store.api)
    const clock = Date.now
    const tell = (line: string) => void this.lines.push(line)
    const options = { api, storeId: this.#storeId, root: this.root, clock, tell }
    this.sync = new Sync({ ...options, isMerging: true, isReadOnly })
    return this.sync
  }

  write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { force: true, recursive: true })
  }

  files(folder = ''): [string, string][] {
    return readdirSync(join(this.root, folder), { withFileTypes: true })
      .flatMap((entry): [string, string][] => {
        const path = `${folder}/${entry.name}`
        if (entry.isDirectory()) return this.files(path)
        return entry.name.startsWith('.palimpsest')
          ? []
          : [[path, readFileSync(join(this.root, path), 'utf8')]]
      })
      .sort(byPath)
  }
}

describe('sync', () => {
  let store: TestStore
  let here: Place
  beforeEach(async () => {
    store = await openStore()
    here = new Place(store)
  })
  afterEach(async () => {
    await store[Symbol.asyncDispose]()
    rmSync(here.root, { recursive: true, force: true })
  })

  test('fetches, sends, renames and deletes', async () => {
    await store.write('/a.md', 'a\n')
    await store.write('/d/b.md', 'b\n')
    await here.sync.run()
    expect(here.files()).toEqual([
      ['/a.md', 'a\n'],
      ['/d/b.md', 'b\n'],
    ])
    here.write('/a.md', 'A\n')
    here.write('/e/c.md', 'b\n')
    here.remove('/d')
    await here.begin().run()
    expect((await store.lines()).slice(2)).toEqual(['modified /e/c.md', 'modified /a.md'])
    here.remove('/a.md')
    expect(await here.sync.run()).toMatchObject({ done: [{}], left: [], postponed: 0 })
    expect(await store.paths()).toEqual(['/e/c.md'])
  })

  test('merges what both changed, or keeps both', async () => {
    await store.write('/a.md', 'one\ntwo\nthree\n')
    await here.sync.run()
    here.write('/a.md', 'ONE\ntwo\nthree\n')
    await store.write('/a.md', 'one\ntwo\nTHREE\n')
    await here.sync.run()
    expect(await store.text('/a.md')).toBe('ONE\ntwo\nTHREE\n')
    expect(here.files()).toEqual([['/a.md', 'ONE\ntwo\nTHREE\n']])

    here.write('/a.md', 'mine\n')
    await store.write('/a.md', 'theirs\n')
    await here.sync.run()
    const beside = (await store.paths()).find((path) => path.includes('.conflict-')) ?? ''
    expect(await store.text('/a.md')).toBe('theirs\n')
    expect(await store.text(beside)).toBe('mine\n')
    expect(here.files()).toEqual(
      (
        [
          [beside, 'mine\n'],
          ['/a.md', 'theirs\n'],
        ] satisfies [string, string][]
      ).sort(byPath),
    )
  })

  test('never takes an empty or an unmarked directory for a wish to delete', async () => {
    for (const name of ['a', 'b', 'c']) await store.write(`/${name}.md`, name)
    await here.sync.run()
    for (const name of ['a', 'b', 'c']) here.remove(`/${name}.md`)
    await here.begin().run()
    expect(await store.paths()).toHaveLength(3)
    expect(here.files()).toHaveLength(3)
    here.remove('/.palimpsest-sync.json')
    here.remove('/a.md')
    await here.begin().run()
    expect(await store.paths()).toHaveLength(3)
  })

  test('deletes a part at a time', async () => {
    for (let index = 0; index < 20; index += 1) await store.write(`/${index}.md`, 'x')
    await here.sync.run()
    for (let index = 0; index < 19; index += 1) here.remove(`/${index}.md`)
    expect((await here.sync.run()).postponed).toBe(11)
    expect(await store.paths()).toHaveLength(12)
  })

  test('keeps its hands off another store’s directory', async () => {
    await store.write('/a.md', 'a')
    await here.sync.run()
    const { id } = await store.api.createStore({ name: 'other' })
    const { api } = store
    const other = new Sync({
      api,
      storeId: id,
      root: here.root,
      isMerging: true,
      isReadOnly: false,
      clock: Date.now,
      tell: () => undefined,
    })
    await expect(other.run()).rejects.toThrow(DomainError)
    expect(here.files()).toEqual([['/a.md', 'a']])
  })

  test('leaves alone what no memory can be, and says so once', async () => {
    await store.write('/a.md', 'a')
    await here.sync.run()
    here.write('/a.md', Buffer.from([0xff]))
    here.write('/long.md', 'x'.repeat(102_401))
    expect((await here.sync.run()).left).toHaveLength(2)
    await here.sync.run()
    expect(here.lines.filter((line) => line.includes('left alone'))).toHaveLength(2)
    await store.write('/a.md', 'newer')
    await here.sync.run()
    expect(readFileSync(join(here.root, 'a.md'))).toEqual(Buffer.from([0xff]))
  })

  test('sends nothing where it may only read', async () => {
    await store.write('/a.md', 'a')
    here.begin(true)
    await here.sync.run()
    here.write('/b.md', 'b')
    here.remove('/a.md')
    await here.sync.run()
    expect(await store.paths()).toEqual(['/a.md'])
  })

  test('previews what a run would do, and touches neither side', async () => {
    await store.write('/theirs', 'theirs\n')
    here.write('/ours', 'ours\n')
    here.write('/binary', Buffer.from([0xff]))
    const { actions, left, postponed } = await here.sync.preview()
    expect(actions.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'create /ours',
      'pull /theirs',
    ])
    expect(left).toEqual([{ path: '/binary', reason: expect.stringContaining('UTF-8') }])
    expect(postponed).toBe(0)
    expect(readdirSync(here.root).sort()).toEqual(['binary', 'ours'])
    expect(await store.paths()).toEqual(['/theirs'])
    rmSync(here.root, { recursive: true })
    expect((await here.begin().preview()).actions).toMatchObject([{ type: 'pull' }])
    expect(existsSync(here.root)).toBe(false)
    mkdirSync(here.root)
  })

  test('finds out what happened to a request whose answer was lost', async () => {
    here.write('/a.md', 'a')
    here.write('/b.md', 'b')
    const run = async () => {
      here.begin(false, losing)
      for (let tries = 0; tries < 9; tries += 1) await here.sync.run().catch(() => undefined)
    }
    await run()
    here.write('/a.md', 'A')
    renameSync(join(here.root, 'b.md'), join(here.root, 'c.md'))
    await run()
    here.remove('/a.md')
    await run()
    const lines = await store.lines()
    // Both are sent at once.
    expect(lines.slice(0, 2).sort()).toEqual(['created /a.md', 'created /b.md'])
    expect(lines.slice(2)).toEqual(['modified /c.md', 'modified /a.md', 'deleted /a.md'])
  })

  test.each([
    ['', 15_000, (api: Api) => api],
    [' of a server with the official operations alone', 50, officialOnly],
  ])('watches both sides%s', async (_which, rescanMs, through) => {
    const ending = new AbortController()
    const { storeId } = store
    const api = through(store.api)
    here.begin(false, through)
    const tell = () => undefined
    const watching = watch({
      sync: here.sync,
      api,
      storeId,
      root: here.root,
      tell,
      rescanMs,
      signal: ending.signal,
    })
    await until(() => readdirSync(here.root).length > 0, 'the first pass')
    here.write('/here.md', 'here')
    await until(async () => (await store.text('/here.md')) === 'here', 'the file')
    await store.write('/there.md', 'there')
    await until(() => here.files().some(([path]) => path === '/there.md'), 'the memory')
    ending.abort()
    await watching
  })

  test('two directories and the api agree in the end, and lose nothing', async () => {
    const path = fc.constantFrom('/a', '/b', '/c')
    const step = fc.record({
      what: fc.constantFrom('write', 'add', 'remove', 'sync'),
      who: fc.constantFrom('one', 'two', 'api'),
      path,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { id: storeId } = await store.api.createStore({ name: 'shared' })
        const places = { one: new Place(store, storeId), two: new Place(store, storeId) }
        let words = 0
        for (const { what, who, path } of steps) {
          const place = who === 'api' ? undefined : places[who]
          const word = `word${(words += 1)}.\n`
          if (what === 'sync') await place?.sync.run()
          else if (place !== undefined) {
            if (what === 'remove') place.remove(path)
            else {
              const old = place.files().find(([known]) => known === path)?.[1] ?? ''
              place.write(path, what === 'add' ? old + word : word)
            }
          }
        }
        for (const name of ['one', 'two', 'one', 'two'] as const) await places[name].sync.run()
        const { items } = await store.api.listMemories({ storeId, view: 'full', limit: 20 })
        const stored = items
          .flatMap((item): [string, string][] =>
            'id' in item ? [[item.path, item.content ?? '']] : [],
          )
          .sort(byPath)
        expect(places.one.files()).toEqual(stored)
        expect(places.two.files()).toEqual(stored)
        for (const { root } of Object.values(places)) rmSync(root, { recursive: true })
      }),
      { numRuns: 40 },
    )
  })
})
