import type { Answer } from './fuse/answer.ts'
import type { Caller, Name } from './fuse/request.ts'
import { openFlags, openModes } from './fuse/abi.ts'
import { errno, Refusal } from './errno.ts'
import { checkCapacity, leaveAside, submit } from './mint.ts'
import { isScratch, newPath } from './names.ts'
import { isOwn } from './own-files.ts'
import { pathOf, type Directory, type File, type Node } from './tree.ts'
import { attributesOf, directoryOf } from './vfs-read.ts'
import { open } from './vfs-write.ts'
import { checkWritable, present, type View } from './view.ts'

const done: Answer = { type: 'ok' }

/** @throws Refusal when nothing can be changed in the directory */
export function writableDirectory(view: View, id: number): Directory {
  const directory = directoryOf(view, id)
  checkWritable(view)
  if (isOwn(directory)) throw new Refusal(errno.notPermitted, 'this directory is the mount’s own')
  if (directory.parent === undefined && directory !== view.tree.root) {
    throw new Refusal(errno.noEntry, '')
  }
  return directory
}

interface Creation {
  readonly name: Name
  readonly flags: number
  readonly mode: number
  readonly by: Caller
}

export function create(view: View, parent: number, creation: Creation): Answer {
  const { name, flags } = creation
  const directory = writableDirectory(view, parent)
  const path = newPath(pathOf(directory), name)
  const known = directory.children.get(path.slice(path.lastIndexOf('/') + 1))
  if (known !== undefined) {
    if (known.type === 'directory') throw new Refusal(errno.isDirectory, '')
    if (flags & openModes.exclusive) throw new Refusal(errno.exists, '')
    known.lookups += 1
    return created(view, known, open(view, known.id, flags))
  }
  const file = newFileAt(view, directory, path)
  setAs(view, file, creation)
  file.isHeld = (flags & openModes.exclusive) !== 0 && !file.isScratch
  file.lookups = 1
  if (file.isHeld) {
    view.holds.begin(file)
    view.journal.changed(file)
  }
  return created(view, file, {
    type: 'open',
    handle: view.handles.open(file, true),
    flags: openFlags.keepCache,
  })
}

function created(view: View, file: File, opened: Answer): Answer {
  if (opened.type !== 'open') return opened
  view.tree.settle(file)
  const { handle, flags } = opened
  return { type: 'created', attributes: attributesOf(file), handle, flags }
}

function newFileAt(view: View, directory: Directory, path: string): File {
  const file = view.tree.newFile(present(view, 'file'))
  file.isScratch = isScratch(path) && view.replica.at(path) === undefined
  const aside = view.holds.asideFrom(path)
  if (!file.isScratch && aside === undefined) checkRoomFor(view, file)
  file.isDirty = !file.isScratch
  view.tree.attach(file, directory, path.slice(path.lastIndexOf('/') + 1))
  touch(view, directory)
  if (aside !== undefined) adopt(view, file, aside)
  return file
}

function checkRoomFor(view: View, file: File): void {
  try {
    checkCapacity(view)
  } catch (error) {
    view.tree.detach(file)
    throw error
  }
}

/**
 * A new file where one was renamed aside: an editor saving. It goes on as the memory that was
 * there,
 * and the old text becomes a file of its own, unless it is deleted before its time is over.
 */
export function adopt(view: View, file: File, aside: File): void {
  const over = view.holds.takeBack(aside)?.over
  const { identity, base } = aside
  view.tree.claim(aside, over?.identity ?? { memory: undefined, file: aside, pending: 0 })
  view.tree.claim(file, identity)
  file.base = base
  aside.base = over?.base
  aside.isDirty = true
  aside.isHeld = true
  view.journal.changed(aside)
  view.journal.dirty(aside)
  view.journal.staged(aside)
  view.holds.start(aside)
}

export function makeDirectory(
  view: View,
  parent: number,
  creation: Omit<Creation, 'flags'>,
): Answer {
  const { name } = creation
  const directory = writableDirectory(view, parent)
  const path = newPath(pathOf(directory), name)
  const text = path.slice(path.lastIndexOf('/') + 1)
  if (directory.children.has(text)) throw new Refusal(errno.exists, '')
  const made = view.tree.newDirectory(present(view, 'directory'))
  made.isKept = true
  made.lookups = 1
  view.tree.attach(made, directory, text)
  setAs(view, made, creation)
  touch(view, directory)
  return { type: 'entry', attributes: attributesOf(made) }
}

/** As whoever made it wants it, and his unless everything here is one owner's. */
function setAs(view: View, node: Node, { mode, by }: Omit<Creation, 'name' | 'flags'>): void {
  const { shown } = node
  const usual = { ...shown }
  shown.mode = mode & 0o7777
  if (!view.options.hasOneOwner) Object.assign(shown, { uid: by.uid, gid: by.gid })
  const { uid, gid } = shown
  shown.isSet = shown.mode !== usual.mode || uid !== usual.uid || gid !== usual.gid
  view.journal.shown(node)
}

export function removeDirectory(view: View, parent: number, name: Name): Answer {
  const directory = writableDirectory(view, parent)
  const child = name === undefined ? undefined : directory.children.get(name)
  if (child === undefined) throw new Refusal(errno.noEntry, '')
  if (child.type === 'file') throw new Refusal(errno.notDirectory, '')
  if (child.children.size > 0) throw new Refusal(errno.notEmpty, '')
  view.tree.detach(child)
  directory.isKept = true
  touch(view, directory)
  return done
}

export function unlink(view: View, parent: number, name: Name): Answer {
  const directory = writableDirectory(view, parent)
  const file = name === undefined ? undefined : directory.children.get(name)
  if (file === undefined) throw new Refusal(errno.noEntry, '')
  if (file.type === 'directory') throw new Refusal(errno.isDirectory, '')
  view.outbox.checkRoom(0)
  const path = leaveAside(view, file) ?? pathOf(file)
  remove(view, file)
  directory.isKept = true
  touch(view, directory)
  const { identity } = file
  if (identity.memory !== undefined || identity.pending > 0) {
    submit(view, { type: 'delete', identity, path, sha256: file.base?.sha256 })
  }
  return done
}

/** Takes a file out of the tree for good: what is staged of it is dropped. */
export function remove(view: View, file: File): void {
  view.holds.cancel(file)
  file.isHeld = false
  file.isDirty = false
  view.journal.unstaged(file)
  view.tree.detach(file)
}

export function touch(view: View, directory: Directory): void {
  directory.shown.mtimeMs = view.clock()
  directory.shown.ctimeMs = directory.shown.mtimeMs
  view.journal.shown(directory)
}
