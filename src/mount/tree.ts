import type { MemoryId } from '../domain/ids.ts'
import { assert } from '../domain/assert.ts'

// What this mount shows: directories, which no store knows, and files, most of them memories.

/**
 * Mode, owner and times: shown, remembered until unmount, stored nowhere. Times in milliseconds.
 */
export interface Presentation {
  mode: number
  uid: number
  gid: number
  atimeMs: number
  mtimeMs: number
  ctimeMs: number
  /** Some of it was set by a program, so a next worker has to know. */
  isSet: boolean
}

interface Placed {
  /** The number the kernel knows it by; never used twice. */
  readonly id: number
  name: string
  /** Undefined: no longer in the tree (unlinked or replaced), perhaps still open. */
  parent: Directory | undefined
  /** Its place in listings of its directory. */
  cookie: number
  /** How often the kernel was told of it, less how often it forgot. */
  lookups: number
  /** Notifications about it that the kernel has not taken yet. */
  notifying: number
  readonly shown: Presentation
}

export interface Directory extends Placed {
  readonly type: 'directory'
  readonly children: Map<string, Node>
  nextCookie: number
  /** Made here, or emptied here: it stays though no memory lives in it. */
  isKept: boolean
}

/** The text an edit began from. */
export interface Base {
  readonly sha256: string
  readonly bytes: Buffer
}

/**
 * Which memory a file is. A file can become another memory (renamed over it) while writes to the
 * first are still under way, and a memory another file, so both point here.
 */
export interface Identity {
  /** Undefined before the server has made the first version. */
  memory: MemoryId | undefined
  /** The file in the tree that is it. */
  file: File | undefined
  /** Operations on it under way to the server: until then the mount knows better than the feed. */
  pending: number
}

export interface File extends Placed {
  readonly type: 'file'
  identity: Identity
  /** Where it was when somebody else's newer text took its place; it can still be written. */
  replacedAt: string | undefined
  /** What the store had when the text was last equal to it; undefined for a new file. */
  base: Base | undefined
  /** The text as this mount shows it: the first `size` bytes. */
  data: Buffer
  size: number
  /**
   * Whether `data` may be written in place; otherwise it is shared with the replica or a version.
   */
  isOwned: boolean
  /** Written since the last version was made of it. */
  isDirty: boolean
  /** All that was written was appended by handles that can do nothing else (O_APPEND). */
  isAppended: boolean
  /** Handles open for writing. */
  writers: number
  /** Created exclusively, as temporary files are: kept back until it is known what it will be. */
  isHeld: boolean
  /** While an editor may be about to write a new file where this one was. */
  setAside: Aside | undefined
  /** Scratch: lives in this mount only. */
  isScratch: boolean
  /** Why what was written cannot become a version. */
  failure: Failure | undefined
}

/** A file renamed to a name that looks like a backup's. */
export interface Aside {
  /** Its path before. */
  readonly from: string
  /** The memory that had the new name, an older backup. */
  readonly over: { readonly identity: Identity; readonly base: Base | undefined } | undefined
}

export interface Failure {
  readonly errno: number
  readonly reason: string
}

export type Node = Directory | File

export const rootId = 1
const empty = Buffer.alloc(0)

/** Hears of everything that a next worker has to know of the tree. */
export interface TreeLog {
  attached(node: Node): void
  detached(node: Node): void
  dropped(id: number): void
  claimed(file: File): void
  identified(identity: Identity): void
}

export class Tree {
  readonly #log: TreeLog
  readonly root: Directory
  readonly #nodes = new Map<number, Node>()
  readonly #identities = new Map<MemoryId, Identity>()
  #files = 0
  #nextId = rootId

  constructor(shown: Presentation, log: TreeLog) {
    this.#log = log
    this.root = this.newDirectory(shown)
    this.root.lookups = 1
    this.root.isKept = true
  }

  get nextId(): number {
    return this.#nextId
  }

  /** Numbers below are taken: after a restart the kernel still holds them. */
  skipIds(next: number): void {
    this.#nextId = Math.max(this.#nextId, next)
  }

  newDirectory(shown: Presentation, id = this.#takeId()): Directory {
    const directory: Directory = {
      type: 'directory',
      ...placed(id, shown),
      children: new Map(),
      nextCookie: 3, // 1 and 2 are "." and ".."
      isKept: false,
    }
    this.#nodes.set(id, directory)
    return directory
  }

  newFile(shown: Presentation, id = this.#takeId()): File {
    const file: File = {
      type: 'file',
      ...placed(id, shown),
      identity: { memory: undefined, file: undefined, pending: 0 },
      replacedAt: undefined,
      base: undefined,
      data: empty,
      size: 0,
      isOwned: false,
      isDirty: false,
      isAppended: true,
      writers: 0,
      isHeld: false,
      setAside: undefined,
      isScratch: false,
      failure: undefined,
    }
    this.#nodes.set(id, file)
    return file
  }

