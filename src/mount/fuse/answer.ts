import { answerHeaderBytes, protocol, writeBytesMax } from './abi.ts'

/** What the kernel is told of a file or directory. */
export interface Attributes {
  readonly node: number
  readonly size: number
  /** Type and permissions. */
  readonly mode: number
  readonly links: number
  readonly uid: number
  readonly gid: number
  readonly atimeMs: number
  readonly mtimeMs: number
  readonly ctimeMs: number
  /** Seconds the kernel may believe this without asking. */
  readonly validSeconds: number
}

export interface DirectoryEntry {
  readonly name: string
  /** Where to go on after this entry. */
  readonly offset: number
  readonly attributes: Attributes
  /** False: named in the listing, but the kernel shall ask before it uses it. */
  readonly isLinked: boolean
}

export interface InitAnswer {
  readonly type: 'init'
  readonly minor: number
  readonly maxReadahead: number
  readonly flags: number
  readonly flags2: number
}

export type Answer =
  | { readonly type: 'error'; readonly errno: number }
  | { readonly type: 'ok' }
  | { readonly type: 'entry'; readonly attributes: Attributes }
  /** "No such name", for the kernel to remember. */
  | { readonly type: 'absent'; readonly validSeconds: number }
  | { readonly type: 'attributes'; readonly attributes: Attributes }
  | { readonly type: 'open'; readonly handle: number; readonly flags: number }
  | {
      readonly type: 'created'
      readonly attributes: Attributes
      readonly handle: number
      readonly flags: number
    }
  | { readonly type: 'data'; readonly data: Buffer }
  | { readonly type: 'written'; readonly bytes: number }
  | {
      readonly type: 'directory'
      readonly entries: readonly DirectoryEntry[]
      readonly plus: boolean
    }
  | {
      readonly type: 'statfs'
      readonly blocks: number
      readonly blocksFree: number
      readonly files: number
      readonly filesFree: number
    }
  | InitAnswer

export const blockBytes = 4_096
export const nameBytesMax = 255

interface Addressee {
  readonly uniqueLow: number
  readonly uniqueHigh: number
}

/** Writes the answer at the start of `out`. @returns its length in bytes */
export function encodeAnswer(out: Buffer, to: Addressee, answer: Answer): number {
  const isError = answer.type === 'error'
  const length = isError ? answerHeaderBytes : encodeBody(out, answer)
  out.writeUInt32LE(length, 0)
  out.writeInt32LE(isError ? -answer.errno : 0, 4)
  out.writeUInt32LE(to.uniqueLow, 8)
  out.writeUInt32LE(to.uniqueHigh, 12)
  return length
}

const at = answerHeaderBytes

function encodeBody(out: Buffer, answer: Exclude<Answer, { type: 'error' }>): number {
  switch (answer.type) {
    case 'ok':
      return at
    case 'entry':
      return encodeEntry(out, at, answer.attributes)
    case 'absent':
      out.fill(0, at, at + entryBytes)
      writeNumber(out, at + 16, answer.validSeconds)
      return at + entryBytes
    case 'attributes':
      writeNumber(out, at, answer.attributes.validSeconds)
      writeNumber(out, at + 8, 0)
      return encodeAttributes(out, at + 16, answer.attributes)
    case 'open':
      return encodeOpen(out, at, answer)
    case 'created':
      return encodeOpen(out, encodeEntry(out, at, answer.attributes), answer)
    case 'data':
      answer.data.copy(out, at)
      return at + answer.data.length
    case 'written':
      writeNumber(out, at, answer.bytes)
      return at + 8
    case 'directory':
      return answer.entries.reduce(
        (end, entry) => encodeDirectoryEntry(out, end, { entry, plus: answer.plus }),
        at,
      )
    case 'statfs':
      return encodeStatfs(out, answer)
    case 'init':
      return encodeInit(out, answer)
  }
}

const entryBytes = 128
const attributesBytes = 88

/** @returns where the entry ends */
function encodeEntry(out: Buffer, start: number, attributes: Attributes): number {
  writeNumber(out, start, attributes.node)
  writeNumber(out, start + 8, 0)
  writeNumber(out, start + 16, attributes.validSeconds)
  writeNumber(out, start + 24, attributes.validSeconds)
  writeNumber(out, start + 32, 0)
  return encodeAttributes(out, start + 40, attributes)
}

