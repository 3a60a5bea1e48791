// The short commands, as processes, against a real server.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCli, type RunOptions, type RunResult } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let stores = 0
/** A new store's name for every test. */
let notes: string
let folder: string

beforeAll(async () => {
  server = await serve()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  stores += 1
  notes = `notes ${stores}`
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-commands-'))
  await ok('stores', 'create', notes)
})

function cli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCli(args, { cwd: folder, ...options, env: { ...server.env, ...options.env } })
}

async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(args)
  expect(`${code} ${stderr}`).toMatch(/^0 (palimpsest: [\w ]+ on http:.*\n)?$/)
  return stdout
}

async function put(path: string, content: string, ...flags: string[]): Promise<RunResult> {
  return cli(['put', '-', `${notes}:${path}`, ...flags], { stdin: content })
}

describe('put and cat', () => {
  test('keep content byte for byte', async () => {
    const content = '\ufeffeins\r\nzwei 🦊\u0000\tend, no line break'
    expect((await put('/a.md', content)).stdout).toBe('created /a.md\n')
    expect(await ok('cat', `${notes}:/a.md`)).toBe(content)
  })

  test('replace what is there, say so, and keep the old version', async () => {
    await put('/a', 'one')
    expect((await put('/a', 'two')).stdout).toBe('updated /a\n')
    expect((await put('/a', 'two')).stdout).toBe('unchanged /a\n')
    expect((await ok('log', `${notes}:/a`)).split('\n')).toHaveLength(3)
  })

  test('--keep leaves alone, --expect replaces only what it knows', async () => {
    await put('/a', 'one')
    expect((await put('/a', 'two', '--keep')).code).toBe(4)
    expect((await put('/a', 'two', '--expect', 'a'.repeat(64))).code).toBe(4)
    expect((await put('/gone', 'two', '--expect', 'a'.repeat(64))).code).toBe(3)
    expect(await ok('cat', `${notes}:/a`)).toBe('one')
  })

  test('a file takes its own name below "/"', async () => {
    writeFileSync(join(folder, 'x.md'), 'x')
    await ok('put', 'x.md', `${notes}:/dir/`)
    expect(await ok('cat', `${notes}:/dir/x.md`)).toBe('x')
  })

  test('what no memory can hold is refused whole', async () => {
    expect((await put('/big', 'x'.repeat(102_401))).stderr).toContain('at most 102400')
    const binary = await cli(['put', '-', `${notes}:/bin`], { stdin: Buffer.from([0xff]) })
    expect(binary.stderr).toContain('is not UTF-8 text')
    expect(binary.code).toBe(1)
    expect(await ok('ls', notes)).toBe('')
  })
})

describe('ls, find, show and log', () => {
  beforeEach(async () => {
    for (const path of ['/a.md', '/d/b.md', '/d/e/c.txt']) await put(path, path)
  })

  test('ls gives children, -R everything, of a memory itself', async () => {
    expect(await ok('ls', notes)).toBe('/a.md\n/d/\n')
    expect(await ok('ls', `${notes}:/d`)).toBe('/d/b.md\n/d/e/\n')
    expect(await ok('ls', '-R', `${notes}:/d/`)).toBe('/d/b.md\n/d/e/c.txt\n')
    expect(await ok('ls', `${notes}:/a.md`)).toBe('/a.md\n')
    expect((await cli(['ls', `${notes}:/nothing`])).code).toBe(3)
  })

  test('ls -l has size and time, separated by tabs', async () => {
    expect((await ok('ls', '-l', notes)).split('\n')[0]).toMatch(/^5\t20\d\d-.*Z\t\/a\.md$/)
  })

  test('--json is the JSON of the API', async () => {
    const items = JSON.parse(await ok('ls', notes, '--json')) as { type: string; path: string }[]
    expect(items.map(({ type, path }) => [type, path])).toEqual([
      ['memory', '/a.md'],
      ['memory_prefix', '/d/'],
    ])
    expect(JSON.parse(await ok('cat', `${notes}:/a.md`, '--json'))).toMatchObject({
      content: '/a.md',
    })
    expect(JSON.parse(await ok('show', notes, '--json'))).toMatchObject({ name: notes })
    expect(JSON.parse(await ok('log', notes, '--json'))).toHaveLength(3)
  })

  test('find matches names and paths', async () => {
    expect(await ok('find', notes, '--name', '*.md')).toBe('/a.md\n/d/b.md\n')
    expect(await ok('find', notes, '--path', '/d/*')).toBe('/d/b.md\n')
    expect(await ok('find', `${notes}:/d`, '--name', 'C*', '-i')).toBe('/d/e/c.txt\n')
  })

  test('a version is shown by its id alone', async () => {
    const [version = ''] = (await ok('log', `${notes}:/a.md`)).split('\t')
    expect(version).toMatch(/^memver_/)
    expect(await ok('show', version)).toMatch(/operation\tcreated[^]*\n\/a\.md\n$/)
    expect(await ok('show', notes, version)).toBe(await ok('show', version))
    expect((await cli(['show', `${version.slice(0, -1)}!`])).code).toBe(3)
  })

  test('log follows a memory through renames and beyond its end', async () => {
    await ok('mv', `${notes}:/a.md`, '/z.md')
    await ok('rm', `${notes}:/z.md`)
    const rows = (await ok('log', `${notes}:/z.md`)).trim().split('\n')
    expect(rows.map((row) => row.split('\t').toSpliced(0, 2).toSpliced(1, 2))).toEqual([
      ['deleted', '/z.md'],
      ['modified', '/z.md'],
      ['created', '/a.md'],
    ])
    expect((await ok('log', `${notes}:/d/`, '-n', '1')).trim()).toMatch(/\/d\/e\/c\.txt$/)
  })
})

