// The commands about webhooks.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
let hook: { readonly id: string; readonly memory_store_ids: readonly string[] }

beforeAll(async () => {
  server = await serve()
  await cli('stores', 'create', 'notes')
  const url = 'https://hooks.example.com/'
  const made = await cli('webhooks', 'create', url, '--store', 'notes', '--json')
  hook = JSON.parse(made.stdout)
})
afterAll(() => server[Symbol.asyncDispose]())

function cli(...args: string[]) {
  return runCli(args, { env: server.env })
}

test('its stores go by name or id, and are replayed by it', async () => {
  const [storeId = ''] = hook.memory_store_ids
  expect(storeId).toMatch(/^memstore_/)
  const replay = ['webhooks', 'replay', hook.id]
  expect((await cli(...replay, 'notes', '--all')).stdout).toBe(
    'changes of notes after 0 are sent again\n',
  )
  expect((await cli(...replay, storeId, '--after', '0')).code).toBe(0)
  expect(await cli(...replay, 'nope', '--all')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('no store with the id or name "nope"'),
  })
})

test('webhooks, keys and workspaces are columns with tabs between them on a pipe', async () => {
  const hooks = await cli('webhooks', 'list')
  expect(hooks.stdout.split('\t').slice(0, 3)).toEqual([
    hook.id,
    'enabled',
    'https://hooks.example.com/',
  ])
  const keys = await cli('keys', 'list')
  expect(keys.stdout).toMatch(/^apikey_\w+\tactive\tadmin\t…[\w-]+\t\d{4}-\S+Z\tfirst\n$/)
  const workspaces = await cli('workspaces', 'list')
  expect(workspaces.stdout).toMatch(/^wrkspc_\w+\t\d{4}-\S+Z\tdefault\n$/)
  const sent = await cli('webhooks', 'test', hook.id)
  expect(sent.stdout).toMatch(/^evt_\w+\t\w+\t\d\t\d{4}-\S+Z\twebhook\.test\t/)
})

test('a replay of everything is said, where nobody can be asked', async () => {
  const replay = ['webhooks', 'replay', hook.id, 'notes']
  const { code, stdout, stderr } = await cli(...replay)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('needs --after SEQ or --all where nobody can be asked')
  const both = await cli(...replay, '--all', '--after', '1')
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')])
})

test.each([
  ['deliveries'],
  ['delete'],
  ['rotate'],
  ['test'],
  ['update', '--disable'],
  ['retry', 'evt_1'],
  ['replay', 'notes', '--all'],
])('%s of a webhook that is not there names it', async (verb, ...rest) => {
  const { code, stderr } = await cli('webhooks', verb, 'webhook_01none', ...rest)
  expect(code).toBe(3)
  expect(stderr).toContain('no webhook "webhook_01none": see `palimpsest webhooks list`')
})

test('a delivery that is not there is named', async () => {
  const { code, stderr } = await cli('webhooks', 'retry', hook.id, 'evt_01none')
  expect(code).toBe(3)
  expect(stderr).toContain('no delivery "evt_01none": see `palimpsest webhooks deliveries')
})
