// Long operations that are interrupted, or whose process or server is killed, in the middle.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImportOperation } from '../../src/api/transfer.ts'
import { connect, type RemoteApi } from '../../src/client/connect.ts'
import { startRelay, type Relay } from '../support/relay.ts'
import { mainFile, runCli } from '../support/run-cli.ts'
import {
  firstKeyIn,
  makeHome,
  startServe,
  type Home,
  type ServeProcess,
} from '../support/serve-process.ts'
import { essence, historyOf } from './stories.ts'

const versions = 2_100
interface Where extends AsyncDisposable {
  readonly flags: readonly string[]
}

let home: Home
let where: Where
let server: ServeProcess
let key: string
let api: RemoteApi
let storeId: string
let folder: string
const gates: Relay[] = []

/** Versions of 200 memories, 8 kB each. */
async function fill(id: string): Promise<void> {
  const text = (index: number) => `${index} ${'lorem ipsum '.repeat(700)}`
  for (let made = 0; made < versions; made += 150) {
    const operations = Array.from({ length: 150 }, (_, offset): ImportOperation => {
      const index = made + offset
      const path = `/d${index % 10}/m${index % 200}`
      const claimed = { seq: index + 1 }
      if (index < 200) return { type: 'create', path, content: text(index), claimed }
      return { type: 'update', at: path, content: text(index), claimed }
    })
    const { seq: expectedSeq } = await api.getUsage({ storeId: id })
    await api.importHistory({ storeId: id, expectedSeq, operations })
  }
}

async function start(): Promise<void> {
  server = await startServe(home, where.flags)
  key ??= firstKeyIn(server.output())
  api = connect({ baseUrl: server.url, headers: { 'x-api-key': key } })
}

async function restart(): Promise<void> {
  api[Symbol.dispose]()
  await killServer()
  await start()
}

const at = (name: string) => join(folder, name)
const env = () => ({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: key })
const cli = (...args: string[]) => runCli(args, { env: env() })
const inside = () => readdirSync(folder).toSorted()

/**
 * Lets three parts of an import through and two pages of anything else, and holds the next: what is
 * begun is in its middle for as long as the test needs.
 */
async function openGate(): Promise<Relay> {
  const passed = { pages: 0, parts: 0 }
  const held = new Promise<void>(() => {})
  const gate = await startRelay(server.url, {
    asked: (target) => {
      const [path = ''] = target.split('?')
      if (path.endsWith('/import') && (passed.parts += 1) > 3) return held
      if (/\/(export|memories)$/.test(path) && (passed.pages += 1) > 2) return held
      return undefined
    },
  })
  gates.push(gate)
  return gate
}

async function closeGates(): Promise<void> {
  for (const gate of gates.splice(0)) await gate[Symbol.asyncDispose]()
}

async function killServer(): Promise<void> {
  await server.kill()
  await closeGates()
}

async function begin(...args: string[]): Promise<ChildProcess> {
  const gate = await openGate()
  const variables = {
    PATH: process.env['PATH'] ?? '',
    HOME: home.directory,
    TMPDIR: folder,
    ...env(),
    ANTHROPIC_BASE_URL: gate.url,
  }
  const stdio = ['ignore', 'ignore', 'pipe'] as const
  return spawn(process.execPath, [mainFile, ...args], { env: variables, stdio: [...stdio] })
}

/** Sends a Ctrl-C when something is to be seen. */
async function interruptWhen(child: ChildProcess, isTime: () => Promise<boolean>) {
  const [exit, told] = [once(child, 'exit'), textOf(child.stderr ?? Readable.from([]))]
  while (child.exitCode === null && !(await isTime())) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  child.kill('SIGINT')
  const [code] = (await exit) as [number | null]
  return { code, stderr: await told }
}

/** Ends a process when something is to be seen, with SIGKILL, and checks that it was at work. */
async function killWhen(child: ChildProcess, isTime: () => boolean | Promise<boolean>) {
  const exit = once(child, 'exit')
  while (child.exitCode === null && !(await isTime())) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  child.kill('SIGKILL')
  const [code, signal] = (await exit) as [number | null, string | null]
  expect([code, signal]).toEqual([null, 'SIGKILL'])
}

const hasPartial = (least: number) => () => {
  const partial = inside().find((name) => name.endsWith('.partial'))
  return partial !== undefined && readdirSync(at(partial)).length >= least
}

async function storeNamed(start: string) {
  const { items } = await api.listStores({ limit: 100 })
  return items.find(({ name }) => name.startsWith(start))
}

const grown = (name: string, least: number) => async () => {
  const store = await storeNamed(name)
  return store !== undefined && (await api.getUsage({ storeId: store.id })).seq > least
}

const original = async () => essence(await historyOf(api, storeId))
const brought = async (name: string) => {
  const store = await storeNamed(name)
  return essence(await historyOf(api, store?.id ?? ''))
}

