// What our program does in the grammar of `ant` beyond, or unlike, the official one.
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRecordingServer, type RecordingServer } from '../support/recording-server.ts'
import { mainFile, runCli, runProgram, type RunOptions } from '../support/run-cli.ts'

const stores = 'beta:memory-stores'
const memories = `${stores}:memories`
const create = [memories, 'create', '--memory-store-id', 's', '--path', '/x']
const folder = mkdtempSync(join(tmpdir(), 'palimpsest-ant-'))

let server: RecordingServer
beforeAll(async () => {
  server = await startRecordingServer()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.requests.length = 0
  server.reply = () => ({ body: { id: 'x' } })
})

function env(): Record<string, string> {
  return { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'sk-secret-key' }
}

function cli(args: readonly string[], options: RunOptions = {}) {
  return runCli(args, { ...options, env: { ...env(), ...options.env } })
}

function sentBody(): unknown {
  return JSON.parse(server.requests.at(-1)?.body ?? '')
}

describe('content', () => {
  test('is read from a file, text or base64', async () => {
    writeFileSync(join(folder, 'note.md'), 'A note\n')
    writeFileSync(join(folder, 'bytes'), Buffer.from([0, 255]))
    await cli([...create, '--content', `@${folder}/note.md`])
    expect(sentBody()).toMatchObject({ content: 'A note\n' })
    await cli([...create, '--content', `@${folder}/bytes`])
    expect(sentBody()).toMatchObject({ content: 'AP8=' })
    await cli([...create, '--content', '\\@plain'])
    expect(sentBody()).toMatchObject({ content: '@plain' })
  })

  test.each(['@-', '@/dev/stdin', '@file://-'])('%s is standard input', async (content) => {
    const { code } = await cli([...create, '--content', content], { stdin: 'piped: [text' })
    expect(code).toBe(0)
    expect(sentBody()).toEqual({ path: '/x', content: 'piped: [text' })
  })

  test('two flags cannot both be standard input', async () => {
    const args = [stores, 'create', '--name', '@-', '--description', '@-']
    const { code, stderr } = await cli(args, { stdin: 'x' })
    expect([code, stderr]).toEqual([1, expect.stringContaining('by one flag only')])
  })

  test('"--content=" is empty content', async () => {
    await cli([memories, 'create', '--memory-store-id', 's', '--content=', '--path', '/x'])
    expect(sentBody()).toEqual({ path: '/x', content: '' })
  })
})

describe('the server', () => {
  test('is that of ANTHROPIC_BASE_URL', async () => {
    expect((await cli([stores, 'list'])).code).toBe(0)
    expect(server.requests).toHaveLength(1)
  })

  test('is named before a change, but not under the name ant', async () => {
    const { stderr } = await cli([stores, 'delete', 's'])
    expect(stderr).toBe(`palimpsest: delete on ${server.url}/ (environment)\n`)
    expect((await cli([stores, 'retrieve', 's'])).stderr).toBe('')
    const link = join(folder, 'ant')
    symlinkSync(mainFile, link)
    const asAnt = await runProgram([process.execPath, link, stores, 'delete', 's'], { env: env() })
    expect(asAnt).toEqual({ code: 0, stdout: '{\n  "id": "x"\n}\n', stderr: '' })
  })

  test('from the flags gets no key from the environment', async () => {
    const { code, stderr } = await cli([stores, 'list', '--base-url', server.url])
    expect([code, stderr]).toEqual([1, expect.stringContaining('--base-url needs --api-key')])
    expect(server.requests).toHaveLength(0)
  })

  test('never sees an id that would lead elsewhere', async () => {
    const { code } = await cli([stores, 'retrieve', '..'])
    expect(code).toBe(1)
    await cli([stores, 'retrieve', 'a/b?c=d#e'])
    expect(server.requests.map(({ target }) => target)).toEqual([
      '/v1/memory_stores/a%2Fb%3Fc%3Dd%23e?beta=true',
    ])
  })

  test('below a path is found there', async () => {
    const flags = ['--base-url', `${server.url}/proxy/one`, '--api-key', 'k']
    await cli([stores, 'list', ...flags])
    expect(server.requests[0]?.target).toBe('/proxy/one/v1/memory_stores?beta=true')
  })
})

test('--debug shows requests and answers without any secret', async () => {
  server.reply = () => ({ headers: { 'set-cookie': 'session=abc' }, body: { id: 'x' } })
  const { stderr, stdout } = await cli([stores, 'create', '--name', 'n', '--debug'])
  expect(stderr).toContain('> POST /v1/memory_stores?beta=true')
  expect(stderr).toContain('{"name":"n"}')
  expect(stderr).toContain('< 200 OK')
  expect(stderr).toContain('x-api-key: <masked>')
  expect(stderr).not.toMatch(/sk-secret-key|session=abc/)
  expect(JSON.parse(stdout)).toEqual({ id: 'x' })
  const token = { ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: 'sk-token' }
  const bearer = await cli([stores, 'list', '--debug'], { env: token })
  expect(bearer.stderr).toContain('authorization: Bearer <masked>')
  expect(bearer.stderr).not.toContain('sk-token')
})