function encodeAttributes(out: Buffer, start: number, attributes: Attributes): number {
  const { size } = attributes
  writeNumber(out, start, attributes.node)
  writeNumber(out, start + 8, size)
  writeNumber(out, start + 16, Math.ceil(size / 512))
  encodeTime(out, start + 24, attributes.atimeMs)
  out.writeUInt32LE(nanoseconds(attributes.atimeMs), start + 48)
  encodeTime(out, start + 32, attributes.mtimeMs)
  out.writeUInt32LE(nanoseconds(attributes.mtimeMs), start + 52)
  encodeTime(out, start + 40, attributes.ctimeMs)
  out.writeUInt32LE(nanoseconds(attributes.ctimeMs), start + 56)
  out.writeUInt32LE(attributes.mode, start + 60)
  out.writeUInt32LE(attributes.links, start + 64)
  out.writeUInt32LE(attributes.uid, start + 68)
  out.writeUInt32LE(attributes.gid, start + 72)
  out.writeUInt32LE(0, start + 76)
  out.writeUInt32LE(blockBytes, start + 80)
  out.writeUInt32LE(0, start + 84)
  return start + attributesBytes
}

function encodeTime(out: Buffer, position: number, ms: number): void {
  writeNumber(out, position, Math.floor(ms / 1_000))
}

function nanoseconds(ms: number): number {
  return Math.min(999_999_999, Math.round((ms - Math.floor(ms / 1_000) * 1_000) * 1e6))
}

function encodeOpen(
  out: Buffer,
  start: number,
  { handle, flags }: { readonly handle: number; readonly flags: number },
): number {
  writeNumber(out, start, handle)
  out.writeUInt32LE(flags, start + 8)
  out.writeUInt32LE(0, start + 12)
  return start + 16
}

const direntBytes = 24

/** Bytes a name takes in a directory page. */
export function directoryEntryBytes(name: string, plus: boolean): number {
  const dirent = (direntBytes + Buffer.byteLength(name) + 7) & ~7
  return plus ? entryBytes + dirent : dirent
}

function encodeDirectoryEntry(
  out: Buffer,
  start: number,
  { entry, plus }: { readonly entry: DirectoryEntry; readonly plus: boolean },
): number {
  let position = start
  if (plus) {
    position = encodeEntry(out, start, entry.attributes)
    if (!entry.isLinked) out.fill(0, start, position)
  }
  writeNumber(out, position, entry.attributes.node)
  writeNumber(out, position + 8, entry.offset)
  out.writeUInt32LE((entry.attributes.mode >>> 12) & 0o17, position + 20)
  const nameBytes = out.write(entry.name, position + direntBytes)
  out.writeUInt32LE(nameBytes, position + 16)
  const end = position + ((direntBytes + nameBytes + 7) & ~7)
  out.fill(0, position + direntBytes + nameBytes, end)
  return end
}

function encodeStatfs(out: Buffer, answer: Extract<Answer, { type: 'statfs' }>): number {
  out.fill(0, at, at + 80)
  writeNumber(out, at, answer.blocks)
  writeNumber(out, at + 8, answer.blocksFree)
  writeNumber(out, at + 16, answer.blocksFree)
  writeNumber(out, at + 24, answer.files)
  writeNumber(out, at + 32, answer.filesFree)
  out.writeUInt32LE(blockBytes, at + 40)
  out.writeUInt32LE(nameBytesMax, at + 44)
  out.writeUInt32LE(blockBytes, at + 48)
  return at + 80
}

const requestsInBackgroundMax = 64

function encodeInit(out: Buffer, answer: InitAnswer): number {
  out.fill(0, at, at + 64)
  out.writeUInt32LE(protocol.major, at)
  out.writeUInt32LE(answer.minor, at + 4)
  out.writeUInt32LE(answer.maxReadahead, at + 8)
  out.writeUInt32LE(answer.flags, at + 12)
  out.writeUInt16LE(requestsInBackgroundMax, at + 16)
  out.writeUInt16LE((requestsInBackgroundMax * 3) / 4, at + 18)
  out.writeUInt32LE(writeBytesMax, at + 20)
  out.writeUInt32LE(1, at + 24)
  out.writeUInt16LE(writeBytesMax / 4_096, at + 28)
  out.writeUInt32LE(answer.flags2, at + 32)
  return at + 64
}

function writeNumber(out: Buffer, position: number, value: number): void {
  out.writeUInt32LE(value % 0x1_0000_0000, position)
  out.writeUInt32LE(Math.floor(value / 0x1_0000_0000), position + 4)
}
