import type { Answer } from './fuse/answer.ts'
import type { Name } from './fuse/request.ts'
import { renameFlags } from './fuse/abi.ts'
import { errno, Refusal } from './errno.ts'
import { checkBecomesMemory, endHold, leaveAside, mint, submit } from './mint.ts'
import { isScratch, isSetAside, newPath } from './names.ts'
import { checkText } from './text.ts'
import { filesBelow, pathOf, type Directory, type File, type Node } from './tree.ts'
import { adopt, remove, touch, writableDirectory } from './vfs-names.ts'
import { changedMeanwhile, type View } from './view.ts'

const done: Answer = { type: 'ok' }

interface Renaming {
  readonly name: Name
  readonly newParent: number
  readonly newName: Name
  readonly flags: number
}

/** From where to where, with what is there now. */
interface Move {
  readonly directory: Directory
  readonly from: string
  readonly to: string
  readonly newName: string
  readonly existing: Node | undefined
}

export function rename(view: View, parent: number, body: Renaming): Answer {
  const source = writableDirectory(view, parent)
  const directory = writableDirectory(view, body.newParent)
  const node = body.name === undefined ? undefined : source.children.get(body.name)
  if (node === undefined) throw new Refusal(errno.noEntry, '')
  const to = newPath(pathOf(directory), body.newName)
  const newName = to.slice(to.lastIndexOf('/') + 1)
  const existing = directory.children.get(newName)
  if (existing === node) return done
  if (existing !== undefined && body.flags & renameFlags.noReplace) {
    throw new Refusal(errno.exists, '')
  }
  view.outbox.checkRoom(node.type === 'file' ? node.size : 0)
  const move: Move = { directory, from: pathOf(node), to, newName, existing }
  if (body.flags & renameFlags.exchange) exchange(view, node, move)
  else if (node.type === 'directory') renameDirectory(view, node, move)
  else renameFile(view, node, move)
  source.isKept = true
  node.shown.ctimeMs = view.clock()
  touch(view, source)
  touch(view, directory)
  return done
}

function place(view: View, node: Node, { directory, newName }: Move): void {
  view.tree.move(node, directory, newName)
}

function renameFile(view: View, file: File, move: Move): void {
  const { existing } = move
  if (existing?.type === 'directory') throw new Refusal(errno.isDirectory, '')
  if (file.isScratch && !isScratch(move.to)) checkBecomesMemory(file)
  if (existing !== undefined && !existing.isScratch) checkText(file)
  if (isCommitted(file)) renameMemory(view, file, move)
  else renameNew(view, file, move)
}

/** Known to the store, or soon. */
function isCommitted(file: File): boolean {
  return file.identity.memory !== undefined || file.identity.pending > 0
}

function renameMemory(view: View, file: File, move: Move): void {
  const { existing, to } = move
  const from = leaveAside(view, file) ?? move.from
  if (existing?.type === 'file' && isCommitted(existing)) {
    if (isSetAside(from, to) && existing.setAside === undefined) {
      const { identity, base } = existing
      remove(view, existing)
      place(view, file, move)
      view.holds.setAside(file, { from, over: { identity, base } })
      view.journal.aside(file)
      return
    }
    const consumed = { identity: file.identity, path: from }
    takeOver(view, file, { existing, move })
    mint(view, file, consumed)
    return
  }
  if (existing?.type === 'file') remove(view, existing)
  place(view, file, move)
  if (from === to) return
  const aside = existing === undefined ? view.holds.asideFrom(to) : undefined
  if (aside !== undefined && aside !== file) {
    const consumed = { identity: file.identity, path: from }
    adopt(view, file, aside)
    mint(view, file, consumed)
  } else if (isSetAside(from, to) || isScratch(to)) {
    view.holds.setAside(file, { from, over: undefined })
    view.journal.aside(file)
  } else {
    submit(view, { type: 'rename', identity: file.identity, from, to })
  }
}

/**
 * The file goes on as the memory it was renamed over, with its id and history: as an edit of the
 * text that was there when the file was created, which is what a program read that saves so.
 */
