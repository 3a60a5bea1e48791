// What the short commands say, and how they end, when they cannot do what was asked.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli, type RunOptions } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-refusals-'))

beforeAll(async () => {
  server = await serve()
  mkdirSync(join(folder, 'dir'))
  writeFileSync(join(folder, 'file'), 'x')
  for (const args of [
    ['stores', 'create', 'notes'],
    ['put', 'file', 'notes:/d/a.md'],
    ['stores', 'create', 'twice', '--description', 'the first'],
    ['stores', 'create', 'twice', '--description', 'the\nsecond'],
  ]) {
    expect((await cli(args)).code).toBe(0)
  }
})
afterAll(() => server[Symbol.asyncDispose]())

function cli(args: readonly string[], options: RunOptions = {}) {
  return runCli(args, { cwd: folder, ...options, env: { ...server.env, ...options.env } })
}

describe('where nothing is', () => {
  test.each([
    [['find', 'notes:/nope']],
    [['find', 'notes:/nope/', '--json']],
    [['log', 'notes:/nope']],
    [['log', 'notes:/nope/']],
    [['get', '-r', 'notes:/nope', 'out']],
    [['ls', 'notes:/nope']],
    [['rm', '-r', 'notes:/nope', '--yes']],
    [['mv', 'notes:/nope', '/x']],
  ])('%j says so', async (args) => {
    const { code, stdout, stderr } = await cli(args)
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('nothing at /nope')
    expect(readdirSync(folder)).not.toContain('out')
  })

  test('nothing is mounted at a directory that is missing, or over a file', async () => {
    writeFileSync(join(folder, 'file'), 'mine')
    expect(await cli(['mount', 'notes', 'missing'])).toMatchObject({
      code: 2,
      stderr: 'palimpsest: there is no directory missing: make it first (mkdir -p)\n',
    })
    expect(await cli(['mount', 'notes', 'file'])).toMatchObject({
      code: 2,
      stderr: 'palimpsest: file is not a directory\n',
    })
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine')
  })

  test('a verb that stores have in the other grammar only is told of', async () => {
    const { code, stderr } = await cli(['stores', 'update', 'notes'])
    expect(code).toBe(2)
    expect(stderr).toContain('palimpsest beta:memory-stores update STORE_ID')
  })

  test('an empty store is no mistake, and a directory needs no "/" at its end', async () => {
    await cli(['stores', 'create', 'empty'])
    for (const args of [
      ['find', 'empty'],
      ['find', 'empty:/'],
      ['log', 'empty:/'],
      ['get', '-r', 'empty', 'none'],
    ]) {
      expect((await cli(args)).code).toBe(0)
    }
    expect((await cli(['find', 'notes:/d'])).stdout).toBe('/d/a.md\n')
    expect((await cli(['find', 'notes:/d/a.md'])).stdout).toBe('/d/a.md\n')
    expect((await cli(['log', 'notes:/d'])).stdout).toMatch(/created.*\/d\/a\.md\n$/)
  })
})

