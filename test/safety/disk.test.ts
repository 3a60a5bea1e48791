// A disk that fails: the caller is told, nothing half is kept, reads go on, and writing works again
// without a restart once there is room.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { firstKeyIn, makeHome, startServe, type ServeProcess } from '../support/serve-process.ts'

interface Disk extends Disposable {
  readonly directory: string
}

/** A small file system of its own; undefined where this user may not mount one. */
function mountSmall(megabytes: number): Disk | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'palimpsest-disk-'))
  const made = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none', directory])
  if (made.status !== 0) {
    rmSync(directory, { recursive: true })
    return undefined
  }
  return {
    directory,
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', directory])
      rmSync(directory, { recursive: true })
    },
  }
}

const probe = mountSmall(1)
probe?.[Symbol.dispose]()
const mayMount = probe !== undefined

/**
 * Whether a file can be made unwritable under a process that has it open, as a disk that turned
 * read-only is.
 */
const mayFreeze = (() => {
  const file = join(mkdtempSync(join(tmpdir(), 'palimpsest-freeze-')), 'file')
  writeFileSync(file, '')
  const frozen = spawnSync('chattr', ['+i', file]).status === 0
  if (frozen) spawnSync('chattr', ['-i', file])
  return frozen
})()

if (process.env['CI'] === 'true') {
  test('a root on CI can mount a small disk', () => {
    expect(mayMount || process.getuid?.() !== 0).toBe(true)
  })
}

type Post = (path: string, body: object) => Promise<{ status: number; json: Json }>
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

function poster(server: ServeProcess, key: string): Post {
  return async (path, body) => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, json: await response.json() }
  }
}

describe('a disk that is full', () => {
  test.skipIf(!mayMount)('is an error of the write, and no more than that', async () => {
    using disk = mountSmall(24)!
    await using home = await makeHome()
    await using server = await startServe(home, [
      '--data-dir',
      join(disk.directory, 'data'),
      '--store-memories-max',
      '100000',
    ])
    const key = firstKeyIn(server.output())
    const post = poster(server, key)
    const reserve = join(disk.directory, 'reserve')
    writeFileSync(reserve, Buffer.alloc(8 * 1_048_576))
    const store = await post('/v1/memory_stores', { name: 'filling' })
    const memories = `/v1/memory_stores/${store.json.id}/memories`
    const kept: string[] = []
    let refused: Awaited<ReturnType<Post>> | undefined
    for (let index = 0; refused === undefined && index < 1_000; index += 1) {
      const answer = await post(memories, { path: `/${index}`, content: 'x'.repeat(100_000) })
      if (answer.status === 200) kept.push(answer.json.id as string)
      else refused = answer
    }
    expect(refused?.status).toBe(500)
    expect(refused?.json.error).toMatchObject({
      type: 'api_error',
      details: { error_code: 'storage_full' },
    })
    const read = (path: string) => fetch(server.url + path, { headers: { 'x-api-key': key } })
    expect((await read(`${memories}/${kept.at(-1)}`)).status).toBe(200)

    unlinkSync(reserve)
    expect((await read('/readyz')).status).toBe(200)
    const again = await post(memories, { path: '/again', content: 'there is room' })
    expect(again.status).toBe(200)
    const list = (await (await read(`${memories}?limit=100`)).json()) as Json
    const usage = await read(`/palimpsest/v1/memory_stores/${store.json.id}/usage`)
    expect(list.next_page ?? null).toBe(kept.length + 1 > 100 ? list.next_page : null)
    expect(((await usage.json()) as Json).memories).toBe(kept.length + 1)
    expect(await server.stop()).toBe(0)
  })
})

describe('a database file that turned read-only', () => {
  test.skipIf(!mayFreeze)('refuses writes and takes them again afterwards', async () => {
    await using home = await makeHome()
    const data = join(home.directory, 'data')
    await using server = await startServe(home, ['--data-dir', data])
    const post = poster(server, firstKeyIn(server.output()))
    const store = await post('/v1/memory_stores', { name: 'frozen' })
    const memories = `/v1/memory_stores/${store.json.id}/memories`
    expect((await post(memories, { path: '/before', content: '' })).status).toBe(200)
    const files = ['palimpsest.db', 'palimpsest.db-wal'].map((name) => join(data, name))
    try {
      expect(spawnSync('chattr', ['+i', ...files]).status).toBe(0)
      const refused = await post(memories, { path: '/during', content: '' })
      expect(refused.status).toBe(500)
      expect(refused.json.error.details).toEqual({ error_code: 'storage_full' })
    } finally {
      spawnSync('chattr', ['-i', ...files])
    }
    expect((await post(memories, { path: '/after', content: '' })).status).toBe(200)
    expect((await post(memories, { path: '/during', content: '' })).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })
})

describe('a data directory', () => {
  test('that cannot be made is refused with a sentence', async () => {
    await using home = await makeHome()
    const file = join(home.directory, 'file')
    writeFileSync(file, 'no directory')
    const starting = startServe(home, ['--data-dir', join(file, 'data')])
    await expect(starting).rejects.toThrow(/serve ended with 1: palimpsest: .*data/)
  })

  test("is its owner's alone, and so is every file in it", async () => {
    await using home = await makeHome()
    const data = join(home.directory, 'data')
    await using server = await startServe(home, ['--data-dir', data])
    for (const name of ['', 'palimpsest.db', 'palimpsest.db-wal', 'lock.db']) {
      expect(statSync(join(data, name)).mode & 0o077, name).toBe(0)
    }
    expect(await server.stop()).toBe(0)
  })

  test('serves one process: a second is refused with a sentence', async () => {
    await using home = await makeHome()
    const flags = ['--data-dir', join(home.directory, 'data')]
    await using server = await startServe(home, flags)
    const second = startServe(home, flags)
    await expect(second).rejects.toThrow(
      new RegExp(`in use by another palimpsest process \\(pid ${server.pid}\\)`),
    )
    await server.kill()
    await using third = await startServe(home, flags)
    expect(await third.stop()).toBe(0)
  })
})