function takeOver(
  view: View,
  file: File,
  { existing, move }: { readonly existing: File; readonly move: Move },
): void {
  const { identity } = existing
  const seen = view.holds.baseSeenBy(file, identity)
  const from = leaveAside(view, existing)
  remove(view, existing)
  place(view, file, move)
  view.tree.claim(file, identity)
  file.base = seen ?? existing.base
  // Where the program changed nothing, what others wrote is to be shown.
  if (seen !== undefined && identity.memory !== undefined) view.blocked.add(identity.memory)
  // The memory is elsewhere as far as the store knows: it comes along.
  if (from !== undefined && from !== move.to) {
    submit(view, { type: 'rename', identity, from, to: move.to })
  }
}

/** A file that was no memory yet (a temporary file, scratch) gets a name that may make it one. */
function renameNew(view: View, file: File, move: Move): void {
  const { existing, to } = move
  if (existing?.type === 'file') checkUnchanged(view, file, existing)
  view.holds.cancel(file)
  if (existing?.type === 'file' && isCommitted(existing)) {
    takeOver(view, file, { existing, move })
    becomeMemory(view, file)
    return
  }
  if (existing?.type === 'file') remove(view, existing)
  const aside = view.holds.asideFrom(to)
  place(view, file, move)
  if (aside !== undefined) {
    adopt(view, file, aside)
    becomeMemory(view, file)
  } else if (isScratch(to)) {
    view.tree.keepAsScratch(file)
  } else {
    becomeMemory(view, file)
  }
}

/** @throws Refusal: others changed it since the file was created, and conflicts are to fail */
function checkUnchanged(view: View, file: File, existing: File): void {
  if (view.options.onConflict !== 'fail') return
  if (view.holds.baseSeenBy(file, existing.identity) === undefined) return
  throw new Refusal(errno.stale, changedMeanwhile)
}

function becomeMemory(view: View, file: File): void {
  view.tree.keepAsMemory(file)
  file.isDirty = true
  mint(view, file)
  file.isHeld = false
}

function renameDirectory(view: View, node: Directory, move: Move): void {
  const { existing, from, to } = move
  if (existing?.type === 'file') throw new Refusal(errno.notDirectory, '')
  if (existing !== undefined && existing.children.size > 0) throw new Refusal(errno.notEmpty, '')
  if (`${to}/`.startsWith(`${from}/`)) throw new Refusal(errno.invalid, '')
  const files = filesBelow(node).filter((file) => !file.isScratch)
  for (const file of files) {
    const below = pathOf(file).slice(from.length)
    newPath(to + below.slice(0, below.lastIndexOf('/')), file.name)
  }
  const isStored = files.some((file) => isCommitted(file))
  if (isStored && !view.options.hasBatches) {
    throw new Refusal(errno.crossDevice, 'this server cannot move a directory in one transaction')
  }
  // What was renamed aside below has to arrive before everything moves.
  for (const file of files) if (file.setAside !== undefined) endHold(view, file)
  if (existing !== undefined) view.tree.detach(existing)
  place(view, node, move)
  if (!isStored) return
  const identities = files.filter((file) => isCommitted(file)).map(({ identity }) => identity)
  submit(view, { type: 'move', from, to, identities })
}

function exchange(view: View, node: Node, move: Move): void {
  const { existing, from, to } = move
  if (existing === undefined) throw new Refusal(errno.noEntry, '')
  if (node.type === 'directory' || existing.type === 'directory' || !view.options.hasBatches) {
    throw new Refusal(errno.invalid, 'only two files can be exchanged')
  }
  for (const file of [node, existing]) {
    if (file.isScratch) throw new Refusal(errno.invalid, 'a scratch file cannot be exchanged')
    if (view.holds.waiting.includes(file)) endHold(view, file)
    if (!isCommitted(file)) mint(view, file)
  }
  const { parent, name } = node
  if (parent === undefined) throw new Refusal(errno.noEntry, '')
  // Out of the way first, by a name that nothing can have.
  view.tree.move(existing, parent, '\0exchange')
  place(view, node, move)
  view.tree.move(existing, parent, name)
  const left = { identity: node.identity, path: from }
  const right = { identity: existing.identity, path: to }
  submit(view, { type: 'exchange', left, right })
}
