import { directoryEntryBytes, type Answer, type Attributes } from './fuse/answer.ts'
import { answerBytesMax, answerHeaderBytes, fileTypes } from './fuse/abi.ts'
import type { DirectoryEntry } from './fuse/answer.ts'
import type { Name } from './fuse/request.ts'
import { errno, Refusal } from './errno.ts'
import { checkLength } from './names.ts'
import { isOwn, lookUpOwn } from './own-files.ts'
import { textOf } from './text.ts'
import { pathOf, type Directory, type File, type Node } from './tree.ts'
import { validSeconds, type View } from './view.ts'

/** @throws Refusal ESTALE for a number nobody gave out */
export function nodeOf(view: View, id: number): Node {
  const node = view.tree.node(id)
  if (node === undefined) throw new Refusal(errno.stale, '')
  return node
}

export function directoryOf(view: View, id: number): Directory {
  const node = nodeOf(view, id)
  if (node.type === 'file') throw new Refusal(errno.notDirectory, '')
  return node
}

export function fileOf(view: View, id: number): File {
  const node = nodeOf(view, id)
  if (node.type === 'directory') throw new Refusal(errno.isDirectory, '')
  return node
}

export function attributesOf(node: Node): Attributes {
  const { shown } = node
  const isFile = node.type === 'file'
  return {
    node: node.id,
    size: isFile ? node.size : 0,
    mode: (isFile ? fileTypes.regular : fileTypes.directory) | shown.mode,
    // A directory with one link makes no promise about how many directories are in it.
    links: isFile && node.parent === undefined && node.replacedAt === undefined ? 0 : 1,
    uid: shown.uid,
    gid: shown.gid,
    atimeMs: shown.atimeMs,
    mtimeMs: shown.mtimeMs,
    ctimeMs: shown.ctimeMs,
    validSeconds: isOwn(node) ? 0 : validSeconds,
  }
}

export function lookUp(view: View, parent: number, name: Name): Answer {
  const directory = directoryOf(view, parent)
  const child = name === undefined ? undefined : directory.children.get(name)
  if (child !== undefined) {
    child.lookups += 1
    return { type: 'entry', attributes: attributesOf(child) }
  }
  if (name !== undefined) {
    const own = lookUpOwn(view, directory, name)
    if (own !== undefined) return { type: 'entry', attributes: attributesOf(own) }
    refuseLength(name, directory)
  }
  return { type: 'absent', validSeconds }
}

function refuseLength(name: string, directory: Directory): void {
  try {
    checkLength(name, pathOf(directory))
  } catch (error) {
    // A question, not a write: nothing to leave a reason for.
    throw error instanceof Refusal ? new Refusal(error.errno, '') : error
  }
}

export function getAttributes(view: View, id: number): Answer {
  return { type: 'attributes', attributes: attributesOf(nodeOf(view, id)) }
}

export function read(
  view: View,
  id: number,
  { offset, size }: { readonly offset: number; readonly size: number },
): Answer {
  const text = textOf(fileOf(view, id))
  return { type: 'data', data: text.subarray(offset, offset + size) }
}

interface DirectoryPage {
  /** Where the last page ended; 0 at the start. */
  readonly offset: number
  readonly size: number
  readonly plus: boolean
}

export function readDirectory(view: View, id: number, page: DirectoryPage): Answer {
  const directory = directoryOf(view, id)
  const room = Math.min(page.size, answerBytesMax - answerHeaderBytes)
  const entries: DirectoryEntry[] = []
  let used = 0
  for (const entry of entriesAfter(directory, page.offset)) {
    const bytes = directoryEntryBytes(entry.name, page.plus)
    if (used + bytes > room) break
    used += bytes
    entries.push(entry)
    const child = entry.isLinked && page.plus ? directory.children.get(entry.name) : undefined
    if (child !== undefined) child.lookups += 1
  }
  return { type: 'directory', entries, plus: page.plus }
}

function* entriesAfter(directory: Directory, offset: number): Generator<DirectoryEntry> {
  if (offset < 1) yield dots('.', 1, directory)
  if (offset < 2) yield dots('..', 2, directory.parent ?? directory)
  for (const [name, child] of inPlaces(directory)) {
    if (child.cookie <= offset) continue
    yield {
      name,
      offset: child.cookie,
      attributes: attributesOf(child),
      isLinked: child.notifying === 0,
    }
  }
}

function dots(name: string, offset: number, directory: Directory): DirectoryEntry {
  return { name, offset, attributes: attributesOf(directory), isLinked: false }
}

/** Children in the order of their cookies. A replaced file keeps its cookie, not its place. */
function inPlaces(directory: Directory): Iterable<[string, Node]> {
  const children = [...directory.children]
  return children.sort(([, a], [, b]) => a.cookie - b.cookie)
}

export function statFileSystem(view: View): Answer {
  const { storeBytesMax, storeMemoriesMax } = view.options.limits
  const used = [...view.replica.memories].reduce((sum, { bytes }) => sum + bytes.length, 0)
  const blocks = Math.ceil(storeBytesMax / 4_096)
  return {
    type: 'statfs',
    blocks,
    blocksFree: Math.max(0, blocks - Math.ceil(used / 4_096)),
    files: storeMemoriesMax,
    filesFree: Math.max(0, storeMemoriesMax - view.tree.files),
  }
}
