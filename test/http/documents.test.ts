import { hash } from 'node:crypto'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endpointList } from '../../src/wire/endpoints.ts'
import { openDoor, type TestDoor } from './door.ts'

type Node = Record<string, unknown>

let door: TestDoor
let openApi: Node & {
  paths: Record<string, Record<string, Node>>
  components: Record<string, Record<string, Node>>
}
let html = ''
let htmlHeaders: Headers

beforeAll(async () => {
  door = await openDoor({
    options: {
      ui: async (path) =>
        path === '/console'
          ? { contentType: 'text/html', body: Buffer.from('<p>hello') }
          : undefined,
    },
  })
  openApi = (await (await fetch(`${door.url}/openapi.json`)).json()) as typeof openApi
  const response = await fetch(`${door.url}/docs`)
  htmlHeaders = response.headers
  html = await response.text()
})

afterAll(() => door[Symbol.asyncDispose]())

function operations(): [string, Node][] {
  return Object.entries(openApi.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Node] => [
      `${method} ${path}`,
      operation,
    ]),
  )
}

/** Every object in the document, with where it is. */
function walk(value: unknown, at = '#'): [string, Node][] {
  if (typeof value !== 'object' || value === null) return []
  const children = Object.entries(value).flatMap(([key, child]) => walk(child, `${at}/${key}`))
  return Array.isArray(value) ? children : [[at, value as Node], ...children]
}

test('the OpenAPI document has every operation once', () => {
  expect(openApi['openapi']).toBe('3.1.0')
  const ids = operations().map(([, { operationId }]) => String(operationId))
  // A feed is a stream at the path of its page.
  const verbs = endpointList.map(({ verb }) => verb).filter((verb) => !verb.startsWith('watch'))
  expect(verbs.length).toBeGreaterThan(60)
  expect(ids.toSorted()).toEqual([...verbs, 'healthz', 'metrics', 'readyz'].toSorted())
})

test('every reference points at something', () => {
  const references = walk(openApi).filter(([, node]) => typeof node['$ref'] === 'string')
  expect(references.length).toBeGreaterThan(50)
  for (const [at, { $ref }] of references) {
    const [root, ...keys] = String($ref).split('/')
    const found = keys.reduce<unknown>((node, key) => (node as Node | undefined)?.[key], openApi)
    expect([at, root, found === undefined]).toEqual([at, '#', false])
  }
})

test('path parameters are declared as they are written, and names are unique', () => {
  for (const [name, operation] of operations()) {
    const parameters = operation['parameters'] as { name?: string; in?: string }[]
    const declared = parameters.filter((parameter) => parameter.in === 'path')
    const written = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
    expect(declared.map((parameter) => parameter.name)).toEqual(written)
    const query = parameters.filter((parameter) => parameter.in === 'query')
    expect(new Set(query.map((parameter) => parameter.name)).size).toBe(query.length)
    expect(operation['summary']).toMatch(/^[A-Z]/)
    for (const parameter of declared) expect(parameter).toHaveProperty('description')
    if (/ \/(healthz|readyz|metrics)$/.test(name)) continue
    expect(Object.keys(operation['responses'] as Node)).toEqual(['200', '4XX', '5XX'])
  }
})

const schemaKeys = new Set(
  '$ref type description properties required additionalProperties items minItems maxItems minimum maximum oneOf discriminator enum const pattern format default'.split(
    ' ',
  ),
)
const types = new Set(['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'])

test('schemas use the words of JSON Schema, and require only what they have', () => {
  const schemas = Object.values(openApi.components['schemas'] ?? {})
  expect(schemas.length).toBeGreaterThan(10)
  const check = (schema: Node): void => {
    expect(Object.keys(schema).filter((key) => !schemaKeys.has(key))).toEqual([])
    for (const type of [schema['type'] ?? []].flat()) expect(types).toContain(type)
    const properties = (schema['properties'] ?? {}) as Record<string, Node>
    const known = Object.keys(properties)
    for (const name of (schema['required'] ?? []) as string[]) {
      if (known.length > 0) expect(known).toContain(name)
    }
    for (const child of Object.values(properties)) check(child)
    for (const child of (schema['oneOf'] ?? []) as Node[]) check(child)
    if (schema['items'] !== undefined) check(schema['items'] as Node)
    if (typeof schema['additionalProperties'] === 'object') {
      check(schema['additionalProperties'] as Node)
    }
  }
  for (const schema of schemas) check(schema)
  for (const [, node] of walk(openApi)) {
    if (typeof node['schema'] === 'object') check(node['schema'] as Node)
  }
})