describe('mv', () => {
  test('a memory keeps its id; nothing is overwritten', async () => {
    const { id } = JSON.parse((await put('/a', 'a', '--json')).stdout) as { id: string }
    await put('/b', 'b')
    expect((await cli(['mv', `${notes}:/a`, '/b'])).code).toBe(4)
    await ok('mv', `${notes}:/a`, '/dir/')
    expect(JSON.parse(await ok('show', `${notes}:/dir/a`, '--json'))).toMatchObject({ id })
  })

  test('a directory moves as one change, or not at all', async () => {
    for (const path of ['/d/a', '/d/e/b', '/x/e']) await put(path, path)
    expect((await cli(['mv', `${notes}:/d`, '/x'])).code).toBe(4)
    expect(await ok('ls', '-R', notes)).toBe('/d/a\n/d/e/b\n/x/e\n')
    expect(await ok('mv', `${notes}:/d`, '/y', '--dry-run')).toBe(
      'would move /d/a → /y/a\nwould move /d/e/b → /y/e/b\n',
    )
    expect(await ok('mv', `${notes}:/d`, '/y/')).toBe('moved 2 memories to /y/d/\n')
    expect(await ok('ls', '-R', notes)).toBe('/x/e\n/y/d/a\n/y/d/e/b\n')
  })

  test('stays within its store', async () => {
    expect((await cli(['mv', `${notes}:/a`, 'other:/a'])).stderr).toContain('within one store')
  })
})

describe('rm', () => {
  test('-r deletes below a directory, after --dry-run said what', async () => {
    for (const path of ['/d/a', '/d/b', '/e']) await put(path, path)
    expect(await ok('rm', '-r', `${notes}:/d`, '--dry-run')).toBe(
      'would delete /d/a\nwould delete /d/b\n',
    )
    const refused = await cli(['rm', '-r', `${notes}:/d`])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('needs --yes')])
    await ok('rm', '-r', `${notes}:/d`, '--yes')
    expect(await ok('ls', notes)).toBe('/e\n')
  })

  test('a directory without -r, and a store without -r, are refused', async () => {
    await put('/d/a', 'a')
    for (const target of [`${notes}:/d/`, notes]) {
      expect((await cli(['rm', target])).code).toBe(2)
    }
    expect((await cli(['rm', '-r', '--yes', notes])).stderr).toContain('rm needs a path: STORE:/')
    expect((await cli(['rm', `${notes}:/d`])).code).toBe(3)
  })
})

