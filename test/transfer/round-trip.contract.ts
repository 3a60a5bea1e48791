import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../src/api.ts'
import { exportArchive } from '../../src/cli/transfer/export-files.ts'
import { exportGit } from '../../src/cli/transfer/export-git.ts'
import { openSource } from '../../src/cli/transfer/import-source.ts'
import { checkSource, importStore } from '../../src/cli/transfer/import-store.ts'
import { gitPathOf } from '../../src/transfer/git-format.ts'
import { mirror } from '../../src/transfer/mirror.ts'
import { newTenant, outcome, type World } from '../support/world.ts'
import { contentsOf, essence, eventfulStore, historyOf } from './stories.ts'

const run = promisify(execFile)

export async function bringIn(api: Api, place: string, name: string) {
  await using source = await openSource({ place, format: undefined, includesHidden: false })
  return await importStore(api, await checkSource(source), name)
}

export function roundTripContract(given: { readonly world: World }): void {
  let api: Api
  let folder: string

  beforeEach(async () => {
    api = (await newTenant(given.world)).api
    folder = await mkdtemp(join(tmpdir(), 'palimpsest-transfer-'))
  })

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  const at = (name: string) => join(folder, name)
  const git = async (directory: string, ...args: string[]) =>
    (await run('git', ['-C', at(directory), ...args], { maxBuffer: 1e8 })).stdout

  describe('out and in again', () => {
    test('an archive brings back everything but ids and times, and so does its archive', async () => {
      const storeId = await eventfulStore(api)
      const before = await historyOf(api, storeId)
      await exportArchive(api, { storeId, place: at('one.tar.gz') })
      const { store, versions } = await bringIn(api, at('one.tar.gz'), 'again')
      const again = await historyOf(api, store.id)
      expect(essence(again)).toEqual(essence(before))
      expect(versions).toBe((await api.getUsage({ storeId })).versions)
      expect(store).toMatchObject({
        name: 'again',
        description: 'what happened',
        metadata: { team: 'red', more: 'yes' },
      })
      await exportArchive(api, { storeId: store.id, place: at('two.tar.gz') })
      const third = await bringIn(api, at('two.tar.gz'), 'third')
      expect(essence(await historyOf(api, third.store.id))).toEqual(essence(before))
      const { actor } = await api.whoAmI()
      for (const entry of again.filter(({ memoryId }) => memoryId !== undefined)) {
        expect(entry).toMatchObject({ door: 'import', actor })
        expect(entry.claimed?.storeId).toBe(storeId)
      }
    })

    test('a git repository does too, and git agrees with the store', async () => {
      const storeId = await eventfulStore(api)
      const before = await historyOf(api, storeId)
      await exportGit(api, { storeId, place: at('repo') })
      await git('repo', 'fsck', '--strict', '--no-dangling')
      expect(await git('repo', 'status', '--porcelain')).toBe('')
      const log = await git('repo', 'log', '--reverse', '--format=%an|%at|%s')
      const lines = log.trimEnd().split('\n')
      expect(lines).toHaveLength(before.length)
      for (const [index, entry] of before.entries()) {
        const seconds = Math.floor(entry.at / 1_000)
        expect(lines[index]).toContain(`${entry.actor}|${seconds}|${entry.kind.replace('_', ' ')}`)
      }
      for (const [path, content] of Object.entries(await contentsOf(api, storeId))) {
        expect(await readFile(join(at('repo'), gitPathOf(path)), 'utf8')).toBe(content)
      }
      const everything = await git('repo', 'log', '-p', '--text', '--all')
      expect(everything).toContain('harmless')
      expect(everything).not.toContain('password')
      const { store } = await bringIn(api, at('repo'), 'again')
      expect(essence(await historyOf(api, store.id))).toEqual(essence(before))
    })

    test('git blames each line on the version of the store that brought it', async () => {
      const { id: storeId } = await api.createStore({ name: 'lines' })
      const memory = await api.createMemory({ storeId, path: '/a', content: '1\n2\n3\n' })
      const { id: memoryId } = memory
      await api.updateMemory({ storeId, memoryId, content: '1\ntwo\n3\n' })
      await api.updateMemory({ storeId, memoryId, path: '/b' })
      await api.updateMemory({ storeId, memoryId, content: '1\ntwo\n3\n4\n' })
      await exportGit(api, { storeId, place: at('repo') })
      const blame = await git('repo', 'blame', '--line-porcelain', 'b')
      const commits = blame.match(/^[0-9a-f]{40} /gm)?.map((id) => id.trim()) ?? []
      const blamed: string[] = []
      for (const commit of commits) {
        const body = await git('repo', 'log', '-1', '--format=%B', commit)
        blamed.push(/^Palimpsest-Version: (.+)$/m.exec(body)?.[1] ?? '')
      }
      const versions = (await api.listVersions({ storeId })).items.toReversed()
      const [one, two, , four] = versions.map(({ id }) => id)
      expect(blamed).toEqual([one, two, one, four])
    })

    test('a repository is brought up to date, unless it holds what was redacted since', async () => {
      const storeId = await eventfulStore(api)
      const place = at('repo')
      const first = await exportGit(api, { storeId, place })
      expect((await exportGit(api, { storeId, place })).commits).toBe(0)
      const memory = await api.createMemory({ storeId, path: '/new', content: 'first words' })
      await api.updateMemory({ storeId, memoryId: memory.id, path: '/newer', content: 'more' })
      expect(await exportGit(api, { storeId, place })).toEqual({ commits: 2, warning: undefined })
      await git('repo', 'fsck', '--strict', '--no-dangling')
      expect(await readFile(join(place, 'newer'), 'utf8')).toBe('more')
      expect((await git('repo', 'rev-list', '--count', 'HEAD')).trim()).toBe(`${first.commits + 2}`)
      await api.redactVersion({ storeId, versionId: memory.versionId })
      await expect(exportGit(api, { storeId, place })).rejects.toThrow('redacted since')
      const { id: other } = await api.createStore({ name: 'other' })
      await expect(exportGit(api, { storeId: other, place })).rejects.toThrow('another store')
      await expect(exportGit(api, { storeId, place: folder })).rejects.toThrow('exists')
    })

    test('a mirror has it too, and only what is new comes along afterwards', async () => {
      const storeId = await eventfulStore(api)
      const target = (await newTenant(given.world)).api
      const { id: copyId } = await target.createStore({ name: 'copy' })
      const ends = {
        source: { api, storeId },
        target: { api: target, storeId: copyId },
        isDryRun: false,
      }
      const whole = async () => essence(await historyOf(api, storeId))
      const copy = async () => essence(await historyOf(target, copyId))
      const { versions } = await mirror(ends)
      expect(versions).toBe((await api.getUsage({ storeId })).versions)
      expect(await copy()).toEqual(await whole())
      expect((await mirror(ends)).versions).toBe(0)
      const memory = await api.createMemory({ storeId, path: '/new', content: 'a whisper' })
      await api.updateMemory({ storeId, memoryId: memory.id, content: 'two' })
      expect((await mirror({ ...ends, isDryRun: true })).versions).toBe(2)
      expect((await mirror(ends)).versions).toBe(2)
      await api.redactVersion({ storeId, versionId: memory.versionId })
      expect((await mirror(ends)).versions).toBe(0)
      expect(await copy()).toEqual(await whole())
      expect(JSON.stringify(await historyOf(target, copyId))).not.toContain('a whisper')
      await target.createMemory({ storeId: copyId, path: '/own', content: '' })
      expect(await outcome(mirror(ends))).toBe('conflict')
    })

    test('a history over a limit of the target is refused, and nothing is left', async () => {
      const storeId = await eventfulStore(api)
      await exportArchive(api, { storeId, place: at('one.tar.gz') })
      const limited = new Proxy(api, {
        get: (real, name: keyof Api) => {
          if (name !== 'getUsage') return real[name].bind(real)
          return async (input: { storeId: string }) => ({
            ...(await api.getUsage(input)),
            versionsMax: (await api.getUsage({ storeId })).versions - 1,
          })
        },
      })
      const stores = async () => (await api.listStores({})).items.map(({ name }) => name)
      expect(await outcome(bringIn(limited, at('one.tar.gz'), 'again'))).toBe('limit')
      expect(await stores()).toEqual(['eventful'])
      expect(await outcome(bringIn(api, at('one.tar.gz'), 'eventful'))).toBe('conflict')
      expect(await outcome(bringIn(api, at('one.tar.gz'), 'again'))).toBe('done')
      expect(await stores()).toEqual(['again', 'eventful'])
    })
  })
}
