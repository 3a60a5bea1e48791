// A door over a fake Api, with keys that tests can revoke.
import { Writable } from 'node:stream'
import { expect } from 'vitest'
import type { Api } from '../../src/api.ts'
import type { Caller, Role } from '../../src/domain/caller.ts'
import { makeKeyId, makeWorkspaceId } from '../../src/domain/ids.ts'
import type { HttpServerOptions, Principal } from '../../src/http/door.ts'
import type { HttpLimits } from '../../src/http/limits.ts'
import { createHttpServer, type HttpServer } from '../../src/http/server.ts'
import { createLog } from '../../src/observe/log.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { createWorld, fakeApi } from './fake-api.ts'

export interface TestDoor extends AsyncDisposable {
  readonly http: HttpServer
  readonly url: string
  readonly port: number
  readonly metricsPort: number | undefined
  readonly world: ReturnType<typeof createWorld>
  /** Secret → who it is; deleting one revokes it. */
  readonly keys: Map<string, Principal>
  readonly workspaceId: Principal['workspaceId']
  /** Lines of the log, parsed. */
  readonly lines: Record<string, unknown>[]
  fetch(path: string, init?: RequestInit): Promise<Response>
}

export interface TestDoorOptions {
  readonly limits?: Partial<HttpLimits>
  readonly options?: Partial<HttpServerOptions>
  /** Replaces verbs of the fake. */
  readonly api?: (caller: Caller) => Partial<Api>
  readonly metricsPort?: number
}

const empty = { bounds: [1, 2], counts: [0, 0], sum: 0, count: 0 }

export async function openDoor(given: TestDoorOptions = {}): Promise<TestDoor> {
  const world = createWorld()
  const workspaceId = makeWorkspaceId(1)
  const keys = new Map<string, Principal>()
  const add = (secret: string, role: Role) =>
    keys.set(secret, { workspaceId, actor: makeKeyId(1), role })
  add('admin-secret', 'admin')
  add('writer-secret', 'read_write')
  add('reader-secret', 'read_only')
  keys.set('stranger-secret', {
    workspaceId: makeWorkspaceId(2),
    actor: makeKeyId(2),
    role: 'admin',
  })
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
      done()
    },
  })
  const http = createHttpServer({
    authenticate: async (secret) => keys.get(secret),
    // The verbs of sessions are not what the tests of this door are about.
    bind: (caller) => ({ ...fakeApi(world, caller), ...given.api?.(caller) }) as Api,
    organizationId: 'org_test',
    version: '1.2.3',
    backend: 'sqlite',
    checkReady: async () => undefined,
    log: createLog({ level: 'debug', destination }),
    metrics: createMetrics({
      version: '1.2.3',
      backend: 'sqlite',
      storage: () => ({ batchSizes: empty, commitSeconds: empty, writerWaitSeconds: empty }),
    }),
    ...given.options,
    limits: given.limits,
  })
  const where = await http.listen({ host: '127.0.0.1', port: 0, metricsPort: given.metricsPort })
  return {
    http,
    ...where,
    world,
    keys,
    workspaceId,
    lines,
    fetch: (path, init = {}) =>
      fetch(where.url + path, {
        ...init,
        headers: { 'x-api-key': 'admin-secret', ...(init.headers as Record<string, string>) },
      }),
    [Symbol.asyncDispose]: () => http.close(),
  }
}

const patienceMs = 20_000

/** What becomes true in the end, also on a machine that has much else to do. */
export function eventually<Value>(read: () => Value) {
  return expect.poll(read, { timeout: patienceMs })
}

/** Sends JSON. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}
