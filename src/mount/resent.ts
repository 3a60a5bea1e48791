import { openModes } from './fuse/abi.ts'
import type { Answer } from './fuse/answer.ts'
import type { Request } from './fuse/request.ts'
import { errno, type Errno } from './errno.ts'
import { create } from './vfs-names.ts'
import { lookUp } from './vfs-read.ts'
import type { View } from './view.ts'

/** The kernel sends it a second time: the worker that read it was killed before it answered. */
export function isResent(request: Request): boolean {
  return request.uniqueHigh >>> 31 === 1
}

const done: Answer = { type: 'ok' }

/**
 * The answer that was not given to a request that had already been carried out; undefined where its
 * failure is a true one.
 */
export function answerAgain(view: View, request: Request, failure: Errno): Answer | undefined {
  const { node, body, by } = request
  const isGone = failure === errno.noEntry
  const isThere = failure === errno.exists
  switch (body.type) {
    case 'unlink':
    case 'rmdir':
      return isGone ? done : undefined
    case 'rename':
      return isGone && wasRenamed(view, body) ? done : undefined
    case 'mkdir':
      return isThere ? lookUp(view, node, body.name) : undefined
    case 'create':
      return isThere
        ? create(view, node, { ...body, by, flags: body.flags & ~openModes.exclusive })
        : undefined
    default:
      return undefined
  }
}

function wasRenamed(
  view: View,
  { newParent, newName }: Extract<Request['body'], { type: 'rename' }>,
): boolean {
  const directory = view.tree.node(newParent)
  return directory?.type === 'directory' && directory.children.has(newName ?? '')
}
