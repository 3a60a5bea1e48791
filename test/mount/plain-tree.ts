// What a file system is, in its simplest form: the model that the mount has to equal.
import { CallError } from './kernel.ts'
import { errno } from '../../src/mount/errno.ts'

interface Text {
  text: string
}
type Entry = Text | 'directory'

export class PlainTree {
  readonly entries = new Map<string, Entry>([['', 'directory']])

  #parentOf(path: string): void {
    const parent = path.slice(0, path.lastIndexOf('/'))
    const entry = this.entries.get(parent)
    if (entry === undefined) {
      // Whatever on the way is a file makes it "not a directory".
      for (let up = parent; up !== ''; up = up.slice(0, up.lastIndexOf('/'))) {
        const on = this.entries.get(up)
        if (on !== undefined && on !== 'directory') throw new CallError(errno.notDirectory)
      }
      throw new CallError(errno.noEntry)
    }
    if (entry !== 'directory') throw new CallError(errno.notDirectory)
  }

  /** The file at a path, made where there is none. */
  open(path: string, { exclusive = false, truncate = false } = {}): Text {
    this.#parentOf(path)
    const known = this.entries.get(path)
    if (known !== undefined && exclusive) throw new CallError(errno.exists)
    if (known === 'directory') throw new CallError(errno.isDirectory)
    const file = known ?? { text: '' }
    if (truncate) file.text = ''
    this.entries.set(path, file)
    return file
  }

  #existing(path: string): Entry {
    this.#parentOf(path)
    const entry = this.entries.get(path)
    if (entry === undefined) throw new CallError(errno.noEntry)
    return entry
  }

  truncate(path: string, size: number): void {
    const file = this.#existing(path)
    if (file === 'directory') throw new CallError(errno.isDirectory)
    file.text = file.text.slice(0, size).padEnd(size, '\0')
  }

  unlink(path: string): void {
    if (this.#existing(path) === 'directory') throw new CallError(errno.isDirectory)
    this.entries.delete(path)
  }

  mkdir(path: string): void {
    this.#parentOf(path)
    if (this.entries.has(path)) throw new CallError(errno.exists)
    this.entries.set(path, 'directory')
  }

  rmdir(path: string): void {
    if (this.#existing(path) !== 'directory') throw new CallError(errno.notDirectory)
    if (this.#below(path).length > 0) throw new CallError(errno.notEmpty)
    this.entries.delete(path)
  }

  #below(path: string): [string, Entry][] {
    return [...this.entries].filter(([other]) => other.startsWith(`${path}/`))
  }

  rename(from: string, to: string): void {
    // The kernel walks both parents before it asks for either name.
    this.#parentOf(from)
    this.#parentOf(to)
    const entry = this.#existing(from)
    const target = this.entries.get(to)
    if (from === to) return
    if (entry === 'directory') {
      if (target !== undefined && target !== 'directory') throw new CallError(errno.notDirectory)
      if (target !== undefined && this.#below(to).length > 0) throw new CallError(errno.notEmpty)
      if (`${to}/`.startsWith(`${from}/`)) throw new CallError(errno.invalid)
    } else if (target === 'directory') {
      throw new CallError(errno.isDirectory)
    }
    const moved: [string, Entry][] = [[from, entry], ...this.#below(from)]
    for (const [path] of moved) this.entries.delete(path)
    for (const [path, what] of moved) this.entries.set(to + path.slice(from.length), what)
  }

  files(): [string, string][] {
    return [...this.entries]
      .flatMap(([path, entry]): [string, string][] =>
        entry === 'directory' ? [] : [[path, entry.text]],
      )
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }
}
