import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { saveCredentials } from './save-credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-credentials-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a server at another address that knows the key takes the command line over once the old one is silent', async () => {
  const file = join(folder, 'credentials.json')
  const isOurKey = async (secret: string) => secret === 'plm-key_1'
  let isFirstUp = true
  const isStillServed = async (url: string, key: string) =>
    isFirstUp && url === 'http://127.0.0.1:1' && key === 'plm-key_1'
  const served = { firstKey: undefined, isOurKey, isStillServed, recovery: 'make one' }
  const first = { ...served, firstKey: { secret: 'plm-key_1' }, url: 'http://127.0.0.1:1' }
  expect(await saveCredentials(file, first)).toBe(
    `Saved to ${file}, which the palimpsest command line reads.`,
  )
  const moved = { ...served, url: 'http://127.0.0.1:2' }
  expect(await saveCredentials(file, moved)).toMatch(
    /^Kept .* http:\/\/127\.0\.0\.1:1 still answers/,
  )
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ base_url: 'http://127.0.0.1:1' })
  isFirstUp = false
  const said = await saveCredentials(file, moved)
  expect(said).toContain('talks to this server now, and no more to http://127.0.0.1:1')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    base_url: 'http://127.0.0.1:2',
    api_key: 'plm-key_1',
  })
  expect(await saveCredentials(file, moved)).toMatch(/^The key is in /)
})
