import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type RemoteApi } from '../../src/client/connect.ts'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let other: Served
let api: RemoteApi
let folder: string

beforeAll(async () => {
  server = await serve()
  other = await serve()
  api = connect({ baseUrl: server.url, headers: { 'x-api-key': server.key } })
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-cli-transfer-'))
  const { id: storeId } = await api.createStore({ name: 'notes', description: 'ours' })
  const memory = await api.createMemory({ storeId, path: '/a.md', content: 'one\n' })
  await api.updateMemory({ storeId, memoryId: memory.id, content: 'two\n' })
  await api.createMemory({ storeId, path: '/d/b.md', content: 'three\n' })
})

afterAll(async () => {
  api[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => join(folder, name)
const cli = (...args: string[]) => runCli(args, { env: server.env })

test('a store leaves as files, as an archive and as a repository', async () => {
  expect(await cli('export', 'notes', at('files'))).toMatchObject({ code: 0, stdout: '2 files\n' })
  expect(readFileSync(at('files/d/b.md'), 'utf8')).toBe('three\n')
  const archive = await cli('export', 'notes', at('notes.tar.gz'), '--json')
  expect(JSON.parse(archive.stdout)).toMatchObject({ format: 'archive', versions: 3, contents: 3 })
  const repository = await cli('export', 'notes', at('repo'), '--format', 'git')
  expect(repository).toMatchObject({ code: 0, stdout: '4 commits\n' })
  const again = await cli('export', 'notes', at('repo'), '--format', 'git')
  expect(again).toMatchObject({ code: 0, stdout: 'nothing new\n' })
})

test('a repository comes as a stream too', async () => {
  const { code, stdout } = await cli('export', 'notes', '-', '--format', 'git')
  expect(code).toBe(0)
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', at('streamed')])
  execFileSync('git', ['-C', at('streamed'), 'fast-import', '--quiet'], { input: stdout })
  const log = execFileSync('git', ['-C', at('streamed'), 'log', '--format=%s', 'main'])
  expect(log.toString()).toContain('created /d/b.md')
})

test('what was asked of an export in vain is said, and nothing is written', async () => {
  const before = readdirSync(folder)
  mkdirSync(at('taken'))
  writeFileSync(at('taken/file'), 'mine')
  const wrong: readonly [string[], number, string][] = [
    [[], 2, 'STORE is missing'],
    [['notes'], 2, 'TARGET is missing'],
    [['notes', at('x'), '--format', 'zip'], 2, 'must be one of directory'],
    [['notes', '-'], 2, 'only --format git'],
    [['notes', at('x.zip')], 2, 'an archive is NAME.tar.gz or NAME.tgz, not .zip'],
    [['nothing', at('x')], 3, 'no store'],
    [['notes', at('taken')], 1, 'exists'],
    [['notes', at('taken'), '--format', 'git'], 1, 'exists'],
    [['notes', at('taken'), '--format', 'archive'], 1, 'exists'],
    [['notes', at('none/x')], 1, 'there is no directory'],
  ]
  for (const [args, code, message] of wrong) {
    const result = await cli('export', ...args)
    expect([result.code, result.stderr], args.join(' ')).toEqual([
      code,
      expect.stringContaining(message),
    ])
  }
  expect(readFileSync(at('taken/file'), 'utf8')).toBe('mine')
  const preview = await cli('export', 'notes', at('preview.tar.gz'), '--dry-run')
  expect(preview).toMatchObject({ code: 0, stdout: expect.stringContaining('4 changes') as string })
  rmSync(at('taken'), { recursive: true })
  expect(readdirSync(folder)).toEqual(before)
})

test('an archive becomes a store, after a look at it', async () => {
  await cli('export', 'notes', at('in.tar.gz'))
  const look = await cli('import', at('in.tar.gz'), '--dry-run')
  expect(look).toMatchObject({
    code: 0,
    stdout: 'would import 3 versions of 2 live memories into notes\n',
  })
  expect((await cli('import', at('in.tar.gz'))).stderr).toContain('--store')
  const done = await cli('import', at('in.tar.gz'), '--store', 'again', '--json')
  expect(JSON.parse(done.stdout)).toMatchObject({
    dry_run: false,
    versions: 3,
    store: { name: 'again', description: 'ours', metadata: {} },
  })
  const changes = await cli('import', at('in.tar.gz'), '--store', 'again')
  expect(changes.code).toBe(4)
})

test('a folder and a repository become stores, and what cannot come along is listed', async () => {
  mkdirSync(at('vault/.obsidian'), { recursive: true })
  writeFileSync(at('vault/.obsidian/app.json'), '{}')
  writeFileSync(at('vault/note.md'), 'text')
  writeFileSync(at('vault/picture.png'), Buffer.from([0xff, 0xd8]))
  mkdirSync(Buffer.concat([Buffer.from(at('vault/')), Buffer.from([0xff])]))
  const result = await cli('import', at('vault'))
  expect(result.code).toBe(1)
  expect(result.stdout).toMatch(/^1 version of 1 live memory in vault memstore_\w+\n$/)
  expect(result.stderr).toContain('picture.png: is not UTF-8 text')
  expect(result.stderr).toContain('\u{fffd}: has a name that is not UTF-8')
  expect(result.stderr).toContain('skipped 1 hidden')
  await cli('export', 'notes', at('from'), '--format', 'git')
  const committed = await cli('import', at('from'))
  expect(committed.stdout).toMatch(/^3 versions of 2 live memories in from/)
  expect(committed.stderr).toContain('of what is committed; --format directory takes the files')
  const plain = await cli('import', at('from'), '--format', 'directory', '--store', 'plain')
  expect(plain.stdout).toMatch(/^2 versions of 2/)
})

test('a source that is none is refused before anything is written', async () => {
  writeFileSync(at('broken.tar.gz'), 'no archive')
  mkdirSync(at('empty/.git'), { recursive: true })
  const stores = async () => (await api.listStores({ limit: 100 })).items.length
  const before = await stores()
  const wrong: readonly [string[], number, string][] = [
    [[], 2, 'SOURCE is missing'],
    [[at('none')], 2, 'there is no'],
    [[at('broken.tar.gz')], 1, 'nothing was imported'],
    [[at('empty')], 1, 'has no history that git can read: --format directory takes its files'],
    [[at('broken.tar.gz'), '--format', 'git'], 2, 'is a file'],
    [[folder, '--format', 'archive'], 2, 'is a directory'],
    [[folder, '--format', 'git'], 2, 'no .git'],
    [[folder, '--store', ''], 2, 'name'],
    [[folder, '--store', 'memstore_1'], 2, 'not an id'],
  ]
  for (const [args, code, message] of wrong) {
    const result = await cli('import', ...args)
    expect([result.code, result.stderr], args.join(' ')).toEqual([
      code,
      expect.stringContaining(message),
    ])
  }
  const { secret } = await api.createKey({ name: 'writer', role: 'read_write' })
  const env = { ...server.env, ANTHROPIC_API_KEY: secret }
  await cli('export', 'notes', at('refused.tar.gz'))
  const refused = await runCli(['import', at('refused.tar.gz'), '--store', 'refused'], { env })
  expect(refused.code).toBe(5)
  expect(refused.stderr).toContain('admin')
  expect(await stores()).toBe(before)
  const source = { PALIMPSEST_SOURCE_API_KEY: other.key }
  const { id } = await connect({
    baseUrl: other.url,
    headers: { 'x-api-key': other.key },
  }).createStore({ name: 'elsewhere' })
  const mirror = ['mirror', `${other.url}/${id}`, 'refused']
  expect((await runCli(mirror, { env: { ...env, ...source } })).code).toBe(5)
  expect(await stores()).toBe(before)
})

test('a store is mirrored to another server, and keys are never shown', async () => {
  const target = `${other.url}/copy`
  const missing = await cli('mirror', 'notes', target)
  expect(missing).toMatchObject({ code: 2 })
  expect(missing.stderr).toContain('PALIMPSEST_TARGET_API_KEY')
  const env = { ...server.env, PALIMPSEST_TARGET_API_KEY: other.key }
  const mirror = (...args: string[]) => runCli(['mirror', ...args], { env })
  expect(await mirror('notes', target, '--dry-run')).toMatchObject({
    code: 0,
    stdout: 'would make a new store copy\n',
  })
  expect(await mirror('notes', target)).toMatchObject({ code: 0, stdout: '3 versions\n' })
  expect(await mirror(`${server.url}/notes`, target)).toMatchObject({ stdout: 'nothing new\n' })
  const json = await mirror('notes', target, '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ versions: 0, keeps_claims: true })
  const wrong = await runCli(['mirror', 'notes', target, '--debug'], {
    env: { ...server.env, PALIMPSEST_TARGET_API_KEY: `${other.key}x` },
  })
  expect(wrong.code).toBe(5)
  for (const { stdout, stderr } of [json, wrong, missing]) {
    expect(stdout + stderr).not.toContain(other.key)
    expect(stdout + stderr).not.toContain(server.key)
  }
  const same = await cli('mirror', 'notes', `${server.url}/notes`)
  expect(same.stderr).toContain('same store')
  const secret = new URL(target)
  secret.password = 'word'
  expect((await mirror('notes', secret.href)).stderr).toContain('must not hold a password')
  expect(existsSync(at('copy'))).toBe(false)
})
