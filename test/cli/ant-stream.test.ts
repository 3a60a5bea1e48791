// The streaming commands in the grammar of `ant`, as ours run them: what comes is printed at once,
// and Ctrl-C ends it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { mainFile, runCli } from '../support/run-cli.ts'

const stream = ['beta:sessions:events', 'stream', 'sesn_1', '--format', 'jsonl']

let answer: (response: ServerResponse, attempt: number) => void
let attempts = 0
const server = createServer((_, response) => {
  attempts += 1
  answer(response, attempts)
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  attempts = 0
})

function environment(): Record<string, string> {
  const { port } = server.address() as AddressInfo
  return { ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: 'k' }
}

function event(response: ServerResponse, type: string, id: number): void {
  response.write(`event: ${type}\ndata: ${JSON.stringify({ type, id })}\n\n`)
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  event(response, 'session.status_running', 1)
}

/** The command, of which the test sees what it prints while it runs. */
function start() {
  const env = { PATH: process.env['PATH'] ?? '', ...environment() }
  const child = spawn(process.execPath, [mainFile, ...stream], { env, stdio: 'pipe' })
  const printed = Promise.all([textOf(child.stdout), textOf(child.stderr)])
  const ended = once(child, 'close').then(async ([code]) => {
    const [stdout, stderr] = await printed
    return { code: code as number | null, stdout, stderr }
  })
  return { child, ended }
}

test('an event is printed when it comes, and Ctrl-C ends the stream', async () => {
  answer = begin
  const { child, ended } = start()
  child.stdout.once('data', () => child.kill('SIGINT'))
  expect(await ended).toEqual({
    code: 130,
    stdout: '{"type":"session.status_running","id":1}\n',
    stderr: '',
  })
})

test('--max-items ends a stream that goes on', async () => {
  answer = begin
  expect(await runCli([...stream, '--max-items', '1'], { env: environment() })).toMatchObject({
    code: 0,
    stdout: '{"type":"session.status_running","id":1}\n',
  })
})

test('an event of a type that is not known here is printed too', async () => {
  answer = (response) => {
    begin(response)
    event(response, 'session.something_new', 2)
    response.end()
  }
  const { code, stdout } = await runCli(stream, { env: environment() })
  expect([code, stdout.split('\n')[1]]).toEqual([0, '{"type":"session.something_new","id":2}'])
})

test('a stream that is cut off fails, after what came', async () => {
  let streaming: ServerResponse | undefined
  answer = (response) => begin((streaming = response))
  const { child, ended } = start()
  child.stdout.once('data', () => streaming?.destroy())
  const { code, stdout, stderr } = await ended
  expect([code, stdout]).toEqual([1, '{"type":"session.status_running","id":1}\n'])
  expect(stderr).toMatch(/^GET "http.*\/events\/stream\?beta=true": \w+/)
})

test('a server that is busy is asked again', async () => {
  answer = (response, attempt) => {
    if (attempt > 1) begin(response)
    else response.writeHead(529, { 'retry-after-ms': '1' }).end('{}')
  }
  const { code } = await runCli([...stream, '--max-items', '1'], { env: environment() })
  expect([code, attempts]).toEqual([0, 2])
})

test('--debug shows how the stream began', async () => {
  answer = (response) => {
    begin(response)
    response.end()
  }
  const { stderr } = await runCli([...stream, '--debug'], { env: environment() })
  expect(stderr).toContain('> GET /v1/sessions/sesn_1/events/stream?beta=true')
  expect(stderr).toContain('< 200 OK')
  expect(stderr).toContain('x-api-key: <masked>')
})
