// Stores as a whole: made, archived and deleted with short commands.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served

beforeAll(async () => {
  server = await serve()
})
afterAll(() => server[Symbol.asyncDispose]())

function cli(args: readonly string[], stdin?: string) {
  return runCli(args, { stdin, env: server.env })
}

async function json(...args: string[]) {
  return JSON.parse((await cli([...args, '--json'])).stdout)
}

async function make(name: string): Promise<string> {
  return (await cli(['stores', 'create', name])).stdout.trim()
}

test('a store is deleted with --yes, and --dry-run counts what would be lost', async () => {
  const id = await make('doomed')
  for (const text of ['one', 'two']) await cli(['put', '-', 'doomed:/a'], text)
  await cli(['put', '-', 'doomed:/b'], 'b')
  const dry = await cli(['stores', 'delete', 'doomed', '--dry-run'])
  expect(dry).toEqual({
    code: 0,
    stdout: `would delete doomed ${id}: 2 memories, 3 versions\n`,
    stderr: '',
  })
  expect(await json('stores', 'delete', 'doomed', '--dry-run')).toMatchObject({
    would_delete: { id, name: 'doomed', type: 'memory_store' },
    memories: 2,
    versions: 3,
  })
  const refused = await cli(['stores', 'delete', 'doomed'])
  expect([refused.code, refused.stdout]).toEqual([2, ''])
  expect(refused.stderr).toContain('stores delete needs --yes (or --dry-run)')
  expect((await cli(['cat', 'doomed:/b'])).stdout).toBe('b')
  const done = await cli(['stores', 'delete', 'doomed', '--yes'])
  expect(done.stdout).toBe(`deleted doomed ${id}: 2 memories, 3 versions\n`)
  expect(done.stderr).toMatch(/^palimpsest: stores delete on http/)
  expect((await cli(['stores', 'delete', id, '--yes'])).code).toBe(3)
})

test('--json of a deletion is what the API answers', async () => {
  const id = await make('gone')
  expect(await json('stores', 'delete', id, '--yes')).toEqual({ id, type: 'memory_store_deleted' })
})

test('an archived store keeps its memories and takes no more', async () => {
  const id = await make('old')
  await cli(['put', '-', 'old:/a'], 'kept')
  expect((await cli(['stores', 'archive', 'old'])).code).toBe(2)
  expect((await cli(['stores', 'archive', 'old', '-n'])).stdout).toBe(`would archive old ${id}\n`)
  expect((await cli(['put', '-', 'old:/b'], 'b')).code).toBe(0)
  expect((await cli(['stores', 'archive', 'old', '-y'])).stdout).toBe(`archived old ${id}\n`)
  expect((await cli(['cat', 'old:/a'])).stdout).toBe('kept')
  expect((await cli(['put', '-', 'old:/c'], 'c')).code).not.toBe(0)
  expect((await cli(['stores', 'list'])).stdout).not.toContain(id)
  const again = await cli(['stores', 'archive', 'old', '-y'])
  expect([again.code, again.stdout]).toEqual([0, `old ${id} is archived already\n`])
  expect(await json('stores', 'archive', 'old', '-y')).toMatchObject({
    id,
    archived_at: expect.any(String),
  })
})

test('a name that stands for two stores is warned of, an archived one of the name is none', async () => {
  const first = await cli(['stores', 'create', 'same'])
  expect(first.stderr).not.toContain('Warning')
  await cli(['stores', 'archive', 'same', '-y'])
  expect((await cli(['stores', 'create', 'same'])).stderr).not.toContain('Warning')
  const third = await cli(['stores', 'create', 'same'])
  expect([third.code, third.stdout]).toEqual([0, expect.stringMatching(/^memstore_\w+\n$/)])
  expect(third.stderr).toContain('Warning: 2 stores are named "same" now')
})

test('a name that stands for two workspaces is warned of', async () => {
  expect((await cli(['workspaces', 'create', 'acme'])).stderr).not.toContain('Warning')
  const second = await cli(['workspaces', 'create', 'acme'])
  expect([second.code, second.stdout]).toEqual([0, expect.stringMatching(/^wrkspc_\w+\n$/)])
  expect(second.stderr).toContain('Warning: 2 workspaces are named "acme" now')
})
