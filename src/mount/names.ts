import { DomainError } from '../domain/errors.ts'
import { parsePath, pathBytesMax, pathSegmentsMax, type Path } from '../domain/memory/path.ts'
import type { Name } from './fuse/request.ts'
import { nameBytesMax } from './fuse/answer.ts'
import { errno, Refusal } from './errno.ts'

/** @throws Refusal ENAMETOOLONG for what no file can be called, whatever its directory */
export function checkLength(name: string, directory: string): void {
  if (Buffer.byteLength(name) > nameBytesMax) {
    throw new Refusal(errno.nameTooLong, `a name has at most ${nameBytesMax} bytes`)
  }
  if (Buffer.byteLength(directory) + 1 + Buffer.byteLength(name) > pathBytesMax) {
    throw new Refusal(errno.nameTooLong, `a path has at most ${pathBytesMax} bytes of UTF-8`)
  }
}

/**
 * The path of a new name in a directory, if a memory can live there.
 * @param directory path of the directory, "" for the root
 * @throws Refusal EILSEQ, ENAMETOOLONG, EINVAL
 */
export function newPath(directory: string, name: Name): Path {
  if (name === undefined) throw new Refusal(errno.illegalSequence, 'a name must be valid UTF-8')
  checkLength(name, directory)
  const path = `${directory}/${name}`
  if (path.split('/').length - 1 > pathSegmentsMax) {
    throw new Refusal(errno.nameTooLong, `a path has at most ${pathSegmentsMax} segments`)
  }
  try {
    return parsePath(path)
  } catch (error) {
    if (error instanceof DomainError) throw new Refusal(errno.invalid, error.message)
    throw error
  }
}

/** Names that editors and kernels use and take away again; `.git` would be twenty of them. */
const scratch = /^(4913|\..*\.sw[a-z]|\.#.*|\.nfs.*|\.fuse_hidden.*|\.git)$/

/** Whether a file at this path lives in this mount only and never becomes a memory. */
export function isScratch(path: string): boolean {
  return path.split('/').some((segment) => scratch.test(segment))
}

/**
 * Whether renaming `from` to `to` looks like an editor putting the old text aside before it writes
 * the new one: the same directory, and a name with the old name in it.
 */
export function isSetAside(from: string, to: string): boolean {
  const cut = from.lastIndexOf('/') + 1
  if (from.slice(0, cut) !== to.slice(0, to.lastIndexOf('/') + 1)) return false
  return to.length > from.length && to.slice(cut).includes(from.slice(cut))
}

/**
 * Where a text is kept that lost its place to somebody else's: beside it, under a name that says
 * so.
 * @param attempt 1 for the first name tried
 */
export function conflictPath(path: string, at: Date, attempt: number): Path {
  const stamp = at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const suffix = `.conflict-${stamp}${attempt === 1 ? '' : `-${attempt}`}`
  const cut = path.lastIndexOf('/') + 1
  const name = path.slice(cut)
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.slice(dot) : ''
  let stem = dot > 0 ? name.slice(0, dot) : name
  const room = Math.min(nameBytesMax, pathBytesMax - Buffer.byteLength(path.slice(0, cut)))
  while (stem !== '' && Buffer.byteLength(stem + suffix + extension) > room) {
    stem = Array.from(stem).slice(0, -1).join('')
  }
  return parsePath(path.slice(0, cut) + stem + suffix + extension)
}
