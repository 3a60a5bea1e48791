// Whether the server that the credentials file names is still there.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { isStillServed } from '../../src/cli/still-served.ts'
import { serve } from '../support/serve.ts'

/** Longer than a test may last. */
const patient = 600_000

test('a server that knows the key is there, until it is closed', async () => {
  const server = await serve()
  const { url, key } = server
  try {
    expect(await isStillServed(url, key, patient)).toBe(true)
    expect(await isStillServed(url, `${key}x`, patient)).toBe(false)
  } finally {
    await server[Symbol.asyncDispose]()
  }
  expect(await isStillServed(url, key, patient)).toBe(false)
})

test('what takes connections and never answers is not waited for long', async () => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const { port } = mute.address() as AddressInfo
  expect(await isStillServed(`http://127.0.0.1:${port}`, 'plm-key_1')).toBe(false)
  mute.close()
})
