// What an operator sees: health, metrics, log and spans.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { DomainError } from '../../src/domain/errors.ts'
import { createLog } from '../../src/observe/log.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { openTracing } from '../../src/observe/open-tracing.ts'
import type { SpanStart } from '../../src/observe/tracing.ts'
import { openDoor, post } from './door.ts'

describe('health', () => {
  test('/healthz and /readyz need no key; ready names the engine', async () => {
    await using door = await openDoor()
    const alive = await fetch(`${door.url}/healthz`)
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }])
    const ready = await fetch(`${door.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', backend: 'sqlite' },
    ])
  })

  test('a storage that takes no writes is not ready, and only sentences for clients are told', async () => {
    const failures = [
      new DomainError({ code: 'storage_full', message: 'the disk is full' }),
      new Error('SQLITE_IOERR at /secret/place'),
    ]
    await using door = await openDoor({
      options: { checkReady: () => Promise.reject(failures.shift()) },
    })
    const full = await door.fetch('/readyz')
    expect([full.status, await full.json()]).toEqual([
      503,
      { status: 'not_ready', backend: 'sqlite', reason: 'the disk is full' },
    ])
    const broken = await door.fetch('/readyz')
    expect(await broken.text()).not.toContain('/secret/place')
  })
})

describe('metrics', () => {
  test('/metrics needs an admin key on the main port and is open on its own', async () => {
    await using door = await openDoor({ metricsPort: 0 })
    for (const [key, status] of [
      ['', 401],
      ['writer-secret', 403],
      ['admin-secret', 200],
    ] as const) {
      const response = await door.fetch('/metrics', { headers: { 'x-api-key': key } })
      expect(response.status).toBe(status)
    }
    const open = await fetch(`http://127.0.0.1:${door.metricsPort}/metrics`)
    expect(open.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await open.text()).toContain('process_cpu_seconds_total')
    expect((await fetch(`http://127.0.0.1:${door.metricsPort}/v1/memory_stores`)).status).toBe(404)
  })

  test('requests, durations and limits are counted by name, never by store or tenant', async () => {
    await using door = await openDoor({
      api: () => ({
        createMemory: () =>
          Promise.reject(
            new DomainError({ code: 'limit', message: 'full', limit: 'memory_store_full' }),
          ),
      }),
    })
    const created = await door.fetch('/v1/memory_stores', post({ name: 'Notes' }))
    const { id } = (await created.json()) as { id: string }
    await door.fetch(`/v1/memory_stores/${id}/memories`, post({ path: '/a', content: '' }))
    await door.fetch('/v1/nothing')
    const text = await (await door.fetch('/metrics')).text()
    expect(text).toContain('palimpsest_http_requests_total{operation="createStore",status="200"} 1')
    expect(text).toContain(
      'palimpsest_http_requests_total{operation="createMemory",status="400"} 1',
    )
    expect(text).toContain('palimpsest_http_requests_total{operation="none",status="404"} 1')
    expect(text).toContain('palimpsest_http_request_seconds_count{operation="createStore"} 1')
    expect(text).toMatch(
      /palimpsest_http_request_seconds_bucket\{operation="createStore",le="\+Inf"\} 1/,
    )
    expect(text).toContain('palimpsest_limit_hits_total{limit="memory_store_full"} 1')
    expect(text).toContain('palimpsest_http_requests_in_flight 1')
    expect(text).toContain('palimpsest_build_info{version="1.2.3",')
    expect(text).not.toContain(id)
    expect(text).not.toContain(door.workspaceId)
  })

  test("the storage's histograms are passed on, in lines that Prometheus reads", async () => {
    const buckets = { bounds: [1, 8], counts: [3, 5], sum: 40, count: 6 }
    const metrics = createMetrics({
      version: '1',
      backend: 'x',
      storage: () => ({ batchSizes: buckets, commitSeconds: buckets, writerWaitSeconds: buckets }),
    })
    metrics.answered('getMemory', 200, 0.0004)
    metrics.answered('getMemory', 200, 100)
    metrics.answered('watchChanges', 200, undefined)
    const text = await metrics.render()
    expect(text).toContain(
      [
        '# HELP palimpsest_storage_batch_size Writes that one commit made durable.',
        '# TYPE palimpsest_storage_batch_size histogram',
        'palimpsest_storage_batch_size_bucket{le="1"} 3',
        'palimpsest_storage_batch_size_bucket{le="8"} 5',
        'palimpsest_storage_batch_size_bucket{le="+Inf"} 6',
        'palimpsest_storage_batch_size_sum 40',
        'palimpsest_storage_batch_size_count 6',
        '',
      ].join('\n'),
    )
    expect(text).toContain(
      'palimpsest_http_request_seconds_bucket{operation="getMemory",le="30"} 1',
    )
    expect(text).toContain('palimpsest_http_request_seconds_sum{operation="getMemory"} 100.0004')
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const line of text.split('\n')) {
      expect(line).toMatch(/^(#.*|[a-z_0-9]+(\{[^{}]*\})? (\S+))?$/)
    }
  })
})

