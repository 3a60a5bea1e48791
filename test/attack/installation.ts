// Servers under attack: one of each engine, and what every attack needs of them.
import type { Limits } from '../../src/domain/limits.ts'
import { temporaryPlace, type Place } from '../support/in-process.ts'
import { createDatabase } from '../support/postgres.ts'
import { startTestServer, type Answer, type TestServer } from '../support/server.ts'

export type OpenServer = (limits?: Partial<Limits>) => Promise<TestServer>

export const openOnSqlite: OpenServer = async (limits) =>
  startTestServer(await temporaryPlace(), { limits })

export const openOnPostgres: OpenServer = async (limits) => {
  const database = await createDatabase()
  const place: Place = {
    directory: '',
    flags: { database: database.url },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
  return startTestServer(place, { limits })
}

export interface Target {
  readonly server: TestServer
  readonly storeId: string
  /** Below the store in the official API. */
  readonly post: (path: string, body: object) => Promise<Answer>
  readonly get: (path: string) => Promise<Answer>
  /** Below the store among our own routes. */
  readonly own: (path: string, body?: object) => Promise<Answer>
}

/** A store of its own in the operator's workspace. */
export async function newTarget(server: TestServer): Promise<Target> {
  const made = await server.request('/v1/memory_stores', { method: 'POST', body: { name: 'x' } })
  const storeId = made.json.id as string
  const base = `/v1/memory_stores/${storeId}`
  return {
    server,
    storeId,
    post: (path, body) => server.request(base + path, { method: 'POST', body }),
    get: (path) => server.request(base + path),
    own: (path, body) =>
      server.request(
        `/palimpsest${base}${path}`,
        body === undefined ? {} : { method: 'POST', body },
      ),
  }
}

export function portOf({ url }: TestServer): number {
  return Number(new URL(url).port)
}
