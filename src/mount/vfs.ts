import { unreachable } from '../domain/assert.ts'
import type { Answer } from './fuse/answer.ts'
import type { Body, Name, Request } from './fuse/request.ts'
import { opcodes } from './fuse/abi.ts'
import { errno, Refusal, type Errno } from './errno.ts'
import { negotiate } from './fuse/init.ts'
import { isScratch } from './names.ts'
import { retryBlocked } from './reconcile.ts'
import { answerAgain, isResent } from './resent.ts'
import { pathOf } from './tree.ts'
import type { View } from './view.ts'
import { getAttributes, lookUp, read, readDirectory, statFileSystem } from './vfs-read.ts'
import { changeAttributes } from './vfs-attributes.ts'
import { create, makeDirectory, removeDirectory, unlink } from './vfs-names.ts'
import { rename } from './vfs-rename.ts'
import { flush, open, release, syncDirectory, syncFile, write } from './vfs-write.ts'

// What each request means. Everything is answered from the replica and from what was written here;
// only FSYNC and, where wished, FLUSH wait for the server.

/** @returns undefined for requests that the kernel wants no answer to */
export function handle(view: View, request: Request): Answer | Promise<Answer> | undefined {
  const { body } = request
  const congestion = owing.has(body.type) ? view.outbox.congestion() : undefined
  if (congestion !== undefined) {
    // The bytes of a write live in a buffer that the next request overwrites.
    const kept = body.type === 'write' ? { ...body, data: Buffer.from(body.data) } : body
    return waitAndHandle(view, { ...request, body: kept }, congestion)
  }
  try {
    const answer = view.journal.inOne(() => dispatch(view, request))
    // A name may have become free that somebody else's memory has.
    if (view.blocked.size > 0) retryBlocked(view)
    if (!(answer instanceof Promise)) return answer
    return answer.catch((error: unknown) => refused(view, request, error))
  } catch (error) {
    return refused(view, request, error)
  }
}

/** What makes the mount owe the store more. */
const owing: ReadonlySet<Body['type']> = new Set<Body['type']>([
  'write',
  'create',
  'unlink',
  'rename',
])

async function waitAndHandle(
  view: View,
  request: Request,
  congestion: Promise<void>,
): Promise<Answer> {
  await congestion
  return (await handle(view, request)) ?? ok
}

function dispatch(view: View, request: Request): Answer | Promise<Answer> | undefined {
  const { node, body, by } = request
  switch (body.type) {
    case 'lookup':
      return lookUp(view, node, body.name)
    case 'getattr':
      return getAttributes(view, node)
    case 'read':
      return read(view, node, body)
    case 'open':
      return open(view, node, body.flags)
    case 'flush':
      return flush(view, node, body.handle)
    case 'release':
      return release(view, node, body.handle)
    case 'readdir':
      return readDirectory(view, node, body)
    case 'forget':
      for (const { node, lookups } of body.forgets) view.tree.forget(node, lookups)
      return undefined
    case 'write':
      return write(view, node, body)
    case 'setattr':
      return changeAttributes(view, node, body)
    case 'create':
      return create(view, node, { ...body, by })
    case 'mkdir':
      return makeDirectory(view, node, { ...body, by })
    case 'unlink':
      return unlink(view, node, body.name)
    case 'rmdir':
      return removeDirectory(view, node, body.name)
    case 'rename':
      return rename(view, node, body)
    case 'fsync':
      return syncFile(view, node, body.handle)
    case 'fsyncdir':
      return syncDirectory(view)
    case 'statfs':
      return statFileSystem(view)
    case 'init':
      return agree(view, body)
    case 'mknod':
    case 'symlink':
    case 'link':
      throw new Refusal(errno.notPermitted, 'a store holds text files only: no links, no devices')
    case 'destroy':
      return ok
    case 'interrupt':
      // What waits for the server is answered when the server answers.
      return undefined
    case 'other':
      return { type: 'error', errno: unknownOperations[body.opcode] ?? errno.notImplemented }
    default:
      return unreachable(body)
  }
}

export const ok: Answer = { type: 'ok' }

/** Where "not implemented" would mean more than "not here": the kernel stops asking for good. */
const unknownOperations: Readonly<Record<number, Errno>> = {
  [opcodes.ioctl]: errno.noTerminal,
  [opcodes.rename2]: errno.invalid,
  [opcodes.fallocate]: errno.notSupported,
  [opcodes.tmpfile]: errno.notSupported,
}

function agree(view: View, request: Parameters<typeof negotiate>[0]): Answer {
  const result = negotiate(request)
  if (result === undefined) return { type: 'error', errno: errno.invalid }
  view.agreement = result.agreement
  return result.answer
}

/** Refusals of writes leave their reason behind; questions answered with "no" do not. */
function refused(view: View, request: Request, error: unknown): Answer {
  if (!(error instanceof Refusal)) throw error
  const before = isResent(request) ? answerAgain(view, request, error.errno) : undefined
  if (before !== undefined) return before
  const path = placeOf(view, request)
  if (error.message !== '' && !isScratch(path)) view.problems.add(path, error.message, error.errno)
  return { type: 'error', errno: error.errno }
}

function placeOf(view: View, { node, body }: Request): string {
  const found = view.tree.node(node)
  const path = found === undefined ? '' : pathOf(found)
  const name: Name = 'name' in body ? (body.name ?? '(not UTF-8)') : undefined
  if (name !== undefined) return `${path}/${name}`
  if (path !== '') return path
  return found?.type === 'file' ? (found.replacedAt ?? found.name) : '/'
}
