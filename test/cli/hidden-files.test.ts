// What `put -r` leaves out without being asked, and says so.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let stores = 0
let store: string
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-hidden-'))

beforeAll(async () => {
  server = await serve()
  for (const file of [
    'a.md',
    'sub/b.md',
    '.env',
    '.vscode/settings.json',
    'sub/.draft',
    '.git/config',
    '.git/objects/aa/bb',
    'sub/.git',
    'sub/.hg/store',
    '.svn/entries',
    '.github/workflow.yml',
  ]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), file)
  }
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  store = `store ${(stores += 1)}`
  await cli('stores', 'create', store)
})

const cli = (...args: string[]) => runCli(args, { env: server.env, cwd: folder })
const stored = async () => (await cli('ls', '-R', store)).stdout.trim().split('\n')

test.each([[folder], ['.'], ['./'], [`${folder}/sub/..`]])(
  'put -r %s skips what is hidden, and counts it',
  async (directory) => {
    const { code, stdout, stderr } = await cli('put', '-r', directory, store)
    expect([code, stdout]).toEqual([0, '2 created\n'])
    expect(stderr).toContain('skipped 8 hidden files or directories (--hidden includes')
    expect(await stored()).toEqual(['/a.md', '/sub/b.md'])
  },
)

test('--hidden includes it, and never version control', async () => {
  const { code, stdout, stderr } = await cli('put', '-r', '.', store, '--hidden')
  expect([code, stdout]).toEqual([0, '6 created\n'])
  expect(stderr).toContain('skipped 4 ')
  expect(await stored()).toEqual([
    '/.env',
    '/.github/workflow.yml',
    '/.vscode/settings.json',
    '/a.md',
    '/sub/.draft',
    '/sub/b.md',
  ])
})

test('a directory that was named is not skipped, and nothing is said where nothing is', async () => {
  const { stdout, stderr } = await cli('put', '-r', '.github', store)
  expect(stdout).toBe('1 created\n')
  expect(stderr).not.toContain('skipped')
})

test('--json names them', async () => {
  const { stdout, stderr } = await cli('put', '-r', 'sub', store, '--json')
  const { skipped } = JSON.parse(stdout) as { skipped: string[] }
  expect(skipped.toSorted()).toEqual(['sub/.draft', 'sub/.git', 'sub/.hg'])
  expect(stderr).not.toContain('skipped')
})
