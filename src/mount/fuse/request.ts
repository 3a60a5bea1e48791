import { isUtf8 } from 'node:buffer'
import { opcodes, renameFlags, requestHeaderBytes, setattrBits } from './abi.ts'

/** `undefined`: the bytes are no UTF-8, so no memory can be called that. */
export type Name = string | undefined

export interface Times {
  readonly atimeMs: number | undefined
  readonly mtimeMs: number | undefined
}

export interface SetattrBody extends Times {
  readonly type: 'setattr'
  readonly handle: number | undefined
  readonly size: number | undefined
  readonly mode: number | undefined
  readonly uid: number | undefined
  readonly gid: number | undefined
}

export interface WriteBody {
  readonly type: 'write'
  readonly handle: number
  readonly offset: number
  readonly flags: number
  /** Lives in the read buffer: gone once the request is answered. */
  readonly data: Buffer
}

export type Body =
  | { readonly type: 'lookup'; readonly name: Name }
  | { readonly type: 'forget'; readonly forgets: readonly Forget[] }
  | { readonly type: 'getattr' }
  | SetattrBody
  | { readonly type: 'mkdir'; readonly mode: number; readonly name: Name }
  | { readonly type: 'unlink'; readonly name: Name }
  | { readonly type: 'rmdir'; readonly name: Name }
  | {
      readonly type: 'rename'
      readonly name: Name
      readonly newParent: number
      readonly newName: Name
      readonly flags: number
    }
  | { readonly type: 'open'; readonly flags: number }
  | { readonly type: 'create'; readonly flags: number; readonly mode: number; readonly name: Name }
  | { readonly type: 'read'; readonly offset: number; readonly size: number }
  | WriteBody
  | { readonly type: 'flush'; readonly handle: number }
  | { readonly type: 'release'; readonly handle: number; readonly flags: number }
  | { readonly type: 'fsync'; readonly handle: number }
  | {
      readonly type: 'readdir'
      readonly offset: number
      readonly size: number
      readonly plus: boolean
    }
  | {
      readonly type: 'init'
      readonly major: number
      readonly minor: number
      readonly maxReadahead: number
      readonly flags: number
      readonly flags2: number
    }
  /** What no store can hold. */
  | { readonly type: 'mknod' | 'symlink' | 'link'; readonly name: Name }
  | { readonly type: BareType }
  /** An operation this file system does not have; `opcode` tells which. */
  | { readonly type: 'other'; readonly opcode: number }

/** Requests whose body says nothing that matters here. */
const bareTypes = ['statfs', 'fsyncdir', 'interrupt', 'destroy'] as const
type BareType = (typeof bareTypes)[number]

export interface Forget {
  readonly node: number
  readonly lookups: number
}

export interface Request {
  /** 64 bits in two words: echoed exactly, the top bit (a request sent again) included. */
  readonly uniqueLow: number
  readonly uniqueHigh: number
  readonly node: number
  readonly by: Caller
  readonly body: Body
}

/** Whose program asks. */
export interface Caller {
  readonly uid: number
  readonly gid: number
}

/** @returns undefined for bytes that no kernel sends: too short, or a length that is not theirs */
export function parseRequest(bytes: Buffer): Request | undefined {
  if (bytes.length < requestHeaderBytes) return undefined
  if (bytes.readUInt32LE(0) !== bytes.length) return undefined
  const body = parseBody(bytes)
  if (body === undefined) return undefined
  return {
    uniqueLow: bytes.readUInt32LE(8),
    uniqueHigh: bytes.readUInt32LE(12),
    node: readNumber(bytes, 16),
    by: { uid: bytes.readUInt32LE(24), gid: bytes.readUInt32LE(28) },
    body,
  }
}

/** Where the body begins. */
const at = requestHeaderBytes

