// PostgreSQL keeps one plan per statement, made while the tables may still be empty. Each must walk
// an index by all that the statement knows, or a store of thousands of memories is read as a whole.
import { Client, type QueryConfig } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { defaultLimits } from '../../src/domain/limits.ts'
import { parsePrefix } from '../../src/domain/memory/path.ts'
import { clientConfig } from '../../src/storage/postgres/connection.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { createDatabase, type Database } from '../support/postgres.ts'
import { newScribe } from '../support/scribe.ts'
import { handClock, optionsWith } from '../support/storages.ts'

/** Reading all of a store is what these are for. */
const wholeStore = ['reap_memories', 'reap_changes']

interface Prepared {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** Does one of everything and returns each statement that was prepared on the way. */
async function everyStatement(url: string): Promise<Map<string, Prepared>> {
  const statements = new Map<string, Prepared>()
  const query = vi.spyOn(Client.prototype, 'query')
  const clock = handClock()
  const retention = { keepMs: 10, recentVersions: 1 }
  const options = optionsWith({ retention, clock: clock.read, limits: defaultLimits })
  const storage = await openPostgres(url, options)
  const end = storage.subscribe(() => undefined)
  const scribe = await newScribe(storage)
  const head = await scribe.create('/a/b')
  for (const content of ['1', '2', '3']) await scribe.update(head, { content })
  await scribe.update(head, { path: '/c/d', content: '4' })
  await scribe.move('/c/', '/e/')
  await scribe.batch(
    scribe.createCommand('/x/1', 'x'),
    scribe.updateCommand({ path: '/x/1' }, { path: '/x/2' }),
  )
  await scribe.redact(scribe.versionIdOf(head))
  await scribe.patchStore({ name: 'other' })
  for (const wanted of [head, { path: '/e/d' }]) await scribe.memory(wanted)
  for (const depth of [0, 1] as const) {
    await scribe.list({ depth })
    const all = { prefix: parsePrefix('/'), after: undefined, limit: 5, content: true }
    await storage.view.history.moment(scribe.scope, { at: clock.now })
    await storage.view.history.memoriesAsOf(scribe.scope, { ...all, depth, seq: 5 })
  }
  const [newest] = await scribe.versions()
  await scribe.versions({ memoryId: scribe.idOf(head) })
  await scribe.version(newest!.id)
  await scribe.changes()
  await scribe.store()
  const all = { includeArchived: true, createdFrom: undefined, createdTo: undefined }
  const { workspaceId } = scribe.scope
  await storage.view.stores({ workspaceId, ...all, after: undefined, limit: 5 })
  clock.now += 1_000
  await storage.sweep(new AbortController().signal)
  await scribe.remove(head)
  await scribe.archive()
  await scribe.destroy()
  await storage.sweep(new AbortController().signal)
  end()
  await storage[Symbol.asyncDispose]()
  for (const [config] of query.mock.calls as unknown[][]) {
    const { name, text, values = [] } = config as QueryConfig<unknown[]>
    if (name !== undefined) statements.set(name, { name, text, values })
  }
  query.mockRestore()
  return statements
}

export function postgresPlansContract(): void {
  describe('plans made for empty tables', () => {
    let database: Database
    let statements: Map<string, Prepared>
    let client: Client
    beforeAll(async () => {
      database = await createDatabase()
      statements = await everyStatement(database.url)
      client = new Client(clientConfig(database.url))
      await client.connect()
    })
    afterAll(async () => {
      await client.end()
      await database[Symbol.asyncDispose]()
    })

    test('are known for every kind of statement', () => {
      expect(statements.size).toBeGreaterThan(35)
    })

    test('never read a table or a store as a whole', async () => {
      const complaints: string[] = []
      for (const statement of statements.values()) {
        for (const line of await planOf(client, statement)) {
          const isWholeTable = line.includes('Seq Scan')
          const isWholeStore = line.startsWith('Index Cond: (store_id = ') && !isCounters(line)
          if (isWholeTable || (isWholeStore && !wholeStore.includes(statement.name))) {
            complaints.push(`${statement.name}: ${line}`)
          }
        }
      }
      expect(complaints).toEqual([])
    })
  })
}

function isCounters(line: string): boolean {
  return line.endsWith('[by its key]')
}

/** The plan's lines; conditions on tables with one row per store are marked. */
async function planOf(client: Client, { name, text, values }: Prepared): Promise<string[]> {
  await client.query(`PREPARE plan_${name} AS ${text}`)
  const parameters = values.length === 0 ? '' : `(${values.map(() => 'NULL').join(', ')})`
  const result = await client.query(`EXPLAIN (COSTS OFF) EXECUTE plan_${name}${parameters}`)
  let isOneRow = false
  return result.rows.map((row: Record<string, unknown>) => {
    const line = String(row['QUERY PLAN']).trim().replace(/^-> +/, '')
    if (line.includes('Scan')) isOneRow = /using (counters|sweeps)_pkey/.test(line)
    return isOneRow ? `${line} [by its key]` : line
  })
}
