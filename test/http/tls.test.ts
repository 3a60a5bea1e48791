import { get } from 'node:https'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { certificate, key } from './certificate.ts'
import { openDoor } from './door.ts'

test('the door speaks TLS, and closes under it without waiting', async () => {
  const door = await openDoor({
    options: { tls: { key, cert: certificate } },
    limits: { closeMs: 600_000 },
  })
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
  await door.http.close()
  silent.destroy()
})
