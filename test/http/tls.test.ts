import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${cert}`
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' })
  door = await openDoor({ options: { tls: { key: readFileSync(key), cert: readFileSync(cert) } } })
})

afterAll(() => rmSync(folder, { recursive: true }))

test('the door speaks TLS, and closes under it without waiting', async () => {
  expect(door.url).toMatch(/^https:/)
  const status = await new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, headers: { 'x-api-key': 'admin-secret' } }
    get(`${door.url}/v1/memory_stores`, options, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
  expect(status).toBe(200)
  const plain = connect(door.port, '127.0.0.1')
  plain.on('error', () => undefined)
  plain.write('GET / HTTP/1.1\r\n\r\n')
  await new Promise((resolve) => plain.once('close', resolve))
  const silent = connect(door.port, '127.0.0.1')
  await new Promise((resolve) => silent.once('connect', resolve))
  const started = performance.now()
  await door.http.close()
  expect(performance.now() - started).toBeLessThan(2_000)
  silent.destroy()
})
