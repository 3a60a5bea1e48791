import type { Answer } from './fuse/answer.ts'
import type { SetattrBody } from './fuse/request.ts'
import { errno, Refusal } from './errno.ts'
import { isUnlinked, mint, revert } from './mint.ts'
import { isOwn } from './own-files.ts'
import { truncateText } from './text.ts'
import { attributesOf, fileOf, nodeOf } from './vfs-read.ts'
import { checkWritable, type View } from './view.ts'

export function changeAttributes(view: View, id: number, body: SetattrBody): Answer {
  const node = nodeOf(view, id)
  checkWritable(view)
  if (isOwn(node)) throw new Refusal(errno.notPermitted, '')
  if (body.size !== undefined) truncate(view, id, { ...body, size: body.size })
  const { shown } = node
  if (body.mode !== undefined) shown.mode = body.mode & 0o7777
  if (body.uid !== undefined) shown.uid = body.uid
  if (body.gid !== undefined) shown.gid = body.gid
  if (body.atimeMs !== undefined) shown.atimeMs = body.atimeMs
  if (body.mtimeMs !== undefined) shown.mtimeMs = body.mtimeMs
  shown.ctimeMs = view.clock()
  if (isSetting(body)) {
    shown.isSet = true
    view.journal.shown(node)
  }
  return { type: 'attributes', attributes: attributesOf(node) }
}

function isSetting({ mode, uid, gid, atimeMs, mtimeMs }: SetattrBody): boolean {
  return [mode, uid, gid, atimeMs, mtimeMs].some((value) => value !== undefined)
}

/** By a handle the version comes when it closes; truncate(2) of a path has no close to wait for. */
function truncate(view: View, id: number, body: SetattrBody & { readonly size: number }): void {
  const file = fileOf(view, id)
  if (body.size === file.size) return
  truncateText(file, body.size)
  view.journal.truncated(file)
  file.shown.mtimeMs = view.clock()
  if (body.handle !== undefined && body.handle !== 0) {
    const handle = view.handles.get(body.handle, file)
    handle.hasWritten = true
    handle.hasData = body.size > 0
    return
  }
  if (isUnlinked(file) || file.isHeld) return
  try {
    mint(view, file)
  } catch (error) {
    if (view.handles.written(file).length === 0) revert(view, file)
    throw error
  }
}
