import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import {
  chmod,
  lchown,
  lstat,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  unlink,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import { ToolFailure } from './tool-failure.ts'
import type { Entry, Found, Tree } from './tree.ts'

// The sandbox can put symbolic links into the scratch directory while we look at it. So no path is
// ever handed to the kernel whole: each name is opened without following links, below the open
// directory before it (Linux has no openat in Node; /proc/self/fd is the same thing).

/** Who owns what is made here: the sandbox's user where that is not ours. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface WorkTreeOptions {
  /** The directory on this machine; it must exist. */
  readonly directory: string
  /** Where the agent sees it. */
  readonly at: string
  readonly owner?: Owner | undefined
}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants
/** Names what is there without opening it; Node has no name for it. */
const O_PATH = 0o10000000
const depthMax = 40
const entriesMax = 50_000
const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules'])
const hasProc = process.platform === 'linux'

/** A session's scratch space on disk; symbolic links in it are never followed. */
export function workTree(options: WorkTreeOptions): Tree {
  return {
    at: options.at,
    isWritable: true,
    isMemory: false,
    read: (path, bytesMax) => read(options, path, bytesMax),
    write: (path, text) => write(options, path, text),
    edit: async (path, change) => write(options, path, change(await readWhole(options, path))),
    list: (path) => list(options, path),
  }
}

/** A directory held open: what is in it is named through it. */
class Directory {
  readonly #handle: FileHandle
  readonly #path: string

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle
    this.#path = path
  }

  static async open(path: string): Promise<Directory> {
    return new Directory(await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), path)
  }

  at(name: string): string {
    return hasProc ? `/proc/self/fd/${this.#handle.fd}/${name}` : join(this.#path, name)
  }

  async names(): Promise<{ name: string; isDirectory: boolean; isFile: boolean }[]> {
    const entries = await readdir(this.at('.'), { withFileTypes: true })
    return entries.map((entry) => ({
      name: entry.name,
      isDirectory: entry.isDirectory(),
      isFile: entry.isFile(),
    }))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close()
  }
}

/** The directory that a path's last name is in. @throws ToolFailure, ENOENT */
async function openParent(
  { directory, at, owner }: WorkTreeOptions,
  path: string,
  create: boolean,
): Promise<{ parent: Directory; name: string }> {
  const names = path.split('/').slice(1)
  const name = names.pop()
  if (name === undefined || name === '') throw new ToolFailure(`${at} is a directory`)
  let parent = await Directory.open(directory)
  let walked = at
  try {
    for (const next of names) {
      walked += `/${next}`
      if (create) await makeDirectory(parent.at(next), owner)
      const child = await openBelow(parent, next, walked)
      await parent[Symbol.asyncDispose]()
      parent = child
    }
    return { parent, name }
  } catch (error) {
    await parent[Symbol.asyncDispose]()
    throw error
  }
}

async function openBelow(parent: Directory, name: string, shown: string): Promise<Directory> {
  try {
    return await Directory.open(parent.at(name))
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ELOOP' || code === 'ENOTDIR') {
      throw new ToolFailure(`${shown} is not a directory (links are not followed)`)
    }
    throw error
  }
}

async function makeDirectory(path: string, owner: Owner | undefined): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
    // Not chown: by now there may be a link in its place, to a file of this machine.
    if (owner !== undefined) await lchown(path, owner.uid, owner.gid)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

async function read(options: WorkTreeOptions, path: string, bytesMax: number): Promise<Found> {
  const found = await readBytes(options, path, bytesMax)
  return found.kind === 'bytes' ? { kind: 'file', text: found.bytes.toString('utf8') } : found
}

export type FoundBytes =
  | Exclude<Found, { readonly kind: 'file' }>
  | { readonly kind: 'bytes'; readonly bytes: Buffer }

