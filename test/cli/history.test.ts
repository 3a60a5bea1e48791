// Looking back and taking back, as processes, against a real server.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { runCli, type RunOptions } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let folder: string
let agent: { readonly id: string; readonly secret: string }
/** After the people wrote, before the agent did. */
let then: string

const style = '# Style\nWrite plainly.\nNo jargon.\n'

beforeAll(async () => {
  server = await serve()
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-history-'))
  const api = apiWith(server.key)
  const { id: storeId } = await api.createStore({ name: 'notes' })
  const guide = await api.createMemory({ storeId, path: '/style.md', content: style })
  const todo = await api.createMemory({ storeId, path: '/todo.md', content: 'todo\n' })
  await sleep(5)
  then = new Date().toISOString()
  await sleep(5)
  agent = await api.createKey({ name: 'agent' })
  const bad = apiWith(agent.secret)
  const shout = style.replace('Write plainly.', 'SHOUT.')
  await bad.updateMemory({ storeId, memoryId: guide.id, content: shout })
  await bad.deleteMemory({ storeId, memoryId: todo.id })
  await bad.createMemory({ storeId, path: '/spam', content: 'spam' })
  await api.updateMemory({ storeId, memoryId: guide.id, content: `${shout}Mine.\n` })
})
afterAll(() => server[Symbol.asyncDispose]())

function apiWith(key: string) {
  return connect({ baseUrl: `${server.url}/`, headers: { 'x-api-key': key } })
}

function cli(args: readonly string[], options: RunOptions = {}) {
  return runCli(args, { cwd: folder, ...options, env: { ...server.env, ...options.env } })
}

async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(args)
  expect(`${code} ${stderr}`).toMatch(/^0 (palimpsest: [\w ]+ on http:.*\n)?$/)
  return stdout
}

