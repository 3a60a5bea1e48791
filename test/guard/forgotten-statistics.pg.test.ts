// PostgreSQL's planner keeps samples of what columns hold. They must not outlive what is forgotten.
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { openStage } from '../support/stage.ts'
import { administer, createDatabase, missingPostgres } from '../support/postgres.ts'

const missing = missingPostgres()

/** Samples of all columns, bytes of content among them. */
async function samplesIn(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ sample: string }>(`SELECT
      concat(most_common_vals::text, histogram_bounds::text) AS sample
      FROM pg_stats WHERE schemaname = 'public'`)
    return rows.map(({ sample }) => sample).join('\n')
  } finally {
    await client.end()
  }
}

const hex = (text: string) => Buffer.from(text).toString('hex')

test.skipIf(missing !== undefined && process.env['CI'] !== 'true')(
  'statistics sample nothing any more that was forgotten',
  async () => {
    if (missing !== undefined) throw new Error(`no PostgreSQL to test on: ${missing}`)
    await using database = await createDatabase()
    const place = { flags: { database: database.url }, directory: '' }
    await using stage = await openStage(place)
    const { api } = stage
    for (const name of ['Unforgettable', 'other']) {
      const { id: storeId } = await api.createStore({ name: `Notes of ${name}` })
      const content = `I am ${name}`
      const { id: memoryId } = await api.createMemory({ storeId, path: `/${name}`, content })
      await api.updateMemory({ storeId, memoryId, path: `/moved/${name}` })
    }
    await administer(database.url, 'ANALYZE')
    const before = await samplesIn(database.url)
    expect(before).toContain('Notes of Unforgettable')
    expect(before).toContain(hex('I am Unforgettable'))
    await api.forget({ subject: { text: ['unforgettable'] } })
    const after = await samplesIn(database.url)
    expect(after).not.toMatch(/unforgettable/i)
    expect(after).not.toContain(hex('nforgettable'))
    expect(after).toContain('Notes of [redacted]')
    expect(after).toContain('Notes of other')
  },
)

test.skipIf(missing !== undefined)('a role that is no superuser forgets as well', async () => {
  await using database = await createDatabase()
  const role = `plain_${crypto.randomUUID().replaceAll('-', '')}`
  await administer(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'word'`)
  try {
    await administer(database.url, `GRANT ALL ON SCHEMA public TO ${role}`)
    const url = new URL(database.url)
    url.username = role
    url.password = 'word'
    await using stage = await openStage({ flags: { database: url.href } })
    const { id: storeId } = await stage.api.createStore({ name: 'Unforgettable' })
    await stage.api.forget({ subject: { text: ['unforgettable'] } })
    expect((await stage.api.getStore({ storeId })).name).toBe('[redacted]')
  } finally {
    await administer(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`)
  }
})