export function transferCrashContract(name: string, place: () => Promise<Where>): void {
  // Programs and servers are started again and again, each at the pace of the machine.
  describe(`over ${name}`, { timeout: 180_000 }, () => {
    beforeAll(async () => {
      home = await makeHome()
      where = await place()
      folder = mkdtempSync(join(tmpdir(), 'palimpsest-crash-'))
      await start()
      storeId = (await api.createStore({ name: 'source' })).id
      await fill(storeId)
    })

    afterAll(async () => {
      await closeGates()
      api[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
      await home[Symbol.asyncDispose]()
      await where[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    })

    describe.each(['directory', 'archive', 'git'])('an export to a %s', (format) => {
      const target = `out-${format}`
      const isWhole = () => {
        if (format === 'directory') expect(readdirSync(at(target))).toHaveLength(10)
        if (format === 'archive') execFileSync('tar', ['tzf', at(target)], { maxBuffer: 1e8 })
        if (format === 'git') execFileSync('git', ['-C', at(target), 'fsck', '--strict'])
      }

      test('that is killed leaves nothing at its place, and the next one clears up', async () => {
        const child = await begin('export', 'source', at(target), '--format', format)
        await killWhen(child, hasPartial(1))
        expect(existsSync(at(target))).toBe(false)
        expect((await cli('export', 'source', at(target), '--format', format)).code).toBe(0)
        expect(inside().filter((name) => name.includes(target))).toEqual([target])
        isWhole()
        rmSync(at(target), { recursive: true })
      })

      test('whose server is killed fails and leaves nothing', async () => {
        const child = await begin('export', 'source', at(target), '--format', format)
        const exit = once(child, 'exit')
        while (!hasPartial(1)()) await new Promise((resolve) => setTimeout(resolve, 5))
        await killServer()
        const [code] = (await exit) as [number | null]
        await restart()
        expect(code).toBe(1)
        expect(inside().filter((name) => name.includes(target))).toEqual([])
      })
    })

    describe('an update of a git export', () => {
      test('that is killed leaves the repository as it was, and the next one goes on', async () => {
        const { id } = await api.createStore({ name: 'growing' })
        await api.createMemory({ storeId: id, path: '/first', content: 'x' })
        expect((await cli('export', 'growing', at('repo'), '--format', 'git')).code).toBe(0)
        await fill(id)
        const git = (...args: string[]) =>
          execFileSync('git', ['-C', at('repo'), ...args], { encoding: 'utf8' }).trim()
        const before = git('rev-parse', 'HEAD')
        const child = await begin('export', 'growing', at('repo'), '--format', 'git')
        const packs = () => readdirSync(at('repo/.git/objects/pack'))
        await killWhen(child, () => packs().some((name) => name.startsWith('tmp_pack')))
        expect(git('rev-parse', 'HEAD')).toBe(before)
        git('fsck', '--strict')
        expect((await cli('export', 'growing', at('repo'), '--format', 'git')).code).toBe(0)
        expect(git('rev-list', '--count', 'HEAD')).toBe(`${versions + 2}`)
        git('fsck', '--strict')
        expect(git('status', '--porcelain')).toBe('')
      })
    })

    describe('an import', () => {
      beforeAll(async () => {
        expect((await cli('export', 'source', at('whole.tar.gz'))).code).toBe(0)
      })

      test('that is killed goes on when it runs again', async () => {
        const child = await begin('import', at('whole.tar.gz'), '--store', 'killed')
        await killWhen(child, grown('killed', 200))
        expect((await storeNamed('killed'))?.name).toBe('killed (import unfinished)')
        const again = await cli('import', at('whole.tar.gz'), '--store', 'killed')
        expect(again.stderr).toContain('going on')
        expect(again.code).toBe(0)
        expect((await storeNamed('killed'))?.name).toBe('killed')
        expect((await storeNamed('killed'))?.metadata).toEqual({})
        expect(await brought('killed')).toEqual(await original())
      })

      test('that is interrupted says that it goes on, leaves no files, and goes on', async () => {
        const before = inside()
        const child = await begin('import', at('whole.tar.gz'), '--store', 'stopped')
        const { code, stderr } = await interruptWhen(child, grown('stopped', 200))
        expect(code).toBe(130)
        expect(stderr).toMatch(/^palimpsest: interrupted: the same command goes on/m)
        expect(inside()).toEqual(before)
        expect((await cli('import', at('whole.tar.gz'), '--store', 'stopped')).code).toBe(0)
        expect(await brought('stopped')).toEqual(await original())
      })

      test('whose server is killed says so, and goes on when it runs again', async () => {
        const child = await begin('import', at('whole.tar.gz'), '--store', 'unserved')
        const exit = once(child, 'exit')
        const isTime = grown('unserved', 200)
        while (!(await isTime())) await new Promise((resolve) => setTimeout(resolve, 5))
        await killServer()
        expect(((await exit) as [number | null])[0]).toBe(1)
        await restart()
        expect((await cli('import', at('whole.tar.gz'), '--store', 'unserved')).code).toBe(0)
        expect(await brought('unserved')).toEqual(await original())
      })
    })

    describe('a mirror', () => {
      test('that is interrupted says that it goes on, and goes on', async () => {
        const child = await begin('mirror', 'source', 'paused')
        const { code, stderr } = await interruptWhen(child, grown('paused', 200))
        expect(code).toBe(130)
        expect(stderr).toMatch(/^palimpsest: interrupted: the same command goes on/m)
        expect((await cli('mirror', 'source', 'paused')).code).toBe(0)
        expect(await brought('paused')).toEqual(await original())
      })

      test('that is killed, and whose server is killed, goes on when it runs again', async () => {
        const child = await begin('mirror', 'source', 'copy')
        await killWhen(child, grown('copy', 200))
        const second = await begin('mirror', 'source', 'copy')
        const exit = once(second, 'exit')
        const { seq } = await api.getUsage({ storeId: (await storeNamed('copy'))?.id ?? '' })
        const isTime = grown('copy', seq)
        while (!(await isTime())) await new Promise((resolve) => setTimeout(resolve, 5))
        await killServer()
        expect(((await exit) as [number | null])[0]).toBe(1)
        await restart()
        expect((await cli('mirror', 'source', 'copy')).code).toBe(0)
        expect(await brought('copy')).toEqual(await original())
        expect((await cli('mirror', 'source', 'copy')).stdout).toBe('nothing new\n')
      })
    })
  })
}
