import { openFlags, openModes } from './fuse/abi.ts'
import type { Answer } from './fuse/answer.ts'
import type { WriteBody } from './fuse/request.ts'
import { errno, Refusal } from './errno.ts'
import { isWriting, readerHandle, type Handle } from './handles.ts'
import { isUnlinked, mint, placeOf, revert } from './mint.ts'
import { isOwn } from './own-files.ts'
import { checkText, truncateText, writeText } from './text.ts'
import type { File } from './tree.ts'
import { fileOf } from './vfs-read.ts'
import { changedMeanwhile, checkWritable, type View } from './view.ts'

const done: Answer = { type: 'ok' }

export function open(view: View, id: number, flags: number): Answer {
  const file = fileOf(view, id)
  if (!isWriting(flags)) return openForReading(view)
  checkWritable(view)
  if (isOwn(file)) throw new Refusal(errno.access, '')
  const truncates = (flags & openModes.truncate) !== 0
  const handle = view.handles.open(file, truncates)
  view.holds.cancel(file)
  if (truncates) {
    truncateText(file, 0)
    file.failure = undefined
    file.isDirty = true
    file.isAppended = false
    changedNow(view, file)
    view.journal.truncated(file)
  }
  return { type: 'open', handle, flags: openFlags.keepCache }
}

function changedNow({ clock }: View, { shown }: File): void {
  shown.mtimeMs = clock()
  shown.ctimeMs = shown.mtimeMs
}

/** What a reader caches stays right until the kernel is told otherwise; its close needs no word. */
function openForReading(view: View): Answer {
  if (view.options.isReadOnly && view.agreement?.noOpen) {
    return { type: 'error', errno: errno.notImplemented }
  }
  return { type: 'open', handle: readerHandle, flags: openFlags.keepCache | openFlags.noFlush }
}

export function write(view: View, id: number, body: WriteBody): Answer {
  const file = fileOf(view, id)
  const handle = view.handles.get(body.handle, file)
  checkWritable(view)
  handle.hasWritten = true
  handle.hasData = true
  if ((body.flags & openModes.append) === 0) file.isAppended = false
  changedNow(view, file)
  try {
    view.outbox.checkRoom(file.size + body.data.length)
    writeText(file, body.offset, body.data)
    view.journal.wrote(file, body.offset, body.data)
  } catch (error) {
    if (error instanceof Refusal) file.failure = { errno: error.errno, reason: error.message }
    throw error
  }
  return { type: 'written', bytes: body.data.length }
}

/**
 * Comes at every close, also of a duplicate and before the first write, so it makes no version: it
 * says whether the text can be one, and makes it safe from here on.
 */
export function flush(view: View, id: number, number: number): Answer | Promise<Answer> {
  // Nothing is written, so no close need ask again.
  if (view.options.isReadOnly) return { type: 'error', errno: errno.notImplemented }
  const file = fileOf(view, id)
  const handle = view.handles.get(number, file)
  if (!handle.hasWritten || isUnlinked(file)) return done
  checkWritten(view, file)
  if (!handle.hasData || file.isScratch) return done
  if (view.options.isSyncClose && !file.isHeld) {
    mint(view, file)
    return view.outbox.settled(file.identity).then(() => done)
  }
  view.journal.staged(file)
  return done
}

/** @throws Refusal: the text cannot be a version; it is taken back when the handle closes */
function checkWritten(view: View, file: File): void {
  checkText(file)
  const { memory } = file.identity
  if (view.options.onConflict !== 'fail' || memory === undefined) return
  const theirs = view.replica.get(memory)?.sha256
  const isTheirs = file.identity.pending === 0 && theirs !== file.base?.sha256
  if (!isTheirs) return
  file.failure = { errno: errno.stale, reason: changedMeanwhile }
  throw new Refusal(errno.stale, changedMeanwhile)
}

export function release(view: View, id: number, number: number): Answer {
  const file = fileOf(view, id)
  const handle = view.handles.close(number, file)
  if (handle.hasWritten) finish(view, file)
  else if (file.isHeld && file.writers === 0) view.holds.start(file)
  view.tree.settle(file)
  return done
}

/** The handle that wrote is gone: its text becomes a version, or was no text. */
function finish(view: View, file: File): void {
  if (isUnlinked(file) || file.isScratch) {
    file.isDirty = false
    if (!file.isScratch) view.journal.unstaged(file)
    return
  }
  try {
    checkText(file)
    if (file.isHeld) {
      if (file.writers === 0) view.holds.start(file)
    } else {
      mint(view, file)
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    view.problems.add(placeOf(view, file), error.message, error.errno)
    // Somebody else still writes to it: his close decides.
    if (view.handles.written(file).length === 0) revert(view, file)
  }
}

/** Returns when the server has the text durably; of a held temporary file, when the journal has. */
export async function syncFile(view: View, id: number, number: number): Promise<Answer> {
  const node = view.tree.node(id)
  if (node === undefined || node.type === 'directory') return syncDirectory(view)
  if (node.isScratch || isUnlinked(node)) return done
  const handle = view.handles.get(number, node)
  checkWritten(view, node)
  if (node.isHeld) {
    view.journal.staged(node)
    await view.journal.sync()
    return done
  }
  if (node.isDirty) mintNow(view, node, handle)
  await view.outbox.settled(node.identity)
  return done
}

function mintNow(view: View, file: File, handle: Handle): void {
  mint(view, file)
  handle.hasWritten = false
  handle.hasData = false
}

export async function syncDirectory(view: View): Promise<Answer> {
  await view.outbox.drained()
  return done
}