describe('put -r and get -r', () => {
  test('bring a tree there and back, with what cannot come along by name and reason', async () => {
    const tree = join(folder, 'tree')
    mkdirSync(join(tree, 'sub'), { recursive: true })
    for (let index = 0; index < 150; index += 1) {
      writeFileSync(join(tree, 'sub', `f${index}.md`), `text ${index}`)
    }
    writeFileSync(join(tree, 'ümlaut.md'), 'ü')
    writeFileSync(join(tree, 'bad.bin'), Buffer.from([1, 0xff]))
    writeFileSync(join(tree, 'big.txt'), 'x'.repeat(102_401))
    writeFileSync(join(tree, 'bi\u202edi.md'), 'x')
    symlinkSync('/etc', join(tree, 'link'))
    const dry = await cli(['put', '-r', tree, `${notes}:/t`, '--dry-run'])
    expect(dry.stdout).toBe('would be: 151 created\n')
    expect(await ok('ls', notes)).toBe('')
    const result = await cli(['put', '-r', tree, `${notes}:/t`])
    expect([result.code, result.stdout]).toEqual([1, '151 created\n'])
    expect(result.stderr).toContain('4 files could not come along')
    expect(result.stderr).toMatch(/bad\.bin: is not UTF-8[^]*big\.txt: has 102401 bytes/)
    expect(result.stderr).toMatch(/link: is a symbolic link/)
    const again = await cli(['put', '-r', tree, `${notes}:/t`, '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ created: [], unchanged: { length: 151 } })
    await ok('get', '-r', `${notes}:/t`, 'out')
    expect(readdirSync(join(folder, 'out', 'sub'))).toHaveLength(150)
    expect(readFileSync(join(folder, 'out', 'ümlaut.md'), 'utf8')).toBe('ü')
  })

  test('changed files make new versions; --keep does not', async () => {
    const tree = join(folder, 'tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'a'), 'one')
    await ok('put', '-r', tree, notes)
    writeFileSync(join(tree, 'a'), 'two')
    expect(await ok('put', '-r', tree, notes, '--keep')).toBe('1 kept\n')
    expect(await ok('put', '-r', tree, notes)).toBe('1 updated\n')
    expect(await ok('cat', `${notes}:/a`)).toBe('two')
  })

  test('get never replaces a file that differs, unless forced', async () => {
    await put('/a', 'theirs')
    writeFileSync(join(folder, 'a'), 'mine')
    expect((await cli(['get', `${notes}:/a`])).stderr).toContain('exists')
    expect((await cli(['get', '-r', notes, '.'])).code).toBe(1)
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('mine')
    await ok('get', '-r', notes, '.', '--force')
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('theirs')
  })

  test('get follows no link out of the directory', async () => {
    await put('/link/x', 'x')
    await put('/file', 'x')
    const outside = mkdtempSync(join(tmpdir(), 'palimpsest-outside-'))
    mkdirSync(join(folder, 'out'))
    symlinkSync(outside, join(folder, 'out', 'link'))
    symlinkSync(join(outside, 'target'), join(folder, 'out', 'file'))
    const result = await cli(['get', '-r', notes, 'out', '--force'])
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/is a symbolic link/)
    expect(readdirSync(outside)).toEqual([])
  })
})

describe('edit', () => {
  const editor = (line: string) => ({ env: { EDITOR: `sh -c '${line}' edit` } })

  test('saves what the editor left, and nothing when that is the same', async () => {
    await put('/a.md', 'one\n')
    const edited = await cli(['edit', `${notes}:/a.md`], editor('echo two >> "$1"'))
    expect([edited.code, edited.stdout]).toEqual([0, 'saved /a.md\n'])
    expect(await ok('cat', `${notes}:/a.md`)).toBe('one\ntwo\n')
    const same = await cli(['edit', `${notes}:/a.md`], editor('true'))
    expect(same.stdout).toBe('no change\n')
  })

  test('makes a memory that was not there', async () => {
    await cli(['edit', `${notes}:/new.md`], editor('echo hello > "$1"'))
    expect(await ok('cat', `${notes}:/new.md`)).toBe('hello\n')
  })

  test('never loses text: the file stays where it cannot be saved', async () => {
    await put('/a', 'a')
    const failed = await cli(['edit', `${notes}:/a/below`], editor('echo lost > "$1"'))
    expect(failed.code).toBe(4)
    const [, file = ''] = /your text is in (.*)\n/.exec(failed.stderr) ?? []
    expect(readFileSync(file, 'utf8')).toBe('lost\n')
  })
})

describe('stores', () => {
  test('a name that several stores have is refused with the candidates', async () => {
    const id = (await cli(['stores', 'create', notes])).stdout.trim()
    const { code, stderr } = await cli(['ls', notes])
    expect(code).toBe(2)
    expect(stderr).toContain('the name of several stores')
    expect(stderr).toContain(id)
    expect(await ok('ls', id)).toBe('')
  })

  test('an unknown name suggests the nearest', async () => {
    const { code, stderr } = await cli(['ls', `${notes}x`])
    expect([code, stderr]).toEqual([3, expect.stringContaining(`Did you mean ${notes}?`)])
  })

  test('list shows them, archived ones only when asked', async () => {
    const id = (await ok('stores', 'create', 'old', '--metadata', 'a=b')).trim()
    await ok('beta:memory-stores', 'archive', id)
    expect(await ok('stores', 'list')).not.toContain(id)
    expect(await ok('ls')).not.toContain(id)
    const all = JSON.parse(await ok('stores', 'list', '--archived', '--json')) as object[]
    expect(all).toContainEqual(expect.objectContaining({ id, metadata: { a: 'b' } }))
  })
})

describe('the program', () => {
  test('names the server before it changes anything, and not when it only looks', async () => {
    const { stderr } = await put('/a', 'a')
    expect(stderr).toBe(`palimpsest: put on ${server.url}/ (environment)\n`)
    expect((await cli(['ls', notes])).stderr).toBe('')
  })

  test('unknown commands and flags suggest, with exit code 2', async () => {
    const command = await cli(['lss'])
    expect([command.code, command.stderr]).toEqual([2, expect.stringContaining('Did you mean ls?')])
    const flag = await cli(['ls', '--jsn'])
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('Did you mean --json?')])
    const verb = await cli(['stores', 'lits'])
    expect(verb.stderr).toContain('Did you mean list?')
  })

  test('connection flags may stand before the command', async () => {
    const args = ['--base-url', server.url, '--api-key', server.key, 'ls', notes]
    expect((await runCli(args)).code).toBe(0)
  })

  test('a refused key ends with 5, no server with 1', async () => {
    const wrong = await runCli(['ls', '--base-url', server.url, '--api-key', 'wrong'])
    expect(wrong.code).toBe(5)
    const nobody = await runCli(['ls', '--base-url', 'http://127.0.0.1:1', '--api-key', 'k'])
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('ECONNREFUSED')])
  })

  test('--debug never shows the key', async () => {
    const { stderr } = await cli(['ls', notes, '--debug'])
    expect(stderr).toContain('GET /v1/memory_stores')
    expect(stderr).toContain('x-api-key: <masked>')
    expect(stderr).not.toContain(server.key)
  })

  test('help and version', async () => {
    expect(await ok('--help')).toContain('palimpsest COMMAND')
    expect(await ok('put', '--help')).toContain('Example:\n  echo "Use tabs."')
    expect(await ok('help', 'stores', 'list')).toContain('stores list [--archived]')
    expect(await ok('stores')).toContain('stores create')
    expect(await ok('--version')).toMatch(/^palimpsest \d+\.\d+\.\d+\n$/)
  })
})

