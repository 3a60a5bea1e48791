import type { MemoryId } from '../domain/ids.ts'
import { swap } from './mint.ts'
import type { Committed } from './replica.ts'
import { show } from './text.ts'
import { filesBelow, isBusy, pathOf, type Directory, type File, type Node } from './tree.ts'
import { present, type View } from './view.ts'

// Brings the tree to what the replica says, where nothing of this mount is under way: after every
// change of the feed, and whenever something of our own is settled.

export function reconcile(view: View, memory: MemoryId): void {
  view.blocked.delete(memory)
  const truth = view.replica.get(memory)
  const identity = view.tree.identityOf(memory)
  if (identity !== undefined && identity.pending > 0) return
  const file = identity?.file
  if (file === undefined) {
    if (truth === undefined) view.tree.release(memory)
    else if (!isSetAsideOver(view, truth)) place(view, truth)
    return
  }
  if (isBusy(file)) return
  if (truth === undefined) {
    takeAway(view, file)
    view.tree.release(memory)
    return
  }
  if (pathOf(file) !== truth.path) {
    takeAway(view, file)
    place(view, truth)
    return
  }
  if (file.base?.sha256 === truth.sha256) return
  if (file.base !== undefined) view.holds.replaced(file.identity, file.base)
  const isKnown = file.lookups > 0
  const now = isKnown ? swap(view, file, truth) : file
  showCommitted(now, truth)
  if (!isKnown) view.journal.changed(file)
  view.journal.shown(now)
}

export function retryBlocked(view: View): void {
  for (const memory of Array.from(view.blocked)) reconcile(view, memory)
}

/** An older backup, replaced by a file that was renamed aside over it, is not to come back. */
function isSetAsideOver(view: View, truth: Committed): boolean {
  const node = view.tree.find(truth.path)
  return node?.type === 'file' && node.setAside?.over?.identity.memory === truth.id
}

function showCommitted(file: File, { sha256, bytes, updatedAtMs }: Committed): void {
  show(file, { sha256, bytes })
  file.shown.mtimeMs = updatedAtMs
  file.shown.ctimeMs = updatedAtMs
}

function place(view: View, truth: Committed): void {
  const cut = truth.path.lastIndexOf('/')
  const name = truth.path.slice(cut + 1)
  const known = view.tree.directoryKnownAt(truth.path.slice(0, cut))
  const directory = view.tree.directoryAt(truth.path.slice(0, cut), present(view, 'directory'))
  const existing = directory?.children.get(name)
  if (directory === undefined || (existing !== undefined && !isEmptyDirectory(existing))) {
    view.blocked.add(truth.id)
    return
  }
  if (existing !== undefined) view.tree.detach(existing)
  const file = view.tree.newFile(present(view, 'file'))
  showCommitted(file, truth)
  view.tree.attach(file, directory, name)
  const identity = view.tree.identityOf(truth.id)
  if (identity === undefined) view.tree.identify(file.identity, truth.id)
  else view.tree.claim(file, identity)
  touchListing(view, known, nameBelow(known, truth.path))
  if (known !== directory) touchListing(view, directory, name)
}

/** The part of a path that a directory above it lists. */
function nameBelow(directory: Directory, path: string): string {
  return path.slice(pathOf(directory).length + 1).split('/')[0] ?? ''
}

function touchListing(view: View, directory: Directory, name: string): void {
  const now = view.clock()
  directory.shown.mtimeMs = now
  directory.shown.ctimeMs = now
  view.notify({ directory, name, isListed: true, node: directory.children.get(name) })
}

function isEmptyDirectory(node: Node): boolean {
  return node.type === 'directory' && filesBelow(node).length === 0
}

/** Somebody else took the memory away: whoever has the file open keeps it. */
function takeAway(view: View, file: File): void {
  const { parent, name } = file
  const path = pathOf(file)
  file.replacedAt = path
  view.tree.detach(file)
  if (parent === undefined) return
  touchListing(view, parent, name)
  prune(view, parent)
}

/** Directories that only memories of others made go with the last of them. */
function prune(view: View, directory: Directory): void {
  let empty = directory
  while (empty.children.size === 0 && !empty.isKept && empty.parent !== undefined) {
    const { parent, name } = empty
    view.tree.detach(empty)
    touchListing(view, parent, name)
    empty = parent
  }
}
