// Which server the commands talk to, when the environment holds a key and no URL.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

let server: Served
const config = mkdtempSync(join(tmpdir(), 'palimpsest-which-server-'))

beforeAll(async () => {
  server = await serve()
  mkdirSync(join(config, 'palimpsest'))
  const credentials = JSON.stringify({ base_url: server.url, api_key: server.key })
  writeFileSync(join(config, 'palimpsest', 'credentials.json'), credentials, { mode: 0o600 })
})
afterAll(() => server[Symbol.asyncDispose]())

/** A proxy where nobody listens: nothing can leave this machine, and what tries fails. */
const closed = { HTTPS_PROXY: 'http://127.0.0.1:1', ANTHROPIC_API_KEY: 'sk-other' }

test.each([[['ls']], [['keys', 'list']], [['workspaces', 'list']]])(
  '%j goes to the server of the credentials file',
  async (args) => {
    const env = { ...closed, XDG_CONFIG_HOME: config }
    expect((await runCli(args, { env })).code).toBe(0)
  },
)

test('and a short command says so', async () => {
  const { stderr } = await runCli(['ls'], { env: { ...closed, XDG_CONFIG_HOME: config } })
  expect(stderr).toMatch(/^Note: ANTHROPIC_API_KEY is passed over.*\n$/)
  expect(stderr).toContain(server.url)
})

test('the grammar of `ant` goes to the hosted service, as `ant` does', async () => {
  const env = { ...closed, XDG_CONFIG_HOME: config }
  const { code, stderr } = await runCli(['beta:memory-stores', 'list'], { env })
  expect([code, stderr]).toEqual([1, expect.stringContaining('https://api.anthropic.com/')])
  expect(stderr).not.toContain('passed over')
})

test('without the file, a short command goes to the hosted service', async () => {
  const { code, stderr } = await runCli(['ls'], { env: closed })
  expect([code, stderr]).toEqual([1, expect.stringContaining('api.anthropic.com')])
})

test.each([[['keys', 'list']], [['workspaces', 'create', 'x']]])(
  'without the file, %j is refused',
  async (args) => {
    const { code, stderr } = await runCli(args, { env: closed })
    expect([code, stderr]).toEqual([2, expect.stringContaining('name the server with --base-url')])
  },
)

test.each([[['ls']], [['keys', 'list']]])('%j never takes a key of ours there', async (args) => {
  const { code, stderr } = await runCli([...args, '--api-key', server.key], { env: closed })
  expect([code, stderr]).toEqual([2, expect.stringContaining('never sent')])
  expect(stderr).not.toContain(server.key)
})