describe('looking back', () => {
  test('search and grep find what was', async () => {
    expect(await ok('search', 'notes', 'plainly')).toBe('')
    expect(await ok('search', 'notes', 'plainly', '--at', then)).toMatch(/^\/style\.md\t.*plainly/)
    expect(await ok('grep', '-n', 'Write|todo', 'notes', '--at', then)).toBe(
      '/style.md:2:Write plainly.\n/todo.md:1:todo\n',
    )
    expect(await ok('grep', 'todo', 'notes:/todo.md', '--at=3')).toBe('/todo.md:todo\n')
    const none = await cli(['grep', 'nothing', 'notes:/todo.md', '--at', then])
    expect(none).toMatchObject({ code: 1, stdout: '' })
    const absent = await cli(['grep', 'x', 'notes:/spam', '--at', then])
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('no memory at /spam') })
    const everywhere = await cli(['search', 'plainly', '--at', then])
    expect(everywhere.code).toBe(2)
    expect(everywhere.stderr).toContain('--at: a moment belongs to one store')
    expect(await ok('search', 'notes', 'style', '--since', '-2h')).toContain('/style.md')
    expect(await ok('search', 'notes', 'style', '--until', '-2h')).toBe('')
    const early = await cli(['search', 'notes', 'plainly', '--at', '2001-01-01'])
    expect(early.stderr).toContain('at: is before the store was made')
  })

  test('ls, cat and get show what was', async () => {
    expect(await ok('ls', 'notes', '--at', then)).toBe('/style.md\n/todo.md\n')
    expect(await ok('ls', 'notes:/todo.md', '--at', then)).toBe('/todo.md\n')
    expect(await ok('cat', 'notes:/style.md', '--at', then)).toBe(style)
    expect(await ok('cat', 'notes:/todo.md', '--at=3')).toBe('todo\n')
    await ok('get', '-r', 'notes', 'was', '--at', then)
    expect(readFileSync(join(folder, 'was/todo.md'), 'utf8')).toBe('todo\n')
    expect((await cli(['get', 'notes:/todo.md', '-', '--at', then])).stdout).toBe('todo\n')
    const one = await ok('get', 'notes:/todo.md', join(folder, 'one'), '--at', then, '--json')
    expect(JSON.parse(one)).toMatchObject({ dry_run: false, written: ['/todo.md'] })
  })

  test('a moment that is none, or none that is kept, is refused', async () => {
    const wrong = await cli(['ls', 'notes', '--at', 'soon'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('--at must be a time')
    const early = await cli(['cat', 'notes:/style.md', '--at', '-5d'])
    expect(early).toMatchObject({ code: 1, stdout: '' })
    expect(early.stderr).toMatch(/before the store was made \(20\d\d-.*Z\)/)
    const unknown = await cli(['log', 'notes', '--operation', 'renamed'])
    expect(unknown).toMatchObject({ code: 2, stdout: '' })
    expect(unknown.stderr).toContain('--operation must be one of created, modified')
    expect((await cli(['cat', 'notes:/spam', '--at', then])).code).toBe(3)
  })

  test('a path where nothing was then is named, and a store that is not there is not blamed on it', async () => {
    for (const command of ['cat', 'ls']) {
      const { code, stderr } = await cli([command, 'notes:/spam', '--at', then])
      expect([code, stderr]).toEqual([3, 'palimpsest: no memory at /spam at that moment\n'])
    }
    const store = 'memstore_011CZkZAbcdefghijkmnopqr'
    const { code, stderr } = await cli(['cat', `${store}:/spam`, '--at', then])
    expect([code, stderr]).toEqual([3, 'palimpsest: memory store not found\n'])
  })

  test('log tells what one key did, and what it changed', async () => {
    const lines = (await ok('log', 'notes', '--key', agent.id)).trimEnd().split('\n')
    expect(lines.map((line) => line.split('\t')[2])).toEqual(['created', 'deleted', 'modified'])
    expect(lines[0]?.split('\t')[3]).toBe(`${agent.id} (agent)`)
    const plain = await ok('log', 'notes:/spam')
    expect(plain.split('\t')[3]).toBe(`${agent.id} (agent)`)
    expect(await ok('log', 'notes:/spam', '--json')).not.toContain('(agent)')
    const patch = await ok('log', 'notes:/style.md', '--key', agent.id, '-p')
    expect(patch).toContain('\n-Write plainly.\n+SHOUT.\n')
    const made = await ok('log', 'notes', '--operation', 'created', '--until', then, '--json')
    expect(JSON.parse(made)).toMatchObject([
      { path: '/todo.md', previous_version_id: null },
      { path: '/style.md' },
    ])
    expect((await cli(['log', 'notes', '--since', '42'])).code).toBe(2)
  })

  test('blame names who wrote each line', async () => {
    const rows = (await ok('blame', 'notes:/style.md')).trimEnd().split('\n')
    const told = rows
      .map((row) => row.split('\t'))
      .map(([, actor, , line, text]) => [line, text, actor === `${agent.id} (agent)`])
    expect(told).toEqual([
      ['1', '# Style', false],
      ['2', 'SHOUT.', true],
      ['3', 'No jargon.', false],
      ['4', 'Mine.', false],
    ])
    expect(JSON.parse(await ok('blame', 'notes:/style.md', '--json'))).toMatchObject({
      type: 'blame',
      path: '/style.md',
    })
  })

  test('diff is a patch that makes the past the present', async () => {
    const patch = await ok('diff', 'notes', '--from', then)
    await ok('get', '-r', 'notes', 'patched', '--at', then)
    writeFileSync(join(folder, 'a.patch'), patch)
    execFileSync('git', ['apply', '../a.patch'], { cwd: join(folder, 'patched') })
    expect(readFileSync(join(folder, 'patched/spam'), 'utf8')).toBe('spam')
    expect(readFileSync(join(folder, 'patched/style.md'), 'utf8')).toContain('Mine.\n')
    expect(await ok('diff', 'notes:/style.md')).toContain('\n+Mine.\n')
    expect(await ok('diff', 'notes:/spam')).toContain('new file mode')
    const json = JSON.parse(await ok('diff', 'notes', '--from', then, '--json')) as object
    expect(json).toMatchObject({ type: 'diff', unified: patch, next_page: null })
    const nothing = await cli(['diff', 'notes'])
    expect(nothing).toMatchObject({ code: 2 })
    expect(nothing.stderr).toContain('--from is missing')
  })
})