/** Bytes a body has before its names or data, by opcode; others have none. */
const fixedBytes: Readonly<Record<number, number>> = {
  [opcodes.forget]: 8,
  [opcodes.setattr]: 88,
  [opcodes.mkdir]: 8,
  [opcodes.mknod]: 16,
  [opcodes.link]: 8,
  [opcodes.rename]: 8,
  [opcodes.open]: 8,
  [opcodes.read]: 40,
  [opcodes.write]: 40,
  [opcodes.release]: 24,
  [opcodes.fsync]: 16,
  [opcodes.flush]: 24,
  [opcodes.init]: 16,
  [opcodes.readdir]: 40,
  [opcodes.create]: 16,
  [opcodes.batchForget]: 8,
  [opcodes.readdirplus]: 40,
  [opcodes.rename2]: 16,
}

const bareOf = new Map<number, BareType>(bareTypes.map((type) => [opcodes[type], type]))

function parseBody(bytes: Buffer): Body | undefined {
  const opcode = bytes.readUInt32LE(4)
  if (bytes.length < at + (fixedBytes[opcode] ?? 0)) return undefined
  switch (opcode) {
    case opcodes.lookup:
      return named('lookup', readName(bytes, at))
    case opcodes.getattr:
      return getattr
    case opcodes.read:
      return { type: 'read', offset: readNumber(bytes, at + 8), size: bytes.readUInt32LE(at + 16) }
    case opcodes.open:
      return { type: 'open', flags: bytes.readUInt32LE(at) }
    case opcodes.flush:
      return { type: 'flush', handle: readNumber(bytes, at) }
    case opcodes.release:
      return { type: 'release', handle: readNumber(bytes, at), flags: bytes.readUInt32LE(at + 8) }
    case opcodes.write:
      return parseWrite(bytes)
    case opcodes.readdir:
    case opcodes.readdirplus:
      return {
        type: 'readdir',
        offset: readNumber(bytes, at + 8),
        size: bytes.readUInt32LE(at + 16),
        plus: opcode === opcodes.readdirplus,
      }
    case opcodes.forget:
      return {
        type: 'forget',
        forgets: [{ node: readNumber(bytes, 16), lookups: readNumber(bytes, at) }],
      }
    case opcodes.batchForget:
      return parseBatchForget(bytes)
    default:
      return parseRareBody(bytes, opcode)
  }
}

const getattr: Body = { type: 'getattr' }

function parseRareBody(bytes: Buffer, opcode: number): Body | undefined {
  switch (opcode) {
    case opcodes.setattr:
      return parseSetattr(bytes)
    case opcodes.mkdir: {
      const name = readName(bytes, at + 8)
      return name && { type: 'mkdir', mode: bytes.readUInt32LE(at), name: name.text }
    }
    case opcodes.symlink:
      return named('symlink', readName(bytes, at))
    case opcodes.mknod:
      return named('mknod', readName(bytes, at + 16))
    case opcodes.link:
      return named('link', readName(bytes, at + 8))
    case opcodes.unlink:
      return named('unlink', readName(bytes, at))
    case opcodes.rmdir:
      return named('rmdir', readName(bytes, at))
    case opcodes.rename:
      return parseRename(bytes, at + 8, 0)
    case opcodes.rename2:
      return parseRename(bytes, at + 16, bytes.readUInt32LE(at + 8))
    case opcodes.create:
      return parseCreate(bytes)
    case opcodes.fsync:
      return { type: 'fsync', handle: readNumber(bytes, at) }
    case opcodes.init:
      return parseInit(bytes)
    default: {
      const bare = bareOf.get(opcode)
      return bare === undefined ? { type: 'other', opcode } : { type: bare }
    }
  }
}

interface FoundName {
  readonly text: Name
  /** Where the next name begins. */
  readonly end: number
}

