// Every operation with every kind of nonsense in every field: refused with 4xx, never broken.
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { endpointList } from '../../src/wire/endpoints.ts'
import type { Endpoint } from '../../src/wire/endpoint.ts'
import type { TestServer } from '../support/server.ts'
import { newTarget, portOf, type OpenServer } from './installation.ts'

const sha = 'a'.repeat(64)
const values: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 64,
  '',
  '\0',
  '/\0',
  '\ud800',
  '\u202e',
  '/',
  '//',
  '/a/../b',
  `/${'x'.repeat(2_000)}`,
  'x'.repeat(300),
  sha.toUpperCase(),
  [],
  [null],
  [[[]]],
  {},
  { toString: 1 },
  { a: null },
  { a: '\0' },
  { '': 'x' },
  { type: 'content_sha256' },
  { type: '__proto__', content_sha256: sha },
  [{}],
  [{ type: 'constructor' }],
  [{ type: 'delete', target: {} }],
  [{ type: 'delete', target: null }],
  [{ type: 'update', target: { memory_id: '', path: '/x' } }],
  [{ type: 'update', target: { memory_id: '\0' }, path: '/x' }],
  [{ type: 'move', from: '/', to: '/' }],
]

const bodies: readonly (string | Buffer)[] = [
  '',
  ' ',
  'null',
  '1',
  '[]',
  '{',
  '{"a":1,}',
  '{"a":NaN}',
  '{"__proto__":{"name":"x","path":"/x","content":"x"}}',
  '{"constructor":{"prototype":{}}}',
  '{"\\ud800":1}',
  '{"name":"a","name":5}',
  `{"operations":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  '['.repeat(500_000),
  '{"metadata":'.repeat(150_000),
  Buffer.from('{"name":"\xff"}', 'latin1'),
  Buffer.from('{"name":"x"}', 'utf16le'),
  Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
  Buffer.alloc(16),
]

const queries: readonly string[] = [
  '',
  '%',
  '%00',
  '%ff',
  '%ed%a0%80',
  '-1',
  '-0',
  '1e3',
  '99999999999999999999',
  '999999999999999',
  '0x10',
  'full',
  '//',
  '/a/../',
  '2020-02-30T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:60.999999999999-23:59',
  'page_AAAA',
  `page_${'A'.repeat(4_000)}`,
  '%27%20OR%201=1--',
]

const ids: readonly string[] = [
  '..',
  '%2e%2e',
  '%2F',
  '%00',
  '%ff',
  '%',
  '*',
  '__proto__',
  'x'.repeat(99),
  'x'.repeat(5_000),
  `mem_01${'z'.repeat(22)}`,
  `memver_01${'z'.repeat(22)}`,
  `memstore_01${'1'.repeat(22)}`,
  'mem_%F0%9F%92%A9',
]

interface Shot {
  readonly method: string
  readonly path: string
  readonly body?: string | Buffer | undefined
}

/** A body of the operation that would be taken, but for the one value. */
function bodyWith({ body }: Endpoint, field: string, value: unknown): string {
  const required = body?.required ?? []
  const plain = Object.fromEntries(required.map((name) => [name, name === 'path' ? '/p' : 'x']))
  return JSON.stringify({ ...plain, [field]: value })
}

function shots(endpoint: Endpoint, pathWith: (id?: [string, string]) => string): Shot[] {
  const { method } = endpoint
  const all: Shot[] = []
  const fields = Object.keys(endpoint.body?.properties ?? {})
  for (const field of fields) {
    for (const value of values) {
      all.push({ method, path: pathWith(), body: bodyWith(endpoint, field, value) })
    }
  }
  if (method === 'POST') for (const body of bodies) all.push({ method, path: pathWith(), body })
  const body = method === 'POST' ? '{}' : undefined
  for (const name of Object.keys(endpoint.query).filter((field) => field !== 'wait_ms')) {
    for (const value of queries) {
      all.push({ method, path: `${pathWith()}?${encodeURIComponent(name)}=${value}`, body })
      all.push({ method, path: `${pathWith()}?${name}=${value}&${name}=1&&=&%=%`, body })
    }
  }
  for (const [, name = ''] of endpoint.path.matchAll(/:(\w+)/g)) {
    for (const id of ids) all.push({ method, path: pathWith([name, id]), body })
  }
  return all
}

export function hostileInput(engine: string, open: OpenServer): void {
  describe(`hostile input on ${engine}`, () => {
    let server: TestServer
    let params: Record<string, string>

    beforeAll(async () => {
      server = await open({ workspaceStoresMax: 100_000 })
      const { storeId, post } = await newTarget(server)
      const { json } = await post('/memories', { path: '/a/b', content: 'text' })
      params = {
        memory_store_id: storeId,
        memory_id: json.id,
        memory_version_id: json.memory_version_id,
        key_id: 'apikey_x',
      }
    })
    afterAll(() => server[Symbol.asyncDispose]())

    // What would take away the store or the memory under attack goes without.
    const kept = endpointList.filter(
      ({ verb, stream }) =>
        !stream && !['deleteStore', 'archiveStore', 'deleteMemory'].includes(verb),
    )

    test.each(kept.map((endpoint) => [endpoint.verb, endpoint] as const))(
      '%s answers in JSON and is never at a loss',
      async (_verb, endpoint) => {
        const pathWith = (id?: [string, string]) =>
          endpoint.path.replace(/:(\w+)/g, (_, name: string) =>
            name === id?.[0] ? id[1] : (params[name] ?? ''),
          )
        const wrong: string[] = []
        for (const shot of shots(endpoint, pathWith)) {
          const { status, isJson } = await fire(server, shot)
          const isAnswer = isJson && status >= 200 && status < 500
          if (!isAnswer) wrong.push(`${status} ${JSON.stringify(shot).slice(0, 300)}`)
        }
        expect(wrong).toEqual([])
      },
    )
  })
}

/** As the bytes are: no client corrects them. */
function fire(
  server: TestServer,
  { method, path, body }: Shot,
): Promise<{ status: number; isJson: boolean }> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { 'x-api-key': server.operatorSecret }
    if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
    const outgoing = request({ port: portOf(server), method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, isJson: isJson(Buffer.concat(chunks)) })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function isJson(bytes: Buffer): boolean {
  try {
    return typeof JSON.parse(bytes.toString()) === 'object'
  } catch {
    return false
  }
}
