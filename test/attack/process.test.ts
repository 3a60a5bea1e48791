// The server as a process that is talked to, stopped and logged.
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { firstKeyIn, makeHome, startServe, type Home } from '../support/serve-process.ts'

let home: Home
let data: readonly string[]

beforeEach(async () => {
  home = await makeHome()
  data = ['--data-dir', join(home.directory, 'data')]
})

afterEach(() => home[Symbol.asyncDispose]())

interface Door {
  readonly url: string
  readonly key: string
}

interface Sent {
  readonly method?: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

async function send({ url, key }: Door, path: string, { method, body, headers }: Sent = {}) {
  const response = await fetch(url + path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json = (await response.json()) as { readonly id: string; readonly data: { path: string }[] }
  return { status: response.status, json }
}

test('everything acknowledged before and during a SIGTERM is there afterwards, and only that', async () => {
  const first = await startServe(home, data)
  const door = { url: first.url, key: firstKeyIn(first.output()) }
  const { id } = (await send(door, '/v1/memory_stores', { body: { name: 'x' } })).json
  const memories = `/v1/memory_stores/${id}/memories`
  const acknowledged = new Set<string>()
  const tried = new Set<string>()
  const statuses = new Set<number>()
  const stopped = new AbortController()
  const writer = async (worker: number) => {
    for (let index = 0; !stopped.signal.aborted && index < 400; index += 1) {
      const path = `/w${worker}/${index}`
      tried.add(path)
      const answer = await send(door, memories, { body: { path, content: path } }).catch(
        () => undefined,
      )
      if (answer === undefined) return
      statuses.add(answer.status)
      if (answer.status === 200) acknowledged.add(path)
    }
  }
  const writers = Array.from({ length: 16 }, (_, worker) => writer(worker))
  await expect.poll(() => acknowledged.size).toBeGreaterThan(10)
  await wait(Math.random() * 100)
  const code = await first.stop()
  stopped.abort()
  await Promise.all(writers)
  expect(code).toBe(0)
  expect([...statuses].filter((status) => status !== 200 && status !== 529)).toEqual([])
  await using second = await startServe(home, data)
  const there = await listAll({ ...door, url: second.url }, memories)
  expect([...acknowledged].filter((path) => !there.has(path))).toEqual([])
  expect([...there].filter((path) => !tried.has(path))).toEqual([])
})

async function listAll(door: Door, memories: string): Promise<Set<string>> {
  const all = new Set<string>()
  for (let page: string | null = ''; page !== null;) {
    const search = `?limit=100&page=${encodeURIComponent(page)}`
    const { json } = await send(door, memories + search)
    for (const { path } of json.data) all.add(path)
    page = (json as unknown as { readonly next_page: string | null }).next_page
  }
  return all
}

test('the log at its most talkative holds no secret, no content, no path and no name', async () => {
  const word = 'unspeakable'
  await using server = await startServe(home, [...data, '--log-level', 'debug'])
  const key = firstKeyIn(server.output())
  const door = { url: server.url, key }
  const named = { name: word, description: word, metadata: { [word]: word } }
  const { id } = (await send(door, '/v1/memory_stores', { body: named })).json
  const memories = `/v1/memory_stores/${id}/memories`
  const memory = { path: `/${word}`, content: word }
  for (const body of [memory, memory, { ...memory, path: `/${word}/x` }, { [word]: word }]) {
    await send(door, `${memories}?${word}=${word}`, { body })
  }
  await send(door, `${memories}?path_prefix=/${word}/&page=${word}&view=${word}`)
  for (const path of [`/${word}`, `/v1/memory_stores/${word}`, `/v1/memory_stores/%00${word}`]) {
    await send(door, path)
  }
  for (const name of [
    'anthropic-beta',
    'anthropic-workspace-id',
    'traceparent',
    'palimpsest-door',
  ]) {
    await send(door, '/v1/memory_stores', { headers: { [name]: word } })
  }
  await send({ ...door, key: `plm-key_${word}` }, '/v1/memory_stores')
  const made = await send(door, '/palimpsest/v1/keys', { body: { name: word } })
  const { secret } = made.json as unknown as { readonly secret: string }
  const metrics = await fetch(`${server.url}/metrics`, { headers: { 'x-api-key': key } })
  const text = await metrics.text()
  await server.stop()
  const log = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n')
  expect(log.split('\n').length).toBeGreaterThan(15)
  for (const hidden of [word, key, secret, id]) expect(log + text).not.toContain(hidden)
})

test('a second process on the same data is refused, and the first goes on', async () => {
  await using server = await startServe(home, data)
  const door = { url: server.url, key: firstKeyIn(server.output()) }
  await expect(startServe(home, data)).rejects.toThrow(/in use by another palimpsest process/)
  expect((await send(door, '/v1/memory_stores', { body: { name: 'x' } })).status).toBe(200)
})