/** @returns undefined when no NUL ends the name */
function readName(bytes: Buffer, start: number): FoundName | undefined {
  const end = bytes.indexOf(0, start)
  if (end === -1) return undefined
  const text = bytes.toString('latin1', start, end)
  // eslint-disable-next-line no-control-regex -- ASCII, whose bytes are its characters
  if (/^[\x01-\x7f]*$/.test(text)) return { text, end: end + 1 }
  const slice = bytes.subarray(start, end)
  return { text: isUtf8(slice) ? slice.toString() : undefined, end: end + 1 }
}

type NamedType = 'lookup' | 'unlink' | 'rmdir' | 'symlink' | 'mknod' | 'link'

function named(type: NamedType, name: FoundName | undefined): Body | undefined {
  return name && { type, name: name.text }
}

function parseRename(bytes: Buffer, namesAt: number, flags: number): Body | undefined {
  const name = readName(bytes, namesAt)
  const newName = name && readName(bytes, name.end)
  if (name === undefined || newName === undefined) return undefined
  const known = flags & (renameFlags.noReplace | renameFlags.exchange)
  if (known !== flags) return { type: 'other', opcode: opcodes.rename2 }
  return {
    type: 'rename',
    name: name.text,
    newParent: readNumber(bytes, at),
    newName: newName.text,
    flags,
  }
}

function parseCreate(bytes: Buffer): Body | undefined {
  const name = readName(bytes, at + 16)
  return (
    name && {
      type: 'create',
      flags: bytes.readUInt32LE(at),
      mode: bytes.readUInt32LE(at + 4),
      name: name.text,
    }
  )
}

function parseWrite(bytes: Buffer): Body | undefined {
  const size = bytes.readUInt32LE(at + 16)
  if (bytes.length < at + 40 + size) return undefined
  return {
    type: 'write',
    handle: readNumber(bytes, at),
    offset: readNumber(bytes, at + 8),
    flags: bytes.readUInt32LE(at + 32),
    data: bytes.subarray(at + 40, at + 40 + size),
  }
}

function parseSetattr(bytes: Buffer): Body {
  const valid = bytes.readUInt32LE(at)
  const has = (bit: number) => (valid & bit) !== 0
  const time = (seconds: number, nanoseconds: number) =>
    readNumber(bytes, at + seconds) * 1_000 + bytes.readUInt32LE(at + nanoseconds) / 1e6
  return {
    type: 'setattr',
    handle: has(setattrBits.handle) ? readNumber(bytes, at + 8) : undefined,
    size: has(setattrBits.size) ? readNumber(bytes, at + 16) : undefined,
    atimeMs: has(setattrBits.atime) ? time(32, 56) : undefined,
    mtimeMs: has(setattrBits.mtime) ? time(40, 60) : undefined,
    mode: has(setattrBits.mode) ? bytes.readUInt32LE(at + 68) : undefined,
    uid: has(setattrBits.uid) ? bytes.readUInt32LE(at + 76) : undefined,
    gid: has(setattrBits.gid) ? bytes.readUInt32LE(at + 80) : undefined,
  }
}

function parseBatchForget(bytes: Buffer): Body | undefined {
  const count = bytes.readUInt32LE(at)
  if (bytes.length < at + 8 + count * 16) return undefined
  const forgets = Array.from({ length: count }, (_none, index) => ({
    node: readNumber(bytes, at + 8 + index * 16),
    lookups: readNumber(bytes, at + 16 + index * 16),
  }))
  return { type: 'forget', forgets }
}

function parseInit(bytes: Buffer): Body {
  return {
    type: 'init',
    major: bytes.readUInt32LE(at),
    minor: bytes.readUInt32LE(at + 4),
    maxReadahead: bytes.readUInt32LE(at + 8),
    flags: bytes.readUInt32LE(at + 12),
    flags2: bytes.length >= at + 20 ? bytes.readUInt32LE(at + 16) : 0,
  }
}

/** Eight bytes as a number; exact to 2^53, which no node, handle or offset of ours passes. */
function readNumber(bytes: Buffer, position: number): number {
  return bytes.readUInt32LE(position) + bytes.readUInt32LE(position + 4) * 0x1_0000_0000
}
