// Every memory-store command of the CLI reference against our server: with the official program,
// and with ours in its place.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { antPrograms, findAnt } from '../support/ant.ts'
import { runProgram, type RunResult } from '../support/run-cli.ts'
import { serve, type Served } from '../support/serve.ts'

const ant = findAnt()

const stores = 'beta:memory-stores'
const memories = `${stores}:memories`
const versions = `${stores}:memory-versions`
const sha = (text: string) => createHash('sha256').update(text).digest('hex')

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server[Symbol.asyncDispose]())

if ('missing' in ant) {
  test('the official ant is there', ({ skip }) => {
    if (ant.unobtainable || !process.env['CI']) skip(ant.missing)
    expect(ant.missing).toBe('')
  })
}

describe.each(antPrograms(ant))('$name', ({ command, missing }) => {
  const run = (...args: string[]): Promise<RunResult> =>
    runProgram([...command, '--base-url', server.url, ...args, '--api-key', server.key])

  async function json(...args: string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await run(...args)
    expect(code, stderr + stdout).toBe(0)
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const id = async (...args: string[]) => String((await json(...args))['id'])

  describe.skipIf(missing !== undefined)(
    missing === undefined ? 'runs' : `runs: skipped, ${missing}`,
    () => {
      test('every verb on stores', async () => {
        const store = await id(stores, 'create', '--name', 'User Preferences', '--description', 'd')
        expect(await json(stores, 'retrieve', store)).toMatchObject({ name: 'User Preferences' })
        const patch = ['--metadata', '{team: docs}', '--description', '']
        expect(await json(stores, 'update', '--memory-store-id', store, ...patch)).toMatchObject({
          description: '',
          metadata: { team: 'docs' },
        })
        const list = await run(stores, 'list', '--include-archived', '--transform', 'id', '-r')
        expect(list.stdout.split('\n')).toContain(store)
        expect((await json(stores, 'archive', store))['archived_at']).not.toBeNull()
        expect(await json(stores, 'delete', store)).toEqual({
          id: store,
          type: 'memory_store_deleted',
        })
        const gone = await run(stores, 'retrieve', store)
        expect(gone.code).toBe(1)
        expect(gone.stderr).toContain(
          `GET "${server.url}/v1/memory_stores/${store}?beta=true": 404`,
        )
        expect(JSON.parse(gone.stdout)).toMatchObject({ error: { type: 'not_found_error' } })
      })

      test('every verb on memories and versions', async () => {
        const store = await id(stores, 'create', '--name', 'x')
        const inStore = ['--memory-store-id', store]
        const path = ['--path', '/xx']
        const memory = await id(memories, 'create', ...inStore, '--content', 'content', ...path)
        const one = [...inStore, '--memory-id', memory]
        expect(await json(memories, 'retrieve', ...one)).toMatchObject({ content: 'content' })
        expect(
          await json(
            memories,
            'update',
            ...one,
            '--content',
            'new',
            '--precondition',
            `{type: content_sha256, content_sha256: ${sha('content')}}`,
          ),
        ).toMatchObject({ content_sha256: sha('new') })
        const stale = await run(
          memories,
          'delete',
          ...one,
          '--expected-content-sha256',
          sha('content'),
        )
        expect([stale.code, JSON.parse(stale.stdout)]).toEqual([
          1,
          expect.objectContaining({
            error: expect.objectContaining({ type: 'memory_precondition_failed_error' }),
          }),
        ])
        const api = connect({ baseUrl: server.url, headers: { 'x-api-key': server.key } })
        for (let index = 0; index < 25; index += 1) {
          await api.createMemory({ storeId: store, content: '', path: `/many/${index}` })
        }
        api[Symbol.dispose]()
        const flags = ['--path-prefix', '/many/', '--transform', 'path', '-r']
        const many = await run(memories, 'list', ...inStore, ...flags)
        expect(many.stdout.trim().split('\n')).toHaveLength(25)
        const top = await run(memories, 'list', ...inStore, '--depth', '1', '--format', 'jsonl')
        expect(
          top.stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
        ).toEqual([
          { path: '/many/', type: 'memory_prefix' },
          expect.objectContaining({ path: '/xx' }),
        ])
        const history = ['--memory-id', memory, '--max-items', '2', '--transform', 'id', '-r']
        const list = await run(versions, 'list', ...inStore, ...history)
        const [, first = ''] = list.stdout.trim().split('\n')
        expect(await json(versions, 'retrieve', ...inStore, first)).toMatchObject({
          operation: 'created',
          content: 'content',
        })
        const redact = ['--memory-version-id', first]
        expect(await json(versions, 'redact', ...inStore, ...redact)).toMatchObject({
          content: null,
        })
        expect(await json(memories, 'delete', ...one)).toEqual({
          id: memory,
          type: 'memory_deleted',
        })
      })

      test("the reference's literal path fails, because it does not begin with a slash", async () => {
        const store = await id(stores, 'create', '--name', 'x')
        const create = [memories, 'create', '--memory-store-id', store, '--content', 'content']
        const { code, stdout, stderr } = await run(...create, '--path', 'xx')
        expect(code).toBe(1)
        expect(stderr).toContain('400 Bad Request')
        expect(JSON.parse(stdout)).toMatchObject({ error: { type: 'invalid_request_error' } })
      })

      test('piped YAML makes a memory', async () => {
        const store = await id(stores, 'create', '--name', 'x')
        const line = [memories, 'create', '--api-key', server.key, '--transform', 'path', '-r']
        const { code, stdout } = await runProgram([...command, '--base-url', server.url, ...line], {
          stdin: `memory_store_id: ${store}\npath: /piped.md\ncontent: |\n  one\n  two\n`,
        })
        expect([code, stdout]).toEqual([0, '/piped.md\n'])
      })
    },
  )
})
