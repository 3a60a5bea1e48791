import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { contentBytesMax } from '../domain/memory/content.ts'
import { errno, Refusal } from './errno.ts'
import type { Base, File } from './tree.ts'

// The text of a file while it is being written: a buffer of its own, so that what versions and the
// replica hold never changes under them.

/** Scratch files are no memories, but they are memory of this process. */
export const scratchBytesMax = 16 * 1_048_576

export function textOf(file: File): Buffer {
  return file.data.subarray(0, file.size)
}

/** The text as a version keeps it: later writes do not touch it. */
export function snapshot(file: File): Base {
  const bytes = textOf(file)
  file.isOwned = false
  return { bytes, sha256: hash('sha256', bytes) }
}

/** Shows a committed text, shared with whoever else holds it. */
export function show(file: File, base: Base): void {
  file.base = base
  file.data = base.bytes
  file.size = base.bytes.length
  file.isOwned = false
  file.isDirty = false
  file.isAppended = true
  file.failure = undefined
}

/**
 * Writes into the text.
 * @throws Refusal EFBIG over 102,400 bytes; EILSEQ for appended bytes that can never become UTF-8
 */
export function writeText(file: File, offset: number, data: Buffer): void {
  const end = offset + data.length
  checkSize(file, end)
  const appends = offset === file.size
  grow(file, end)
  data.copy(file.data, offset)
  const before = file.size
  file.size = Math.max(file.size, end)
  file.isDirty = true
  if (file.isScratch || !appends || mayBecomeUtf8(file.data, before, end)) return
  file.size = before
  throw new Refusal(errno.illegalSequence, 'a memory is text: the bytes are not valid UTF-8')
}

/** @throws Refusal EFBIG */
export function truncateText(file: File, size: number): void {
  if (size === file.size) return
  checkSize(file, size)
  grow(file, size)
  file.size = size
  file.isDirty = true
  file.isAppended = false
  if (size === 0) file.failure = undefined
}

function checkSize(file: File, size: number): void {
  const max = file.isScratch ? scratchBytesMax : contentBytesMax
  if (size <= max) return
  throw new Refusal(
    errno.fileTooLarge,
    `a memory holds at most ${max} bytes of text; this would be ${size}`,
  )
}

/** Makes the buffer ours and long enough; what lies between the old end and the new is zero. */
function grow(file: File, size: number): void {
  if (!file.isOwned || size > file.data.length) {
    const room = file.isOwned ? Math.max(size, file.data.length * 2) : Math.max(size, file.size)
    const data = Buffer.alloc(Math.max(room, 256))
    file.data.copy(data, 0, 0, file.size)
    file.data = data
    file.isOwned = true
  } else if (size > file.size) {
    file.data.fill(0, file.size, size)
  }
}

/** Whether the bytes from `from` to `end` can be part of UTF-8 if the right ones follow. */
function mayBecomeUtf8(data: Buffer, from: number, end: number): boolean {
  // The text before may end inside a character, which the new bytes go on with.
  const start = from - unfinishedBytes(data, from)
  return isUtf8(data.subarray(start, Math.max(start, end - unfinishedBytes(data, end))))
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

/** Bytes before `end` that begin a character which would end behind it. */
function unfinishedBytes(data: Buffer, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back += 1) {
    const byte = data[end - back] ?? 0
    if (isContinuation(byte)) continue
    return byte >= 0xc2 && byte <= 0xf4 && characterBytes(byte) > back ? back : 0
  }
  return 0
}

function characterBytes(lead: number): number {
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}

/** @throws Refusal when the text cannot be a version: an earlier write failed, or it is no UTF-8 */
export function checkText(file: File): void {
  if (file.isScratch) return
  if (file.failure !== undefined) {
    throw new Refusal(file.failure.errno as Refusal['errno'], file.failure.reason)
  }
  if (isUtf8(textOf(file))) return
  throw new Refusal(errno.illegalSequence, 'a memory is text: the file is not valid UTF-8')
}
