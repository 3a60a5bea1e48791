// Agents, environments and sessions through the command line, against our server with its built-in
// model: with the official program, and with ours in its place.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { antPrograms, findAnt } from '../support/ant.ts'
import { startRelay } from '../support/relay.ts'
import { runProgram, type RunResult } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

const ant = findAnt()
const agents = 'beta:agents'
const environments = 'beta:environments'
const work = `${environments}:work`
const sessions = 'beta:sessions'
const events = `${sessions}:events`
const threads = `${sessions}:threads`
const toolset = '{type: agent_toolset_20260401}'

let server: Served
beforeAll(async () => {
  server = await serve({ model: 'demo', sandbox: 'off' })
})
afterAll(() => server[Symbol.asyncDispose]())

if ('missing' in ant) {
  test('the official ant is there', ({ skip }) => {
    if (ant.unobtainable || !process.env['CI']) skip(ant.missing)
    expect(ant.missing).toBe('')
  })
}

describe.each(antPrograms(ant))('$name', ({ command, missing }) => {
  const runWith = (key: string, args: readonly string[], url = server.url): Promise<RunResult> =>
    runProgram([...command, '--base-url', url, ...args, '--api-key', key])
  const run = (...args: string[]) => runWith(server.key, args)

  async function json(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await run(...args)
    expect(code, stderr + stdout).toBe(0)
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const id = async (...args: string[]) => String((await json(...args))['id'])
  const lines = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(...args)
    expect(code, stderr + stdout).toBe(0)
    return stdout.trim().split('\n')
  }

  const newAgent = () =>
    id(agents, 'create', '--name', 'a', '--model', '{id: claude-x}', '--tool', toolset)

  async function becomesIdle(session: string): Promise<void> {
    await expect
      .poll(async () => (await json(sessions, 'retrieve', session))['status'])
      .toBe('idle')
  }

  async function say(session: string, text: string): Promise<void> {
    const event = `{type: user.message, content: [{type: text, text: ${JSON.stringify(text)}}]}`
    await json(events, 'send', session, '--event', event)
    await becomesIdle(session)
  }

  describe.skipIf(missing !== undefined)(
    missing === undefined ? 'runs' : `runs: skipped, ${missing}`,
    () => {
      test('an agent through its life', async () => {
        const agent = await newAgent()
        expect(await json(agents, 'retrieve', agent)).toMatchObject({ name: 'a', version: 1 })
        const change = ['--system', 'Be short.', '--version', '1', '--metadata', '{team: docs}']
        expect(await json(agents, 'update', agent, ...change)).toMatchObject({
          system: 'Be short.',
          version: 2,
        })
        const stale = await run(agents, 'update', agent, '--name', 'b', '--version', '1')
        expect(stale.code).toBe(1)
        expect(stale.stderr).toContain('409 Conflict')
        const versions = [`${agents}:versions`, 'list', agent, '--transform', 'version']
        expect(await lines(...versions)).toEqual(['2', '1'])
        expect(await json(agents, 'retrieve', agent, '--version', '1')).toMatchObject({
          system: null,
        })
        expect(await lines(agents, 'list', '--transform', 'id', '-r')).toContain(agent)
        expect((await json(agents, 'archive', agent))['archived_at']).not.toBeNull()
        expect(await lines(agents, 'list', '--transform', 'id', '-r')).not.toContain(agent)
      })

      test('an environment through its life', async () => {
        const environment = await id(environments, 'create', '--name', 'e')
        const change = ['--description', 'Home', '--metadata', '{a: b}']
        expect(await json(environments, 'update', environment, ...change)).toMatchObject({
          description: 'Home',
          metadata: { a: 'b' },
        })
        expect(await json(environments, 'retrieve', environment)).toMatchObject({
          config: { type: 'cloud' },
        })
        const ids = ['--transform', 'id', '-r']
        expect(await lines(environments, 'list', ...ids)).toContain(environment)
        expect((await json(environments, 'archive', environment))['archived_at']).not.toBeNull()
        expect(await json(environments, 'delete', environment)).toEqual({
          id: environment,
          type: 'environment_deleted',
        })
      })

      test('a session that remembers, watched from outside', async () => {
        const store = await id('beta:memory-stores', 'create', '--name', 'notes')
        const environment = await id(environments, 'create', '--name', 'e')
        const start = [sessions, 'create', '--agent', await newAgent()]
        start.push('--environment-id', environment)
        start.push('--resource', `{type: memory_store, memory_store_id: ${store}}`)
        const session = await id(...start, '--title', 'First')
        expect(
          await lines(`${sessions}:resources`, 'list', session, '--transform', 'mount_path', '-r'),
        ).toEqual(['/mnt/memory/notes'])

        const follow = [events, 'stream', session, '--format', 'jsonl']
        const { promise: followed, resolve: answered } = Promise.withResolvers<void>()
        await using relay = await startRelay(server.url, { answered: () => answered() })
        const watching = runWith(server.key, follow, relay.url)
        await followed
        await say(session, "I'm Maya. Please remember that my favourite colour is teal.")
        const second = await id(...start)
        await say(second, "What is Maya's favourite colour?")
        const said = ['--type', 'agent.message', '--transform', 'content.0.text', '-r']
        expect((await lines(events, 'list', second, ...said)).join('\n')).toContain('teal')
        const [first] = await lines(events, 'list', session, '--format', 'jsonl')
        expect(JSON.parse(first ?? '')).toMatchObject({ type: 'session.status_running' })

        const thread = await id(threads, 'list', session)
        const ofThread = ['--session-id', session, '--thread-id', thread]
        expect(await json(threads, 'retrieve', ...ofThread)).toMatchObject({ id: thread })
        expect(await lines(`${threads}:events`, 'list', ...ofThread)).not.toHaveLength(0)
        const using = ['--memory-store-id', store, '--status', 'idle', '--order', 'asc']
        expect(await lines(sessions, 'list', ...using, '--transform', 'id', '-r')).toEqual([
          session,
          second,
        ])
        expect(await json(sessions, 'update', session, '--title', 'Done')).toMatchObject({
          title: 'Done',
        })

        expect(await json(sessions, 'archive', session)).toMatchObject({ status: 'terminated' })
        const seen = await watching
        expect(seen.code).toBe(0)
        const types = seen.stdout
          .trim()
          .split('\n')
          .map((line) => (JSON.parse(line) as { type: string }).type)
        expect(types.at(-1)).toBe('session.status_terminated')
        expect(await json(sessions, 'delete', session)).toEqual({
          id: session,
          type: 'session_deleted',
        })
        const gone = await run(events, 'stream', session)
        expect(gone.code).toBe(1)
        expect(JSON.parse(gone.stdout)).toMatchObject({ error: { type: 'not_found_error' } })
      }, 120_000)

      test('what this server has no files for is not found', async () => {
        const environment = await id(environments, 'create', '--name', 'e')
        const place = ['--agent', await newAgent(), '--environment-id', environment]
        const session = await id(sessions, 'create', ...place)
        const resource = ['--session-id', session, '--resource-id', 'sesrsc_1']
        const { code, stdout } = await run(`${sessions}:resources`, 'retrieve', ...resource)
        expect([code, JSON.parse(stdout)]).toMatchObject([
          1,
          { error: { type: 'not_found_error' } },
        ])
      })

      test('the work of a self-hosted environment, with its own key', async () => {
        const config = ['--config', '{type: self_hosted}']
        const environment = await id(environments, 'create', '--name', 'e', ...config)
        const made = await fetch(`${server.url}/palimpsest/v1/environments/${environment}/keys`, {
          method: 'POST',
          headers: { 'x-api-key': server.key },
          body: '{"name":"w"}',
        })
        const { secret } = (await made.json()) as { secret: string }
        const place = ['--agent', await newAgent(), '--environment-id', environment]
        const session = await id(sessions, 'create', ...place)
        expect(await json(work, 'stats', environment)).toMatchObject({ depth: 0 })
        const empty = await runWith(secret, [work, 'poll', environment])
        expect(empty).toMatchObject({ code: 0, stdout: 'null\n' })
        const list = await runWith(secret, [work, 'list', environment, '--limit', '5'])
        expect(list).toMatchObject({ code: 0, stdout: '' })
        expect(await json(sessions, 'delete', session)).toMatchObject({ type: 'session_deleted' })
      })
    },
  )
})
