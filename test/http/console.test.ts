import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveConsole } from '../../src/http/console-files.ts'
import { openDoor, type TestDoor } from './door.ts'

const directory = mkdtempSync(join(tmpdir(), 'palimpsest-console-'))
const script = 'export const a = 1\n'.repeat(50)
let door: TestDoor

beforeAll(async () => {
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Palimpsest</title>')
  writeFileSync(join(directory, 'assets', 'index-a1b2.js'), script)
  writeFileSync(join(directory, 'assets', 'index-a1b2.js.gz'), gzipSync(script))
  writeFileSync(join(directory, 'secret.txt'), 'no part of it')
  door = await openDoor({ options: { ui: serveConsole(directory) } })
})

afterAll(async () => {
  await door[Symbol.asyncDispose]()
  rmSync(directory, { recursive: true })
})

const get = (path: string, headers: Record<string, string> = {}, url = door.url) =>
  fetch(url + path, { headers, redirect: 'manual' })

test('every place in the application is the same page', async () => {
  const paths = ['/console', '/console/', '/console/stores/memstore_1?path=/a.md', '/console/x.y']
  for (const path of paths) {
    const answer = await get(path)
    expect([path, answer.status]).toEqual([path, 200])
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await answer.text()).toContain('<title>Palimpsest</title>')
  }
  expect((await get('/consoles')).status).toBe(404)
  expect((await get('/console', {}, door.url)).headers.get('cache-control')).toBe('no-cache')
})

test('the page may load nothing from elsewhere and stand in no frame', async () => {
  const { headers } = await get('/console')
  const policy = headers.get('content-security-policy') ?? ''
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy.split('; ')).toContain(rule)
  }
  expect(policy).not.toContain('unsafe')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
})

test('a file with its hash in the name is kept for good, and comes small', async () => {
  const answer = await get('/console/assets/index-a1b2.js', { 'accept-encoding': 'gzip' })
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(answer.headers.get('vary')).toBe('accept-encoding')
  expect(await answer.text()).toBe(script)
  const plain = await get('/console/assets/index-a1b2.js', { 'accept-encoding': 'gzip;q=0' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(script)
})

test('what has not changed is not sent again', async () => {
  const etag = (await get('/console')).headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
  const again = await get('/console', { 'if-none-match': etag })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect((await get('/console', { 'if-none-match': '"other"' })).status).toBe(200)
})

test('nothing beside the application is a file', async () => {
  for (const path of ['/console/assets/none.js', '/console/assets/../secret.txt']) {
    const text = await (await get(path)).text()
    expect(text).not.toContain('no part of it')
  }
  const none = await get('/console/assets/none.js')
  expect(none.status).toBe(404)
  expect(none.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(none.headers.get('content-type')).toContain('text/plain')
  expect(await (await get('/console/secret.txt')).text()).toContain('<title>Palimpsest</title>')
  expect(await (await get('/console/%2e%2e/secret.txt')).text()).not.toContain('no part of it')
  const post = await fetch(`${door.url}/console`, { method: 'POST' })
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('a browser is led to the console, everybody else to the reference', async () => {
  const html = { accept: 'text/html,application/xhtml+xml' }
  expect((await get('/', html)).headers.get('location')).toBe('/console')
  expect((await get('/')).headers.get('location')).toBe('/docs')
  await using without = await openDoor()
  expect((await get('/', html, without.url)).headers.get('location')).toBe('/docs')
  expect((await get('/console', html, without.url)).status).toBe(404)
})

test('a console that was not built says how to build it', async () => {
  await using unbuilt = await openDoor({ options: { ui: serveConsole(join(directory, 'none')) } })
  const answer = await get('/console', {}, unbuilt.url)
  expect(answer.status).toBe(404)
  expect(await answer.text()).toContain('npm run build')
})
