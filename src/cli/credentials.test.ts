import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from './command.ts'
import { credentialsFile, resolveServer, type ConnectionFlags } from './credentials.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'palimpsest-credentials-'))
})

function resolve(flags: ConnectionFlags, env: Record<string, string> = {}) {
  return resolveServer(flags, { XDG_CONFIG_HOME: home, ...env })
}

function problem(flags: ConnectionFlags, env: Record<string, string> = {}): string {
  try {
    resolve(flags, env)
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
  return 'none'
}

function saveFile(text: string, mode = 0o600): void {
  const file = credentialsFile({ XDG_CONFIG_HOME: home })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
}

const file = '{"base_url":"http://file:1","api_key":"file-key"}'
const hosted = 'https://api.anthropic.com/'
const variables = { ANTHROPIC_BASE_URL: 'http://env:1', ANTHROPIC_API_KEY: 'env-key' }

describe('URL and key come from the same source', () => {
  test('flags go before the environment, the environment before the file', () => {
    saveFile(file)
    const flags = { baseUrl: 'http://flag:1', apiKey: 'flag-key' }
    expect(resolve(flags, variables)).toMatchObject({
      baseUrl: 'http://flag:1/',
      headers: { 'x-api-key': 'flag-key' },
    })
    expect(resolve({}, variables)).toMatchObject({
      baseUrl: 'http://env:1/',
      headers: { 'x-api-key': 'env-key' },
    })
    expect(resolve({})).toMatchObject({
      baseUrl: 'http://file:1/',
      headers: { 'x-api-key': 'file-key' },
    })
  })

  test('a URL from the flags never gets a key from elsewhere', () => {
    saveFile(file)
    expect(problem({ baseUrl: 'http://flag:1' }, variables)).toContain('--base-url needs --api-key')
  })

  test('a key from the flags never goes to a URL from the environment', () => {
    expect(problem({ apiKey: 'k' }, variables)).toContain('need --base-url beside them')
  })

  test('a URL from the environment never gets the key of the file', () => {
    saveFile(file)
    expect(problem({}, { ANTHROPIC_BASE_URL: 'http://env:1' })).toContain(
      'ANTHROPIC_BASE_URL needs ANTHROPIC_API_KEY',
    )
  })

  test.each([
    ['flags', { apiKey: 'k' }, {}],
    ['environment', {}, { ANTHROPIC_API_KEY: 'k' }],
    ['environment', {}, { ANTHROPIC_AUTH_TOKEN: 'k' }],
  ])('a key without any URL, in the %s, is for the hosted service', (source, flags, env) => {
    expect(resolve(flags, env)).toMatchObject({ baseUrl: hosted, source })
  })

  test.each(['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'])(
    '%s without a URL gives way to the file, and that is said without either key',
    (name) => {
      saveFile(file)
      const server = resolve({}, { [name]: 'env-key' })
      expect(server).toMatchObject({ baseUrl: 'http://file:1/', source: 'credentials file' })
      expect(server.headers).toEqual({ 'x-api-key': 'file-key' })
      expect(server.note).toContain(`${name} is passed over`)
      expect(server.note).not.toMatch(/env-key|file-key/)
    },
  )

  test('a key of the flags does not give way to the file, and none does in the grammar of `ant`', () => {
    saveFile(file)
    expect(resolve({ apiKey: 'k' }).baseUrl).toBe(hosted)
    const server = resolve({ purpose: 'ant' }, { ANTHROPIC_API_KEY: 'k' })
    expect(server).toMatchObject({ baseUrl: hosted, headers: { 'x-api-key': 'k' } })
    expect(server.note).toBeUndefined()
  })
})

describe('the hosted service', () => {
  const ours = 'plm-key_1'

  test.each<[ConnectionFlags, Record<string, string>]>([
    [{ apiKey: ours }, {}],
    [{ authToken: ours }, {}],
    [{ baseUrl: 'https://API.anthropic.com.', apiKey: ours }, {}],
    [{}, { ANTHROPIC_API_KEY: ours }],
    [{}, { ANTHROPIC_API_KEY: ours, ANTHROPIC_BASE_URL: hosted }],
    [{ purpose: 'ant' }, { ANTHROPIC_API_KEY: ours }],
    [{ purpose: 'ant', apiKey: ours }, {}],
  ])('never gets a key of ours: %j %j', (flags, env) => {
    const message = problem(flags, env)
    expect(message).toContain('never sent')
    expect(message).toContain('name the server with --base-url')
    expect(message).not.toContain(ours)
  })

  test('never gets one from the file either', () => {
    saveFile(`{"base_url":"${hosted}","api_key":"${ours}"}`)
    expect(problem({})).toContain('never sent')
  })

  test.each<[ConnectionFlags, Record<string, string>]>([
    [{ apiKey: 'k' }, {}],
    [{ baseUrl: hosted, apiKey: 'k' }, {}],
    [{}, { ANTHROPIC_API_KEY: 'k' }],
    [{}, { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: hosted }],
  ])('has no keys and workspaces to administer: %j %j', (flags, env) => {
    expect(problem({ ...flags, purpose: 'administration' }, env)).toContain('keys and workspaces')
    expect(resolve(flags, env).baseUrl).toBe(hosted)
  })

  test('is not every server: a key of ours goes to its own', () => {
    const baseUrl = 'https://api.anthropic.com.example'
    expect(resolve({ baseUrl, apiKey: ours }).headers).toEqual({ 'x-api-key': ours })
  })
})

describe('credentials', () => {
  test('a token goes out as a bearer', () => {
    const { headers } = resolve({ baseUrl: 'http://x', authToken: 't' })
    expect(headers).toEqual({ authorization: 'Bearer t' })
  })

  test('of key and token the key is used, and that is said without either', () => {
    const { headers, note } = resolve({ baseUrl: 'http://x', apiKey: 'kkk', authToken: 'ttt' })
    expect(headers).toEqual({ 'x-api-key': 'kkk' })
    expect(note).toMatch(/both set/)
    expect(note).not.toMatch(/kkk|ttt/)
  })

  test('the workspace goes along', () => {
    const env = { ...variables, ANTHROPIC_WORKSPACE_ID: 'wrkspc_1' }
    expect(resolve({}, env).headers).toMatchObject({ 'anthropic-workspace-id': 'wrkspc_1' })
  })

  test('empty variables count as not set', () => {
    expect(problem({}, { ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' })).toContain('no server')
  })
})

describe('the file', () => {
  test.each([0o640, 0o604, 0o644, 0o660])('with the mode %o is refused', (mode) => {
    saveFile(file, mode)
    expect(problem({})).toContain('can be read by others')
  })

  test.each(['', '[]', '{"base_url":"http://x"}', 'null', '{"base_url":1,"api_key":"k"}'])(
    'that holds %j is refused',
    (text) => {
      saveFile(text)
      expect(problem({})).toContain('must hold')
    },
  )

  test('that is not there leaves nothing, and the message says what to do', () => {
    expect(problem({})).toContain('palimpsest serve')
  })
})

test.each(['example.com', 'ftp://x', 'http://'])('"%s" is no server', (baseUrl) => {
  expect(problem({ baseUrl, apiKey: 'k' })).toContain('--base-url must begin with http://')
})