describe('a slip is wrong usage, found before anything is announced', () => {
  test.each([
    [['put', 'nofile', 'notes:/f'], 'there is no file "nofile"'],
    [['put', 'dir', 'notes:/q'], '"dir" is a directory: use put -r'],
    [['put', 'file', 'notes:/f', '--expect', '0000'], '--expect: must be 64 lowercase'],
    [['cat', 'notes:x'], 'like notes:/x'],
    [['cat', 'notes'], 'like notes:/notes.md'],
    [['config', '--port', '99999'], '--port: must be a whole number'],
    [['serve', '--port', '80a'], '--port: must be a whole number'],
    [['serve', '--log-level', 'nope'], '--log-level: must be one of'],
    [['serve', '--tls-cert', 'file'], '--tls-cert: and --tls-key belong together'],
  ])('%j', async (args, sentence) => {
    const { code, stdout, stderr } = await cli(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('a bad value of the environment too', async () => {
    const { code, stderr } = await cli(['config'], { env: { PALIMPSEST_PORT: 'x' } })
    expect([code, stderr]).toEqual([2, expect.stringContaining('PALIMPSEST_PORT')])
  })

  test('a name of several stores: they are told apart by description, each on a line', async () => {
    const { code, stderr } = await cli(['ls', 'twice'])
    expect(code).toBe(2)
    expect(stderr).toContain('use the id of one')
    expect(stderr).toMatch(/^ {2}memstore_\w+ {2}created \S+ {2}the first$/m)
    expect(stderr).toMatch(/^ {2}memstore_\w+ {2}created \S+ {2}the\\u\{a\}second$/m)
  })
})

test('bytes of standard input are named as such', async () => {
  const { code, stderr } = await cli(['put', '-', 'notes:/b'], { stdin: Buffer.from([0xff]) })
  expect([code, stderr]).toEqual([1, 'palimpsest: standard input is not UTF-8 text\n'])
})

describe('an editor that fails', () => {
  const edit = async (EDITOR: string) => {
    const TMPDIR = mkdtempSync(join(tmpdir(), 'palimpsest-editor-'))
    const { code, stderr } = await cli(['edit', 'notes:/d/a.md'], { env: { EDITOR, TMPDIR } })
    const drafts = readdirSync(TMPDIR).filter((name) => name.startsWith('palimpsest-'))
    return { code, stderr, drafts }
  }

  test.each(['false', 'no-such-editor'])('%s leaves nothing behind', async (editor) => {
    const { code, stderr, drafts } = await edit(editor)
    expect(code).toBe(1)
    expect(stderr).toContain(`the editor "${editor}" ended with`)
    expect(stderr).not.toContain('your text is in')
    expect(drafts).toEqual([])
  })

  test('after a change leaves the text, and names its file', async () => {
    const { code, stderr, drafts } = await edit(`sh -c 'echo mine > "$1"; exit 1' edit`)
    expect([code, drafts]).toEqual([1, [expect.any(String)]])
    expect(stderr).toContain(`${drafts[0]}/a.md`)
  })
})

describe('keys revoke NAME', () => {
  const create = async (name: string) => {
    const { stdout } = await cli(['keys', 'create', name, '--json'])
    return (JSON.parse(stdout) as { id: string }).id
  }

  test('revokes the one active key of that name', async () => {
    const old = await create('ci')
    expect((await cli(['keys', 'revoke', old])).stdout).toContain(`${old}\trevoked`)
    const id = await create('ci')
    expect((await cli(['keys', 'revoke', 'ci'])).stdout).toContain(`${id}\trevoked`)
  })

  test('revokes none where no key or several have it, and points at the list', async () => {
    await create('two')
    await create('two')
    const several = await cli(['keys', 'revoke', 'two'])
    expect([several.code, several.stderr]).toEqual([1, expect.stringContaining('keys list')])
    const none = await cli(['keys', 'revoke', 'nobody'])
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('keys list')])
    const { stdout } = await cli(['keys', 'list'])
    expect(stdout.match(/\tactive\t.*\ttwo$/gm)).toHaveLength(2)
  })
})

test('`version` is --version', async () => {
  const { code, stdout } = await cli(['version'])
  expect([code, stdout]).toEqual([0, (await cli(['--version'])).stdout])
  expect(stdout).toMatch(/^palimpsest \d+\.\d+\.\d+\n$/)
})

describe('whose writes', () => {
  test.each([
    [['revert', 'notes', '--key', 'ruin', '--yes'], /--key must be an id like apikey_01…/],
    [['revert', 'notes', '--session', 'apikey_1', '--yes'], /--session must be an id like sesn_/],
    [['log', 'notes', '--key', 'ruin'], /--key must be an id .* `palimpsest keys list`/],
    [['log', 'notes', '--session', 'x\u202ey'], /not "x\\u\{202e\}y"/],
  ])('%j is refused before anything is asked', async (args, message) => {
    const { code, stdout, stderr } = await cli(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })

  test('an actor who wrote nothing is not told that everything is well', async () => {
    const revert = ['revert', 'notes', '--key', 'apikey_01nobody']
    const { code, stdout, stderr } = await cli([...revert, '--yes'])
    expect([code, stdout]).toEqual([0, 'nothing to do\n'])
    expect(stderr).toMatch(/^palimpsest: apikey_01nobody wrote nothing in notes$/m)
    const json = await cli([...revert, '--json', '--dry-run', '--since', '-1h'])
    expect(JSON.parse(json.stdout)).toMatchObject({ changes: [] })
    expect(json.stderr).toBe('palimpsest: apikey_01nobody wrote nothing in notes in that time\n')
  })
})