/** What stands in a regular file; links, pipes and devices are none. */
export async function readBytes(
  options: WorkTreeOptions,
  path: string,
  bytesMax: number,
): Promise<FoundBytes> {
  if (path === '') return { kind: 'directory' }
  try {
    const { parent, name } = await openParent(options, path, false)
    await using directory = parent
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    const file = await open(directory.at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return { kind: 'directory' }
      if (stat.size > bytesMax) return { kind: 'too_large', sizeBytes: stat.size }
      return { kind: 'bytes', bytes: await readAtMost(file, stat.size) }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return { kind: 'nothing' }
    if (code === 'ELOOP' || code === 'ENXIO') return { kind: 'directory' }
    throw error
  }
}

/** No more than it had a moment ago: somebody may be writing to it without end. */
async function readAtMost(file: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes)
  let length = 0
  while (length < bytes) {
    const { bytesRead } = await file.read(buffer, length, bytes - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

const editBytesMax = 10 * 1_048_576

async function readWhole(options: WorkTreeOptions, path: string): Promise<string> {
  const found = await read(options, path, editBytesMax)
  if (found.kind === 'file') return found.text
  const why = found.kind === 'nothing' ? 'no such file or directory' : 'not a regular file'
  throw new ToolFailure(`${options.at}${path}: ${why}`)
}

/** Whole or not at all: a new file takes the old one's name. */
async function write(options: WorkTreeOptions, path: string, text: string): Promise<void> {
  const { parent, name } = await openParent(options, path, true)
  await using directory = parent
  const isDirectory = await lstat(directory.at(name)).then(
    (stat) => stat.isDirectory(),
    () => false,
  )
  if (isDirectory) throw new ToolFailure(`${options.at}${path} is a directory`)
  const temporary = directory.at(`.${randomBytes(8).toString('hex')}.tmp`)
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    await file.writeFile(text)
    if (options.owner !== undefined) await file.chown(options.owner.uid, options.owner.gid)
    await rename(temporary, directory.at(name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await file.close()
  }
}

async function list(options: WorkTreeOptions, path: string): Promise<Entry[]> {
  const found: Entry[] = []
  try {
    if (path === '') {
      await using top = await Directory.open(options.directory)
      await walk(top, '', found)
      return found
    }
    const { parent, name } = await openParent(options, path, false)
    await using directory = parent
    const stat = await lstat(directory.at(name))
    if (stat.isFile()) return [entryOf(path, stat)]
    if (!stat.isDirectory()) return []
    await using below = await openBelow(directory, name, options.at + path)
    await walk(below, path, found)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  return found
}

async function walk(directory: Directory, path: string, found: Entry[]): Promise<void> {
  if (path.split('/').length > depthMax) return
  for (const { name, isDirectory, isFile } of await directory.names()) {
    if (found.length >= entriesMax) return
    if (isFile) {
      const stat = await lstat(directory.at(name)).catch(() => undefined)
      if (stat?.isFile()) found.push(entryOf(`${path}/${name}`, stat))
    }
    if (isDirectory && !skipped.has(name)) await walkBelow(directory, `${path}/${name}`, found)
  }
}

/** Times of change cannot be set by a program, unlike times of modification. */
function entryOf(path: string, { mtimeMs, ctimeMs, ino, size }: Stats): Entry {
  return { path, modifiedAt: mtimeMs, sizeBytes: size, stamp: `${ctimeMs}-${ino}-${size}` }
}

/**
 * Whether something below a directory is what is looked for, links and what `list` leaves out
 * included. What lies too deep to look at is, and what cannot be opened.
 * @param is gets paths that begin with "/"
 */
export async function someBelow(
  directory: string,
  is: (path: string) => Promise<boolean>,
): Promise<boolean> {
  await using top = await Directory.open(directory)
  // Awaited here: the directory is closed when this returns.
  return await someIn(top, '', is)
}

async function someIn(
  directory: Directory,
  path: string,
  is: (path: string) => Promise<boolean>,
): Promise<boolean> {
  if (path.split('/').length > depthMax) return true
  for (const { name, isDirectory } of await directory.names()) {
    if (await is(`${path}/${name}`)) return true
    if (!isDirectory) continue
    await using below = await Directory.open(directory.at(name)).catch((error: unknown) => {
      return codeOf(error) === 'ENOENT' ? null : undefined
    })
    if (below === null) continue
    if (below === undefined || (await someIn(below, `${path}/${name}`, is))) return true
  }
  return false
}

/** Removes a file and the directories that it leaves empty. */
export async function removeFile(options: WorkTreeOptions, path: string): Promise<void> {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    try {
      const { parent, name } = await openParent(options, at, false)
      await using directory = parent
      await (at === path ? unlink(directory.at(name)) : rmdir(directory.at(name)))
    } catch (error) {
      const code = codeOf(error)
      if (at === path && code === 'ENOENT') continue
      if (at !== path && (code === 'ENOTEMPTY' || code === 'ENOENT')) return
      throw error
    }
  }
}

const passesMax = 100_000

/**
 * Removes a directory with all that is in it, however deep, while somebody may still be at work in
 * it: directories are moved up and opened, so that no name is ever resolved through another.
 */
export async function removeTree(directory: string): Promise<void> {
  {
    await unlock(directory)
    await using top = await Directory.open(directory)
    for (let pass = 0; pass < passesMax; pass += 1) {
      const names = await top.names()
      if (names.length === 0) break
      for (const { name, isDirectory } of names) {
        if (isDirectory) await flatten(top, name)
        else await unlink(top.at(name))
      }
    }
  }
  await rmdir(directory)
}

async function flatten(top: Directory, name: string): Promise<void> {
  {
    await unlock(top.at(name))
    await using below = await Directory.open(top.at(name))
    for (const entry of await below.names()) {
      if (!entry.isDirectory) {
        await unlink(below.at(entry.name))
        continue
      }
      await unlock(below.at(entry.name))
      await rename(below.at(entry.name), top.at(randomBytes(12).toString('hex')))
    }
  }
  await rmdir(top.at(name))
}

/** A program may have shut a directory to all, then nothing is taken out of it, nor it moved. */
async function unlock(directory: string): Promise<void> {
  if (!hasProc) return
  await using held = await open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW)
  await chmod(`/proc/self/fd/${held.fd}`, 0o700)
}

/** What vanished since it was listed is left out. */
async function walkBelow(parent: Directory, path: string, found: Entry[]): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const below = await Directory.open(parent.at(name)).catch(() => undefined)
  if (below === undefined) return
  await using directory = below
  await walk(directory, path, found)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