describe('search and grep', () => {
  beforeEach(async () => {
    await put('/a.md', 'one\ntwo Budget\nthree\nfour\nfive\nsix budget\n')
    await put('/d/b.md', 'the budget\tplan')
  })

  test('search prints where, when, by whom and a piece of the text', async () => {
    const rows = (await ok('search', notes, 'BUDGET')).split('\n')
    expect(rows).toHaveLength(3)
    expect(rows[0]?.split('\t')).toEqual([
      '/d/b.md',
      expect.stringMatching(/^20\d\d-/),
      expect.stringMatching(/^apikey_/),
      'the budget plan',
    ])
    expect(await ok('search', `${notes}:/d/`, 'budget', 'one')).toBe('')
    expect(await ok('search', notes, '"budget plan" -one')).toMatch(/^\/d\/b\.md\t/)
    const json = JSON.parse(await ok('search', notes, 'budget', '-n', '1', '--json')) as unknown
    expect(json).toMatchObject([{ path: '/d/b.md', snippet: { ranges: [{ start: 4, end: 10 }] } }])
  })

  test('a single argument is searched for in every store', async () => {
    const word = `unique${stores}word`
    await put('/c', word)
    expect(await ok('search', word)).toMatch(new RegExp(`^${notes}:/c\t`))
  })

  test('grep prints lines as grep does, and ends as it does', async () => {
    expect(await ok('grep', '-n', 'budget$', notes)).toBe('/a.md:6:six budget\n')
    expect(await ok('grep', '-i', 'BUDGET', `${notes}:/a.md`)).toBe(
      '/a.md:two Budget\n/a.md:six budget\n',
    )
    expect(await ok('grep', '-l', 'budget', notes)).toBe('/a.md\n/d/b.md\n')
    expect(await ok('grep', '-n', '-C', '1', 't[wh]', `${notes}:/a.md`)).toBe(
      '/a.md-1-one\n/a.md:2:two Budget\n/a.md:3:three\n/a.md-4-four\n',
    )
    expect(await ok('grep', '-C', '1', '^one|^six', notes)).toBe(
      '/a.md:one\n/a.md-two Budget\n--\n/a.md-five\n/a.md:six budget\n',
    )
    expect(await cli(['grep', '-F', 'b.dget', notes])).toMatchObject({ code: 1, stdout: '' })
    expect(await cli(['grep', '(', notes])).toMatchObject({ code: 2 })
    expect(await cli(['grep', 'a', `${notes}:/nope`])).toMatchObject({ code: 2 })
    expect(await cli(['grep', 'a', 'no such store'])).toMatchObject({ code: 2 })
    expect((await cli(['search', notes, '"open'])).stderr).toContain('quote that is not closed')
  })
})