describe('redacting', () => {
  test('takes a yes, keeps the reason, and the log shows it', async () => {
    await apiWith(server.key).createStore({ name: 'secrets' })
    writeFileSync(join(folder, 'key.txt'), 'sk-example-0a1b\n')
    for (const path of ['one', 'two']) {
      await ok('put', 'key.txt', `secrets:/${path}`)
      await ok('rm', `secrets:/${path}`)
    }
    const rows = (await ok('log', 'secrets', '--operation', 'created')).trimEnd().split('\n')
    const [two = '', one = ''] = rows.map((row) => row.split('\t')[0])
    const reason = 'Leaked key, ticket 4711'
    const refused = await cli(['redact', 'secrets', one, two, '--reason', reason])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('--yes')
    for (const args of [['redact'], ['redact', 'secrets', '--yes']]) {
      expect((await cli(args)).stderr).toContain('STORE and VERSION are missing')
    }
    const unseen = await cli(['redact', 'secrets', one, '--json'])
    expect(unseen).toMatchObject({ code: 2, stdout: '' })
    const slip = `${two.slice(0, -1)}${two.endsWith('1') ? '2' : '1'}`
    expect(await cli(['redact', 'secrets', one, slip, '--yes'])).toMatchObject({ code: 3 })
    const told = await cli(['redact', 'secrets', one, '--reason', 'the sk-example-0a1b', '--yes'])
    expect(told).toMatchObject({ code: 1, stdout: '' })
    expect(told.stderr).toMatch(/reason: must not repeat/)
    expect(await ok('show', 'secrets', one)).toContain('sk-example')
    const json = await ok('redact', 'secrets', one, two, '--reason', reason, '--yes', '--json')
    expect(JSON.parse(json)).toMatchObject([
      { id: one, type: 'memory_version', content: null, path: null },
      { id: two, type: 'memory_version', content: null, path: null },
    ])
    const log = await ok('log', 'secrets', '--operation', 'redacted')
    const lines = log.trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line.endsWith(`\t(redacted)\t${reason}`)).toBe(true)
    const entries = await ok('log', 'secrets', '--operation', 'redacted', '--json')
    expect(JSON.parse(entries)).toMatchObject([
      { kind: 'redacted', reason },
      { kind: 'redacted', reason },
    ])
  })

  test('without a reason it is the official operation', async () => {
    await ok('put', 'key.txt', 'secrets:/three')
    await ok('rm', 'secrets:/three')
    const [row = ''] = (await ok('log', 'secrets', '--operation', 'created')).split('\n')
    const [id = ''] = row.split('\t')
    expect(await ok('redact', 'secrets', id, '--yes')).toMatch(
      new RegExp(`^${id}\\t.*\\t\\(redacted\\)\\n$`),
    )
    const log = await ok('log', 'secrets', '--operation', 'redacted', '-n', '1', '--json')
    expect(Object.keys((JSON.parse(log) as object[])[0] ?? {})).not.toContain('reason')
  })
})

describe('taking back', () => {
  test('shows the plan, and does nothing without a yes', async () => {
    const plan = await ok('revert', 'notes', '--key', agent.id, '--dry-run')
    expect(plan).toBe(
      'would be deleted\t/spam\nwould be changed\t/style.md\nwould be brought back\t/todo.md\n',
    )
    const refused = await cli(['revert', 'notes', '--key', agent.id])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('--yes (or --dry-run)')
    expect((await cli(['revert', 'notes', '--yes'])).code).toBe(2)
    expect((await cli(['restore', 'notes', '--yes'])).code).toBe(2)
    expect((await cli(['restore', 'notes', '--at', '1', '--version', 'x', '--yes'])).code).toBe(2)
  })

  test('revert takes back one key alone; restore brings back everything', async () => {
    await ok('revert', 'notes', '--key', agent.id, '--yes')
    expect(await ok('cat', 'notes:/style.md')).toBe(`${style}Mine.\n`)
    expect(await ok('ls', 'notes')).toBe('/style.md\n/todo.md\n')
    const again = await ok('revert', 'notes', '--key', agent.id, '--yes', '--json')
    expect(JSON.parse(again)).toMatchObject({ type: 'revert', changes: [] })
    const restored = await ok('restore', 'notes:/style.md', '--at', then, '--yes')
    expect(restored).toBe('changed\t/style.md\n')
    expect(await ok('cat', 'notes:/style.md')).toBe(style)
    expect(await ok('restore', 'notes', '--at', then, '--yes')).toContain('nothing to do')
    const late = await cli(['restore', 'notes', '--at', '99999', '--yes'])
    expect(late.stderr).toContain("beyond the store's newest change")
    expect((await cli(['restore', 'notes:/none', '--at', then, '--yes'])).code).toBe(3)
  })
})