describe('log', () => {
  test('a request is one line with ids and times, without secrets, content or queries', async () => {
    await using door = await openDoor()
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const created = await door.fetch(
      '/v1/memory_stores?view=TELLTALE',
      post({ name: 'TELLTALE' }, { traceparent: `00-${trace}-00f067aa0ba902b7-01` }),
    )
    const { id } = (await created.json()) as { id: string }
    await door.fetch(
      `/v1/memory_stores/${id}/memories`,
      post({ path: '/TELLTALE', content: 'TELLTALE' }),
    )
    await door.fetch(`/v1/memory_stores/${id}/memories?path_prefix=/TELLTALE/`)
    await door.fetch('/v1/memory_stores', { headers: { 'x-api-key': 'TELLTALE' } })
    await door.fetch(`/v1/memory_stores/TELLTALE`)
    expect(door.lines).toHaveLength(5)
    expect(door.lines[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      request_id: created.headers.get('request-id'),
      operation: 'createStore',
      method: 'POST',
      status: 200,
      duration_ms: expect.any(Number),
      workspace_id: door.workspaceId,
      actor: expect.stringMatching(/^apikey_/),
      door: 'http',
      trace_id: trace,
      msg: 'request',
    })
    expect(door.lines[3]).toMatchObject({ status: 401, problem: 'unauthenticated' })
    const text = JSON.stringify(door.lines)
    expect(text).not.toContain('TELLTALE')
    expect(text).not.toContain('admin-secret')
  })

  test('what breaks is answered with 500 in plain words, and logged with its stack', async () => {
    const failure = Object.assign(new Error('no such table: x'), {
      code: 'SQLITE_ERROR',
      detail: 'TELLTALE',
    })
    await using door = await openDoor({
      api: () => ({ listStores: () => Promise.reject(failure) }),
    })
    const response = await door.fetch('/v1/memory_stores')
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      error: { type: 'api_error', message: 'internal error' },
    })
    const line = door.lines.find(({ level }) => level === 'error')
    expect(line).toMatchObject({
      request_id: response.headers.get('request-id'),
      operation: 'listStores',
      error: 'Error',
      error_code: 'SQLITE_ERROR',
      error_message: 'no such table: x',
      error_stack: expect.stringContaining('at '),
    })
    expect(JSON.stringify(door.lines)).not.toContain('TELLTALE')
  })

  test('the level decides what is written; probes are for debugging', () => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => lines.push(line) } })
    log.info('info')
    log.warn('warn', { seconds: 3 })
    log.error('error')
    const line = {
      requestId: 'req_1',
      operation: 'getMemory',
      method: 'GET',
      status: 200,
      durationMs: 1.23456,
      workspaceId: undefined,
      actor: undefined,
      door: undefined,
      problem: undefined,
      traceId: undefined,
      isProbe: false,
    }
    log.request(line)
    expect(lines.map((text) => (JSON.parse(text) as { msg: string }).msg)).toEqual([
      'warn',
      'error',
    ])
    const all = createLog({ level: 'info', destination: { write: (text) => lines.push(text) } })
    all.request(line)
    all.request({ ...line, isProbe: true })
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ level: 'info', duration_ms: 1.235 })
  })
})

describe('spans', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('an operation is a span with the attribute names of the official SDK', async () => {
    const spans: (SpanStart & { later: Record<string, unknown>; error: string | undefined })[] = []
    await using door = await openDoor({
      options: {
        tracing: {
          start: (start) => {
            const span = { ...start, later: {}, error: undefined as string | undefined }
            spans.push(span)
            return {
              set: (attributes) => Object.assign(span.later, attributes),
              end: (error) => {
                span.error = error
              },
            }
          },
          [Symbol.asyncDispose]: async () => undefined,
        },
      },
    })
    const created = await door.fetch('/v1/memory_stores', post({ name: 'a' }))
    const { id } = (await created.json()) as { id: string }
    const memory = await door.fetch(
      `/v1/memory_stores/${id}/memories`,
      post(
        { path: '/a', content: '' },
        { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
      ),
    )
    const { id: memoryId } = (await memory.json()) as { id: string }
    await door.fetch(`/v1/memory_stores/${id}/memory_versions/memver_x`)
    expect(spans[0]).toMatchObject({
      name: 'POST /v1/memory_stores',
      parent: undefined,
      later: { 'gen_ai.memory.store.id': id, 'http.response.status_code': 200 },
    })
    expect(spans[1]).toMatchObject({
      name: 'POST /v1/memory_stores/{memory_store_id}/memories',
      parent: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', flags: 1 },
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/memory_stores/{memory_store_id}/memories',
        'gen_ai.memory.store.id': id,
      },
      later: { 'gen_ai.memory.record.id': memoryId },
      error: undefined,
    })
    expect(spans[2]).toMatchObject({
      attributes: { 'anthropic.memory_store.memory_version.id': 'memver_x' },
      later: { 'http.response.status_code': 404 },
    })
  })

  test('without an endpoint nothing of OpenTelemetry is loaded', async () => {
    expect(await openTracing({}, '1')).toBeUndefined()
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_SDK_DISABLED: 'true' }
    expect(await openTracing(endpoint, '1')).toBeUndefined()
  })

  test('spans leave by OTLP to where the standard variable points', async () => {
    const bodies: Buffer[] = []
    const paths: (string | undefined)[] = []
    const collector = createServer((request, response) => {
      paths.push(request.url)
      request.on('data', (chunk: Buffer) => bodies.push(chunk))
      request.on('end', () => response.writeHead(200).end())
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    const { port } = collector.address() as AddressInfo
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`)
    const tracing = await openTracing(process.env, '1.2.3')
    tracing
      ?.start({ name: 'GET /x', parent: undefined, attributes: { 'http.route': '/x' } })
      .end('e')
    await tracing?.[Symbol.asyncDispose]()
    collector.close()
    expect(paths).toEqual(['/v1/traces'])
    const sent = Buffer.concat(bodies).toString('latin1')
    for (const word of ['GET /x', 'http.route', 'palimpsest', 'service.version', 'error.type']) {
      expect(sent).toContain(word)
    }
  })
})
