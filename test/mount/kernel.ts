// A kernel made of function calls: paths instead of inodes, answers instead of errors, no device.
import { fileTypes, openModes } from '../../src/mount/fuse/abi.ts'
import type { Answer } from '../../src/mount/fuse/answer.ts'
import type { Body } from '../../src/mount/fuse/request.ts'
import { errno } from '../../src/mount/errno.ts'
import type { MountCore } from '../../src/mount/mount-core.ts'

/** A failed call: its error number by name. */
export class CallError extends Error {
  override readonly name = 'CallError'
  constructor(number: number) {
    super(Object.entries(errno).find(([, value]) => value === number)?.[0] ?? `${number}`)
  }
}

export interface Opened {
  readonly node: number
  readonly handle: number
}

const writing = 1
const by = { uid: 0, gid: 0 }

export class Kernel {
  #core: MountCore

  constructor(core: MountCore) {
    this.#core = core
  }

  /** Another worker answers from now on; nodes and handles stay what they are. */
  goOnWith(core: MountCore): void {
    this.#core = core
  }

  #call(node: number, body: Body): Answer {
    const answer = this.#core.handle({ uniqueLow: 1, uniqueHigh: 0, by, node, body })
    if (answer === undefined || answer instanceof Promise) throw new Error('expected an answer')
    if (answer.type === 'error') throw new CallError(answer.errno)
    return answer
  }

  /** @throws CallError noEntry */
  node(path: string): number {
    let node = 1
    for (const name of path.split('/').filter((part) => part !== '')) {
      const answer = this.#call(node, { type: 'lookup', name })
      if (answer.type !== 'entry') throw new CallError(errno.noEntry)
      node = answer.attributes.node
    }
    return node
  }

  #parent(path: string): { readonly parent: number; readonly name: string } {
    const cut = path.lastIndexOf('/')
    return { parent: this.node(path.slice(0, cut)), name: path.slice(cut + 1) }
  }

  isDirectory(node: number): boolean {
    const answer = this.#call(node, { type: 'getattr' })
    if (answer.type !== 'attributes') throw new Error('expected attributes')
    return (answer.attributes.mode & 0o170000) === fileTypes.directory
  }

  open(path: string, flags: number): Opened {
    const { parent, name } = this.#parent(path)
    const found = this.#call(parent, { type: 'lookup', name })
    if (found.type === 'entry') {
      if (flags & openModes.exclusive) throw new CallError(errno.exists)
      const { node } = found.attributes
      const opened = this.#call(node, { type: 'open', flags: flags | writing })
      if (opened.type !== 'open') throw new Error('expected an open file')
      return { node, handle: opened.handle }
    }
    const made = this.#call(parent, { type: 'create', name, flags: flags | writing, mode: 0o644 })
    if (made.type !== 'created') throw new Error('expected a created file')
    return { node: made.attributes.node, handle: made.handle }
  }

  write({ node, handle }: Opened, text: string, { append = false, at = 0 } = {}): void {
    const data = Buffer.from(text)
    const offset = append ? this.size(node) : at
    const flags = writing | (append ? openModes.append : 0)
    this.#call(node, { type: 'write', handle, offset, flags, data })
  }

  size(node: number): number {
    const answer = this.#call(node, { type: 'getattr' })
    if (answer.type !== 'attributes') throw new Error('expected attributes')
    return answer.attributes.size
  }

  /** @throws CallError what close(2) says; the handle is closed all the same */
  close({ node, handle }: Opened): void {
    try {
      this.#call(node, { type: 'flush', handle })
    } finally {
      this.#call(node, { type: 'release', handle, flags: writing })
    }
  }

  async sync({ node, handle }: Opened): Promise<void> {
    const body: Body = { type: 'fsync', handle }
    const answer = await this.#core.handle({ uniqueLow: 1, uniqueHigh: 0, by, node, body })
    if (answer?.type === 'error') throw new CallError(answer.errno)
  }

  save(path: string, text: string): void {
    const file = this.open(path, openModes.truncate)
    try {
      this.write(file, text)
    } finally {
      this.close(file)
    }
  }

  append(path: string, text: string): void {
    const file = this.open(path, openModes.append)
    this.write(file, text, { append: true })
    this.close(file)
  }

  truncate(path: string, size: number): void {
    this.set(path, { size })
  }

  set(path: string, what: { size?: number; mode?: number; uid?: number; mtimeMs?: number }): void {
    const none = { handle: undefined, size: undefined, mode: undefined, uid: undefined }
    const more = { gid: undefined, atimeMs: undefined, mtimeMs: undefined }
    this.#call(this.node(path), { type: 'setattr', ...none, ...more, ...what })
  }

  /** Mode, owner and time of the last change. */
  shown(path: string): readonly [number, number, number] {
    const answer = this.#call(this.node(path), { type: 'getattr' })
    if (answer.type !== 'attributes') throw new Error('expected attributes')
    const { mode, uid, mtimeMs } = answer.attributes
    return [mode & 0o7777, uid, mtimeMs]
  }

  unlink(path: string): void {
    const { parent, name } = this.#parent(path)
    this.#call(parent, { type: 'unlink', name })
  }

  mkdir(path: string): void {
    const { parent, name } = this.#parent(path)
    this.#call(parent, { type: 'mkdir', name, mode: 0o755 })
  }

  rmdir(path: string): void {
    const { parent, name } = this.#parent(path)
    this.#call(parent, { type: 'rmdir', name })
  }

  rename(from: string, to: string, flags = 0): void {
    const { parent, name } = this.#parent(from)
    const target = this.#parent(to)
    const body = { newParent: target.parent, newName: target.name, flags }
    this.#call(parent, { type: 'rename', name, ...body })
  }

  read(path: string): string {
    return this.readNode(this.node(path))
  }

  readNode(node: number): string {
    const answer = this.#call(node, { type: 'read', offset: 0, size: 1_048_576 })
    if (answer.type !== 'data') throw new Error('expected data')
    return answer.data.toString()
  }

  /** Every file with its text, in byte order. */
  files(path = ''): [string, string][] {
    return this.entries(path)
      .flatMap(([name, isDirectory]): [string, string][] =>
        isDirectory
          ? this.files(`${path}/${name}`)
          : [[`${path}/${name}`, this.read(`${path}/${name}`)]],
      )
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Names in a directory, read in pages as the kernel does. */
  entries(path: string): [string, boolean][] {
    const node = this.node(path)
    const found: [string, boolean][] = []
    for (let offset = 0; ;) {
      const answer = this.#call(node, { type: 'readdir', offset, size: 600, plus: true })
      if (answer.type !== 'directory') throw new Error('expected a listing')
      const last = answer.entries.at(-1)
      if (last === undefined) return found
      for (const { name, attributes } of answer.entries) {
        const isDirectory = (attributes.mode & 0o170000) === fileTypes.directory
        if (name !== '.' && name !== '..') found.push([name, isDirectory])
      }
      offset = last.offset
    }
  }
}
