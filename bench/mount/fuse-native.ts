// A tree in memory, served by fuse-native until it is killed: `fuse-native.ts DIRECTORY SOURCE`.
// FUSE_NATIVE names where the package is; it is none of ours.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

interface Entry {
  text: Buffer | undefined
  readonly names: Set<string>
  readonly at: Date
}
type Reply = (code: number, value?: unknown) => void
type Operations = Readonly<Record<string, (...args: never[]) => void>>
interface Mounting {
  mount(done: (error: Error | null) => void): void
}
type Fuse = new (directory: string, operations: Operations, options: object) => Mounting

const [directory = '', source = ''] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const Native = require(process.env['FUSE_NATIVE'] ?? 'fuse-native') as Fuse

const entries = new Map<string, Entry>()
const at = new Date()

function load(from: string, path: string): void {
  const isDirectory = statSync(from).isDirectory()
  const names = new Set(isDirectory ? readdirSync(from) : [])
  entries.set(path === '' ? '/' : path, {
    text: isDirectory ? undefined : readFileSync(from),
    names,
    at,
  })
  for (const name of names) load(join(from, name), `${path}/${name}`)
}
load(source, '')

const noEntry = -2
const parentOf = (path: string) => entries.get(path.slice(0, path.lastIndexOf('/')) || '/')
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function put(path: string, text: Buffer): void {
  entries.set(path, { text, names: new Set(), at })
  parentOf(path)?.names.add(nameOf(path))
}

function take(path: string): Buffer | undefined {
  const { text } = entries.get(path) ?? {}
  entries.delete(path)
  parentOf(path)?.names.delete(nameOf(path))
  return text
}

const done = (reply: Reply) => reply(0)
const operations: Operations = {
  getattr(path: string, reply: Reply) {
    const entry = entries.get(path)
    if (entry === undefined) return reply(noEntry)
    const { text, at: time } = entry
    const mode = text === undefined ? 0o040755 : 0o100644
    const times = { mtime: time, atime: time, ctime: time }
    reply(0, { ...times, nlink: 1, size: text?.length ?? 0, mode, uid: 0, gid: 0 })
  },
  readdir: (path: string, reply: Reply) => reply(0, [...(entries.get(path)?.names ?? [])]),
  open: (_path: string, _flags: number, reply: Reply) => reply(0, 1),
  release: (_path: string, _handle: number, reply: Reply) => done(reply),
  flush: (_path: string, _handle: number, reply: Reply) => done(reply),
  fsync: (_path: string, _isData: boolean, _handle: number, reply: Reply) => done(reply),
  read(
    path: string,
    ...[, buffer, length, position, reply]: [number, Buffer, number, number, Reply]
  ) {
    reply(entries.get(path)?.text?.copy(buffer, 0, position, position + length) ?? 0)
  },
  write(
    path: string,
    ...[, data, length, position, reply]: [number, Buffer, number, number, Reply]
  ) {
    const entry = entries.get(path)
    if (entry?.text === undefined) return reply(noEntry)
    const text = Buffer.alloc(Math.max(entry.text.length, position + length))
    entry.text.copy(text)
    data.copy(text, position, 0, length)
    entry.text = text
    reply(length)
  },
  truncate(path: string, size: number, reply: Reply) {
    const entry = entries.get(path)
    if (entry?.text === undefined) return reply(noEntry)
    const text = Buffer.alloc(size)
    entry.text.copy(text)
    entry.text = text
    reply(0)
  },
  create(path: string, _mode: number, reply: Reply) {
    put(path, Buffer.alloc(0))
    reply(0, 1)
  },
  unlink(path: string, reply: Reply) {
    take(path)
    reply(0)
  },
  rename(from: string, to: string, reply: Reply) {
    put(to, take(from) ?? Buffer.alloc(0))
    reply(0)
  },
}

new Native(directory, operations, { force: true }).mount((error) => {
  if (error !== null) throw error
  console.log('mounted')
})
