// Archives of strangers: what is wrong with one refuses all of it.
import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineOf } from '../../src/transfer/archive-format.ts'
import { archiveLimits, openArchive } from '../../src/transfer/archive-read.ts'
import { writeArchive } from '../../src/transfer/archive-write.ts'
import type { Entry } from '../../src/transfer/entry.ts'
import { BrokenArchive, paddingOf, tarEnd, tarHeader } from '../../src/transfer/tar.ts'
import type { Store } from '../../src/domain/memory/store.ts'

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

let folder: string
let outside: string | undefined
const place = () => join(folder, 'a.tar.gz')

beforeEach(() => {
  outside = process.env['TMPDIR']
  folder = mkdtempSync(join(tmpdir(), 'palimpsest-archive-'))
  process.env['TMPDIR'] = folder
})

afterEach(() => {
  if (outside === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = outside
  rmSync(folder, { recursive: true, force: true })
})

interface File {
  readonly name: string
  readonly bytes: Buffer
  /** Changes the finished header. */
  readonly bend?: (header: Buffer) => void
}

const line = (fields: Partial<Entry> = {}): string =>
  lineOf({
    kind: 'created',
    seq: 2,
    at: 1_000,
    memoryId: 'mem_1',
    versionId: 'memver_1',
    path: '/a',
    sha256: sha256('hello'),
    sizeBytes: 5,
    ...fields,
  })

function manifest(history: string, change: object = {}): File {
  const value = {
    format: 'palimpsest-archive',
    version: 1,
    exported_at: '2026-11-20T08:00:00.000Z',
    store: { id: 'memstore_1', name: 'x', description: '', metadata: {} },
    history_from: 1,
    seq: 2,
    counts: { changes: 1, versions: 1, contents: 1, content_bytes: 5 },
    history: { bytes: history.length, sha256: sha256(history) },
    ...change,
  }
  return file('manifest.json', JSON.stringify(value))
}

const file = (name: string, text: string | Buffer): File => ({ name, bytes: Buffer.from(text) })
const hello = file(`contents/${sha256('hello')}`, 'hello')
const history = file('history.ndjson', line())
const good = [hello, history, manifest(line())]

function tar(files: readonly File[]): Buffer {
  const parts = files.flatMap(({ name, bytes, bend }) => {
    const header = tarHeader(name, bytes.length)
    if (bend !== undefined) {
      bend(header)
      let sum = 0
      for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 32 : byte
      header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
    }
    return [header, bytes, paddingOf(bytes.length)]
  })
  return Buffer.concat([...parts, tarEnd])
}

async function verdict(bytes: Buffer, limits = archiveLimits): Promise<string> {
  writeFileSync(place(), bytes)
  try {
    await using archive = await openArchive(place(), limits)
    return `${(await Array.fromAsync(archive.entries())).length} changes`
  } catch (error) {
    if (error instanceof BrokenArchive) return error.message
    throw error
  }
}

const oddStore = (metadata: unknown) => ({
  store: { id: 'memstore_x', name: 'x', description: '', metadata },
})

const kind = (letter: string) => (header: Buffer) => void header.write(letter, 156, 'latin1')

describe('an archive', () => {
  test('that is as it should be is read', async () => {
    expect(await verdict(gzipSync(tar(good)))).toBe('1 changes')
  })

  const bad: readonly [string, readonly File[], RegExp][] = [
    ['leaves by ..', [file('../../etc/cron', 'x'), ...good], /no place in it/],
    ['leaves by the root', [file('/etc/passwd', 'x'), ...good], /no place in it/],
    ['leaves within contents', [file('contents/../../x', 'x'), ...good], /no place in it/],
    ['holds another file', [file('readme.txt', 'x'), ...good], /no place in it/],
    ['holds a symbolic link', [{ ...hello, bend: kind('2') }, ...good], /no plain file/],
    ['holds a hard link', [{ ...hello, bend: kind('1') }, ...good], /no plain file/],
    [
      'holds a directory',
      [{ ...file('contents/', ''), bend: kind('5') }, ...good],
      /no plain file/,
    ],
    ['holds a device', [{ ...hello, bend: kind('3') }, ...good], /no plain file/],
    ['has extended headers', [{ ...hello, bend: kind('x') }, ...good], /no plain file/],
    [
      'has a wrong content',
      [{ ...hello, bytes: Buffer.from('hellO') }, ...good.slice(1)],
      /damaged/,
    ],
    ['has a content twice', [hello, ...good], /twice/],
    ['has no content', good.slice(1), /says 1/],
    ['has content nobody uses', [file(`contents/${sha256('x')}`, 'x'), ...good], /says 1/],
    ['has no history', [hello, manifest(line())], /history.ndjson is damaged/],
    [
      'has another history',
      [hello, file('history.ndjson', line({ path: '/b' })), manifest(line())],
      /damaged/,
    ],
    ['has its history twice', [hello, history, history, manifest(line())], /twice/],
    ['has no manifest', [hello, history], /manifest.json is missing/],
    ['goes on behind its manifest', [...good, file(`contents/${sha256('y')}`, 'y')], /follows/],
    ['is of another format', [hello, history, manifest(line(), { format: 'x' })], /another format/],
    ['is of a later version', [hello, history, manifest(line(), { version: 2 })], /version 2/],
    ['lacks counts', [hello, history, manifest(line(), { counts: {} })], /lacks/],
    ['has a list for metadata', [hello, history, manifest(line(), oddStore([]))], /lacks/],
    ['has null for metadata', [hello, history, manifest(line(), oddStore(null))], /lacks/],
  ]
  test.each(bad)('that %s is refused whole', async (_what, files, message) => {
    expect(await verdict(gzipSync(tar(files)))).toMatch(message)
    expect(readdirSync(folder)).toEqual(['a.tar.gz'])
  })

  const lines: readonly [string, string, RegExp][] = [
    ['no JSON', 'nothing\n', /line 1: is no JSON/],
    ['an unknown field', '{"seq":2,"kind":"created","extra":1}\n', /does not know/],
    ['an unknown kind', line().replace('"created"', '"made"'), /unknown kind/],
    ['no sequence', line().replace('"seq":2', '"seq":0'), /no seq/],
    ['a number for a path', line().replace('"/a"', '7'), /path must be a string/],
    ['no ids', line({ memoryId: undefined }), /without ids/],
    ['a time that is none', line().replace(/"at":"[^"]*"/, '"at":"soon"'), /must be a time/],
    ['a content that is missing', line({ sha256: sha256('other') }), /missing/],
    ['a claim that breaks its rules', line({ claimed: { actor: 'x'.repeat(300) } }), /255/],
    ['no end', line().trimEnd(), /middle of a line/],
  ]
  test.each(lines)('whose history has %s is refused', async (_what, text, message) => {
    const files = [hello, file('history.ndjson', text), manifest(text)]
    expect(await verdict(gzipSync(tar(files)))).toMatch(message)
  })

  test('that is cut off anywhere, or damaged, is refused', async () => {
    const whole = gzipSync(tar(good))
    for (let length = 0; length < whole.length; length += 37) {
      expect(await verdict(whole.subarray(0, length)), `${length}`).not.toContain('changes')
    }
    expect(await verdict(Buffer.from('no archive'))).toMatch(/no gzip/)
    const plain = tar(good)
    for (let length = 0; length < plain.length - 1_024; length += 200) {
      expect(await verdict(gzipSync(plain.subarray(0, length)))).not.toContain('changes')
    }
  })

  test('that unpacks to far more than it is, is refused before it fills the disk', async () => {
    const bomb = gzipSync(tar([file('history.ndjson', Buffer.alloc(3_000_000)), ...good]))
    const limits = { ...archiveLimits, ratioMax: 20, ratioFreeBytes: 1_000_000 }
    expect(await verdict(bomb, limits)).toMatch(/far too large/)
    expect(await verdict(gzipSync(tar(good)), { ...archiveLimits, filesMax: 2 })).toMatch(
      /too many/,
    )
    expect(await verdict(gzipSync(tar(good)), { ...archiveLimits, filesMax: 3 })).toBe('1 changes')
    const long = Buffer.alloc(102_401, 'x')
    const files = [file(`contents/${sha256(long)}`, long), ...good]
    expect(await verdict(gzipSync(tar(files)))).toMatch(/longer than a memory/)
  })

  test('that cannot be written to its end leaves no open file behind', async () => {
    async function* entries(): AsyncGenerator<Entry> {
      yield { kind: 'created', seq: 2, sha256: sha256('hello'), content: 'hello' }
      throw new Error('the server is gone')
    }
    const store = { metadata: {}, createdAt: 0, updatedAt: 0 } as unknown as Store
    const input = { store, historyFrom: 1, seq: 2, now: 0, file: place(), entries: entries() }
    await expect(writeArchive(input)).rejects.toThrow('the server is gone')
  })

  test('is read by ordinary tools', async () => {
    const store = {
      id: 'memstore_1',
      name: 'x',
      description: '',
      metadata: {},
      createdAt: 0,
      updatedAt: 0,
      archivedAt: undefined,
    } as unknown as Store
    const ids = { memoryId: 'mem_1', versionId: 'memver_1', path: '/a' }
    async function* entries(): AsyncGenerator<Entry> {
      yield { kind: 'created', seq: 2, ...ids, sha256: sha256('hello'), content: 'hello' }
    }
    const input = { store, historyFrom: 1, seq: 2, now: 0, file: place() }
    const { sha256: whole } = await writeArchive({ ...input, entries: entries() })
    expect(whole).toBe(sha256(readFileSync(place())))
    execFileSync('tar', ['xzf', place(), '-C', folder])
    expect(readFileSync(join(folder, 'contents', sha256('hello')), 'utf8')).toBe('hello')
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
      history: { sha256: sha256(readFileSync(join(folder, 'history.ndjson'))) },
    })
    expect(gunzipSync(readFileSync(place())).length % 512).toBe(0)
  })
})