test('example answers fit their schemas', () => {
  const ajv = new Ajv({ strict: false, logger: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', components: openApi.components })
  expect(endpointList.length).toBeGreaterThan(20)
  for (const { verb, answer, docs } of endpointList) {
    const schema = JSON.parse(
      JSON.stringify(answer).replaceAll('"#/components/', '"document#/components/'),
    ) as Node
    ajv.validate(schema, docs.example.answer)
    expect([verb, ajv.errorsText()]).toEqual([verb, 'No errors'])
  }
})

test('example answers say what became of example bodies', () => {
  const written: string[] = []
  for (const { verb, body, docs } of endpointList) {
    const sent = docs.example.body ?? {}
    const answer = docs.example.answer as Node
    for (const name of Object.keys(body?.properties ?? {})) {
      // Metadata is merged, content null in the basic view, and some fields are answered in full
      // where they may be sent in short: a model by its id. A version that is sent is a
      // precondition.
      if (!(name in sent) || !answer[name] || ['metadata', 'version'].includes(name)) continue
      if (typeof sent[name] !== typeof answer[name]) continue
      expect({ verb, [name]: answer[name] }).toMatchObject({ verb, [name]: sent[name] })
      written.push(`${verb}.${name}`)
    }
    const { content } = sent
    if (typeof content === 'string') {
      expect(answer['content_sha256']).toBe(hash('sha256', content))
      expect(answer['content_size_bytes']).toBe(Buffer.byteLength(content))
    }
  }
  expect(written).toContain('updateStore.name')
})

test('a stream is one more media type of its page', () => {
  const path = '/palimpsest/v1/memory_stores/{memory_store_id}/changes'
  const responses = openApi.paths[path]?.['get']?.['responses'] as Record<string, Node>
  expect(Object.keys(responses['200']?.['content'] as Node)).toEqual([
    'application/json',
    'text/event-stream',
  ])
})

test('the reference page has every operation, its parameters, bodies and errors', () => {
  for (const { verb, stream, query, body, docs } of endpointList) {
    if (stream) continue
    expect(html).toContain(`<section id="${verb}">`)
    expect(html).toContain(`href="#${verb}"`)
    expect(html).toContain(docs.summary)
    for (const name of Object.keys({ ...query, ...body?.properties })) {
      expect(html).toContain(`<code>${name}</code>`)
    }
  }
  for (const word of ['memory_path_conflict_error', 'memory_store_full', 'overloaded_error']) {
    expect(html).toContain(word)
  }
  expect(html).toContain('curl -X POST &quot;$ANTHROPIC_BASE_URL/v1/memory_stores&quot;')
  for (const path of ['/healthz', '/readyz', '/metrics']) expect(html).toContain(`>${path}<`)
  expect(html).toContain('<td>405</td>')
})

test('the reference page describes what is inside of bodies, ranges and defaults', () => {
  const section = (verb: string) => html.split(`<section id="${verb}">`)[1]?.split('</section>')[0]
  const update = section('updateMemory')
  for (const name of ['precondition.type', 'precondition.content_sha256']) {
    expect(update).toContain(`<code>${name}</code>`)
  }
  const batch = section('applyBatch')
  for (const name of ['create', 'update', 'delete', 'move', 'target.path', 'from', 'to']) {
    expect(batch).toContain(`<code>${name}</code>`)
  }
  expect(section('listChanges')).toContain('integer, 1 to 1,000, default 100')
  expect(section('listChanges')).toContain('integer, 0 to 60,000, default 0')
  expect(section('createKey')).toContain('default read_write')
  expect(section('listStores')).not.toContain('view=full')
  expect(section('getMemory')).toContain('<code>memory_id</code>')
  expect(section('getMemory')).toContain('<a href="#Memory">Memory</a>')
  expect(section('Memory')).toContain('<code>content_sha256</code>')
})

test('the reference page stands alone under a strict policy', () => {
  const policy = htmlHeaders.get('content-security-policy') ?? ''
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`)
  expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|<img|<iframe|@import|url\(/)
  for (const [, link] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
    expect(link).toMatch(/^(#\w+|\/openapi\.json|data:,)$/)
  }
  const tags = [...html.matchAll(/<(\/?)(section|table|details|pre|nav|main|ul|div)\b/g)]
  expect(tags.filter(([, slash]) => slash === '').length).toBe(tags.length / 2)
})

test('pages of the console are served where no route is', async () => {
  const page = await fetch(`${door.url}/console?x=1`)
  expect([page.status, await page.text()]).toEqual([200, '<p>hello'])
  expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await fetch(`${door.url}/console/x`)).status).toBe(404)
  expect((await fetch(`${door.url}/console`, { method: 'POST' })).status).toBe(405)
})