test('an error answer: one line on stderr, its body on stdout, exit code 1', async () => {
  const body = { type: 'error', error: { type: 'not_found_error', message: 'no' } }
  server.reply = () => ({ status: 404, body })
  const { code, stdout, stderr } = await cli([stores, 'retrieve', 's'])
  expect([code, JSON.parse(stdout)]).toEqual([1, body])
  expect(stderr).toBe(`GET "${server.url}/v1/memory_stores/s?beta=true": 404 Not Found\n`)
})

test('an error page that is no JSON is shown as it is', async () => {
  server.reply = () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>No' })
  const { code, stdout } = await cli([stores, 'retrieve', 's'])
  expect([code, stdout]).toEqual([1, '<h1>No\n'])
})

test('a page that fails in the middle leaves what came before, and exit code 1', async () => {
  server.reply = ({ target }) =>
    target.includes('page=')
      ? { status: 400, body: { error: {} } }
      : { body: { data: [{ id: 'a' }], next_page: 'page_2' } }
  const { code, stdout } = await cli([stores, 'list', '--format', 'jsonl'])
  expect([code, stdout.split('\n')[0]]).toEqual([1, '{"id":"a"}'])
})

test('a reader that goes away ends a list quietly', async () => {
  server.reply = ({ target }) => {
    const page = Number(/page_(\d+)/.exec(target)?.[1] ?? 0)
    const data = Array.from({ length: 100 }, () => ({ id: 'x'.repeat(1_000) }))
    return { body: { data, next_page: page < 50 ? `page_${page + 1}` : null } }
  }
  const line = `"${process.execPath}" "${mainFile}" ${stores} list | head -n 1`
  const { stdout, stderr } = await runProgram(['sh', '-c', line], { env: env() })
  expect(server.requests.length).toBeLessThan(40)
  expect([stdout, stderr]).toEqual(['{\n', ''])
})

test('an idle pipe on standard input is not waited for', async () => {
  const { code, stdout } = await cli([stores, 'retrieve', 's'], { idleStdin: true })
  expect([code, JSON.parse(stdout)]).toEqual([0, { id: 'x' }])
  expect((await cli([stores, 'retrieve'], { idleStdin: true })).code).toBe(1)
})

describe('agents and sessions', () => {
  test('a model may be a word, and a system prompt a file', async () => {
    writeFileSync(join(folder, 'prompt.md'), 'Be short.\n')
    const agent = ['beta:agents', 'create', '--name', 'a', '--model', 'claude-opus-4-8']
    await cli([...agent, '--system', `@${folder}/prompt.md`])
    expect(sentBody()).toEqual({ name: 'a', model: 'claude-opus-4-8', system: 'Be short.\n' })
    expect(server.requests.at(-1)?.headers['anthropic-beta']).toBe('managed-agents-2026-04-01')
  })

  test('flags given again add to a list, and single fields to its last map', async () => {
    const agent = ['beta:agents', 'update', 'agent_1', '--mcp-server', '[{name: a}]']
    const { code } = await cli([...agent, '--mcp-server.url', 'u', '--mcp-server.url', 'v'])
    expect(code).toBe(0)
    expect(sentBody()).toEqual({ mcp_servers: [{ name: 'a', url: 'u' }, { url: 'v' }] })
  })

  test('a list that is piped in fills a flag that may be repeated', async () => {
    const stdin = 'session_id: sesn_1\ntypes: [agent.message, user.message]\n'
    server.reply = () => ({ body: { data: [] } })
    expect((await cli(['beta:sessions:events', 'list'], { stdin })).code).toBe(0)
    expect(decodeURIComponent(server.requests.at(-1)?.target ?? '')).toBe(
      '/v1/sessions/sesn_1/events?beta=true&types[]=agent.message&types[]=user.message',
    )
  })

  test.each([
    [['beta:sessions', '--help'], 'archive  '],
    [['beta:sessions:events', 'send', '--help'], '--event MAP'],
    [['beta:sessions', 'list', '--help'], '--created-at-gt TIME'],
    [['--help'], 'beta:environments:work'],
  ])('help knows %j', async (args, text) => {
    const { code, stdout } = await cli(args)
    expect([code, stdout]).toEqual([0, expect.stringContaining(text)])
  })
})

test('the version is ours', async () => {
  expect((await cli([stores, '--version'])).stdout).toMatch(/^palimpsest version \d/)
})