  #takeId(): number {
    const id = this.#nextId
    this.#nextId += 1
    return id
  }

  node(id: number): Node | undefined {
    return this.#nodes.get(id)
  }

  get nodes(): Iterable<Node> {
    return this.#nodes.values()
  }

  /** Files that are or will be memories. */
  get files(): number {
    return this.#files
  }

  identityOf(memory: MemoryId): Identity | undefined {
    return this.#identities.get(memory)
  }

  /** The server has made it a memory, or it turned out to be one that exists. */
  identify(identity: Identity, memory: MemoryId): void {
    const before = identity.memory
    // Made anew where somebody else deleted it: news of the old memory is not about this file.
    if (before !== undefined && this.#identities.get(before) === identity) {
      this.#identities.delete(before)
    }
    identity.memory = memory
    this.#identities.set(memory, identity)
    this.#log.identified(identity)
  }

  /** Makes a file be what another one was. */
  claim(file: File, identity: Identity): void {
    if (file.identity.file === file) file.identity.file = undefined
    file.identity = identity
    if (file.parent !== undefined) identity.file = file
    this.#log.claimed(file)
  }

  /** The memory is deleted and nothing under way concerns it. */
  release(memory: MemoryId): void {
    this.#identities.delete(memory)
  }

  attach(node: Node, directory: Directory, name: string): void {
    assert(!directory.children.has(name), 'a name is free before something is put there')
    node.name = name
    node.parent = directory
    node.cookie = directory.nextCookie
    directory.nextCookie += 1
    directory.children.set(name, node)
    if (node.type === 'file') {
      node.identity.file = node
      node.replacedAt = undefined
      if (!node.isScratch) this.#files += 1
    }
    this.#log.attached(node)
  }

  /** As it was before a restart, with its place in listings. */
  attachAt(
    node: Node,
    directory: Directory,
    at: { readonly name: string; readonly cookie: number },
  ): void {
    directory.nextCookie = Math.max(directory.nextCookie, at.cookie)
    this.attach(node, directory, at.name)
  }

  /** Takes a node out of the tree; the kernel may go on using it until it forgets it. */
  detach(node: Node): void {
    this.#remove(node)
    this.#log.detached(node)
    this.#drop(node)
  }

  /** Gives a node another name, in the same directory or elsewhere. */
  move(node: Node, directory: Directory, name: string): void {
    this.#remove(node)
    this.attach(node, directory, name)
  }

  #remove(node: Node): void {
    if (node.type === 'file' && node.parent !== undefined) {
      if (node.identity.file === node) node.identity.file = undefined
      if (!node.isScratch) this.#files -= 1
    }
    node.parent?.children.delete(node.name)
    node.parent = undefined
  }

  /** A scratch file got an ordinary name. */
  keepAsMemory(file: File): void {
    if (file.isScratch && file.parent !== undefined) this.#files += 1
    file.isScratch = false
  }

  /** A temporary file got an editor's scratch name. */
  keepAsScratch(file: File): void {
    if (!file.isScratch && file.parent !== undefined) this.#files -= 1
    file.isScratch = true
    file.isHeld = false
    file.isDirty = false
  }

  /** Puts `now` where `before` is, at the same place in listings. */
  replace(before: File, now: File): void {
    const { parent, name, cookie } = before
    assert(parent !== undefined, 'what is replaced is in the tree')
    before.replacedAt = pathOf(before)
    this.detach(before)
    this.attach(now, parent, name)
    now.cookie = cookie
  }

  forget(id: number, lookups: number): void {
    const node = this.#nodes.get(id)
    if (node === undefined || id === rootId) return
    node.lookups = Math.max(0, node.lookups - lookups)
    this.#drop(node)
  }

  /** A writer closed: an unlinked file may now be let go. */
  settle(node: Node): void {
    this.#drop(node)
  }

  #drop(node: Node): void {
    if (node.parent !== undefined || node.lookups > 0 || node.id === rootId) return
    if (node.type === 'file' && node.writers > 0) return
    this.#nodes.delete(node.id)
    if (node.cookie > 0) this.#log.dropped(node.id)
  }

  /** The directory at a path, made where it is missing; undefined where a file is in the way. */
  directoryAt(path: string, shown: Presentation): Directory | undefined {
    let directory = this.root
    for (const name of path.split('/').slice(1)) {
      const child = directory.children.get(name)
      if (child?.type === 'file') return undefined
      directory = child ?? this.#makeDirectory(directory, name, shown)
    }
    return directory
  }

  /** The deepest directory on the way to a path that is there already. */
  directoryKnownAt(path: string): Directory {
    let directory = this.root
    for (const name of path.split('/').slice(1)) {
      const child = directory.children.get(name)
      if (child?.type !== 'directory') return directory
      directory = child
    }
    return directory
  }

  #makeDirectory(parent: Directory, name: string, shown: Presentation): Directory {
    const made = this.newDirectory({ ...shown })
    this.attach(made, parent, name)
    return made
  }

  /** What is at a path now. */
  find(path: string): Node | undefined {
    let node: Node = this.root
    for (const name of path.split('/').slice(1)) {
      if (node.type === 'file') return undefined
      const child: Node | undefined = node.children.get(name)
      if (child === undefined) return undefined
      node = child
    }
    return node
  }
}

function placed(id: number, shown: Presentation): Placed {
  return { id, name: '', parent: undefined, cookie: 0, lookups: 0, notifying: 0, shown }
}

/** Path of a node in the tree; "" for the root, so that children are `${path}/${name}`. */
export function pathOf(node: Node): string {
  let path = ''
  for (let at: Node = node; at.parent !== undefined; at = at.parent) path = `/${at.name}${path}`
  return path
}

/** Whether this mount knows better than the feed what the file is. */
export function isBusy(file: File): boolean {
  return file.isDirty || file.isHeld || file.setAside !== undefined || file.identity.pending > 0
}

/** Every file at or below a node. */
export function filesBelow(node: Node): File[] {
  if (node.type === 'file') return [node]
  return [...node.children.values()].flatMap((child) => filesBelow(child))
}
