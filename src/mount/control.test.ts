import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ask, NobodyThere, serveControl } from './control.ts'

const folder = mkdtempSync(join(tmpdir(), 'palimpsest-control-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('one question has one answer, or the reason of a refusal', async () => {
  const path = join(folder, 'answers')
  const server = await serveControl(path, async ({ type }) => {
    if (type === 'prewarm') throw new Error('not now')
    return type
  })
  expect(await ask(path, { type: 'status' })).toBe('status')
  await expect(ask(path, { type: 'prewarm' })).rejects.toThrow('not now')
  server.close()
  await once(server, 'close')
  await expect(ask(path, { type: 'status' })).rejects.toThrow(NobodyThere)
})

test('a process that is killed before it read the question is nobody', async () => {
  const path = join(folder, 'killed')
  const server = createServer({ pauseOnConnect: true }, (socket: Socket) => {
    // What has arrived and was not read makes its end a reset.
    setTimeout(() => socket.destroy(), 200)
  })
  server.listen(path)
  await once(server, 'listening')
  await expect(ask(path, { type: 'status' })).rejects.toThrow(NobodyThere)
  server.close()
})
