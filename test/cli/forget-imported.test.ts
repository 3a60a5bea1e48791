// Who wrote what was imported is forgotten, and what leaves afterwards does not name them.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let folder: string

beforeAll(async () => {
  server = await serve()
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-forget-imported-'))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const at = (name: string) => join(folder, name)
const cli = (...args: string[]) => runCli(args, { env: server.env })
const git = (repository: string, ...args: string[]) =>
  execFileSync('git', ['-C', at(repository), ...args], { encoding: 'utf8' })

/** A commit of a file by somebody. */
function commit(file: string, text: string, [name, mail]: readonly [string, string]): void {
  writeFileSync(join(at('theirs'), file), text)
  git('theirs', 'add', '.')
  const env = {
    ...process.env,
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: mail,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: mail,
  }
  execFileSync('git', ['-C', at('theirs'), 'commit', '--quiet', '-m', file], { env })
}

const ada = ['Ada Unforgettable', 'ada@unforgettable.example'] as const

test('authors of an imported repository are forgotten, and an export has valid ones', async () => {
  mkdirSync(at('theirs'))
  git('theirs', 'init', '--quiet')
  commit('a.md', 'one\n', ada)
  commit('b.md', 'two\n', ['Bob Example', 'bob@example.com'])
  commit('a.md', 'one\nthree\n', ada)
  await cli('import', at('theirs'), '--store', 'brought')
  await cli('export', 'brought', at('before'), '--format', 'git')
  expect(git('before', 'log', '--format=%an %ae')).toContain('Ada Unforgettable ada@unf')

  const shown = await cli('forget', '--text', 'unforgettable', '--dry-run')
  expect(shown.stdout).toMatch(/^text in +claims of memstore_\w+ {2}2 rows\n$/)
  const done = await cli('forget', '--text', 'unforgettable', '--yes', '--json')
  const { document } = JSON.parse(done.stdout) as { document: string }
  expect(JSON.parse(document)).toMatchObject({
    memories: [],
    redacted: [{ place: 'claims', rows: ['2', '4'] }],
    counts: { rows: 2, versions: 0 },
  })
  expect((await cli('cat', 'brought:/a.md')).stdout).toBe('one\nthree\n')

  await cli('export', 'brought', at('after'), '--format', 'git')
  git('after', 'fsck', '--strict', '--no-dangling')
  const authors = git('after', 'log', '--reverse', '--format=%an <%ae>', '--', '*.md')
  expect(authors.trimEnd().split('\n')).toEqual([
    'Ada [redacted] <ada@[redacted].example>',
    'Bob Example <bob@example.com>',
    'Ada [redacted] <ada@[redacted].example>',
  ])
  expect(git('after', 'blame', '--line-porcelain', 'a.md')).toMatch(/^author Ada \[redacted\]$/m)
  expect(git('after', 'log', '-p', '--format=raw')).not.toMatch(/unforgettable/i)

  await cli('export', 'brought', at('after.tar.gz'))
  const archive = gunzipSync(readFileSync(at('after.tar.gz'))).toString('latin1')
  expect(archive).toContain('Ada [redacted] <ada@[redacted].example>')
  expect(archive).not.toMatch(/unforgettable/i)
  for (const again of ['after.tar.gz', 'after']) {
    const brought = await cli('import', at(again), '--store', `from ${again}`)
    expect(brought).toMatchObject({ code: 0 })
  }
  expect((await cli('verify')).code).toBe(0)
})

test('all of a name and address may go: the author is somebody still', async () => {
  await cli('import', at('theirs'), '--store', 'whole')
  await cli('forget', '--text', 'Ada Unforgettable <ada@unforgettable.example>', '--yes')
  await cli('export', 'whole', at('whole'), '--format', 'git')
  git('whole', 'fsck', '--strict', '--no-dangling')
  expect(git('whole', 'log', '-1', '--format=%an <%ae>', '--', 'a.md').trim()).toBe(
    '[redacted] <_redacted_@palimpsest.invalid>',
  )
})
