import { randomFillSync } from 'node:crypto'
import { assert } from './assert.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type WorkspaceId = Branded<'WorkspaceId'>
export type StoreId = Branded<'StoreId'>
export type MemoryId = Branded<'MemoryId'>
export type VersionId = Branded<'VersionId'>
export type KeyId = Branded<'KeyId'>
export type RequestId = Branded<'RequestId'>
export type AgentId = Branded<'AgentId'>
export type EnvironmentId = Branded<'EnvironmentId'>
export type EnvironmentKeyId = Branded<'EnvironmentKeyId'>
export type SessionId = Branded<'SessionId'>
export type EventId = Branded<'EventId'>
export type ThreadId = Branded<'ThreadId'>
export type WorkId = Branded<'WorkId'>
export type TurnId = Branded<'TurnId'>
export type WebhookId = Branded<'WebhookId'>
export type DeliveryId = Branded<'DeliveryId'>
export type ForgetId = Branded<'ForgetId'>

/**
 * Bitcoin's base58 alphabet: its order is byte order, so fixed-width numbers written in it sort as
 * numbers do. Every id is its prefix, "01" (the format), and 22 of these characters.
 */
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const digitOf = new Int8Array(128).fill(-1)
for (const [digit, character] of Array.from(alphabet).entries())
  digitOf[character.charCodeAt(0)] = digit

const timeDigits = 8 // milliseconds since 1970, enough for 4,000 years
const seqDigits = 9 // 58^9 > 7.4e15 changes of one store
const tagDigits = 5
const tagSpace = 58 ** tagDigits

/** Every two characters in a row, by the number that they spell: ids are made in steps of two. */
const pairs = Array.from(
  { length: 58 * 58 },
  (_, value) => alphabet.charAt(Math.floor(value / 58)) + alphabet.charAt(value % 58),
)

function encode(value: number, digits: number): string {
  let text = ''
  let rest = value
  for (let left = digits; left > 1; left -= 2) {
    text = (pairs[rest % pairs.length] ?? '') + text
    rest = Math.floor(rest / pairs.length)
  }
  if (digits % 2 === 1) {
    text = alphabet.charAt(rest % 58) + text
    rest = Math.floor(rest / 58)
  }
  assert(rest === 0, 'a number must fit its digits')
  return text
}

/** The number that `digits` characters from `start` spell, or -1 when one of them is foreign. */
function decode(text: string, start: number, digits: number): number {
  let value = 0
  for (let index = start; index < start + digits; index += 1) {
    const digit = digitOf[text.charCodeAt(index)] ?? -1
    if (digit < 0) return -1
    value = value * 58 + digit
  }
  return value
}

const entropy = new Uint8Array(16_384)
let entropyUsed = entropy.length

function randomDigit(): number {
  for (;;) {
    if (entropyUsed === entropy.length) {
      randomFillSync(entropy)
      entropyUsed = 0
    }
    const byte = entropy[entropyUsed] ?? 255
    entropyUsed += 1
    if (byte < 232) return byte % 58 // 232 = 4 × 58: no digit is likelier than another
  }
}

function randomDigits(digits: number): string {
  let text = ''
  for (let index = 0; index < digits; index += 1) text += alphabet.charAt(randomDigit())
  return text
}

let lastTime = 0
let lastTimeText = encode(lastTime, timeDigits)
let lastCounter = 0
const counterDigits = 4
const counterSpace = 58 ** counterDigits

/** 22 characters that sort by time, then by order of making within this process, then at random. */
function timeOrdered(now: number): string {
  if (now > lastTime) setTime(now)
  else {
    lastCounter += 1
    // A clock that jumped back stands still here: its millisecond can run out of numbers.
    if (lastCounter === counterSpace) setTime(lastTime + 1)
  }
  return lastTimeText + encode(lastCounter, counterDigits) + randomDigits(10)
}

function setTime(time: number): void {
  lastTime = time
  lastTimeText = encode(time, timeDigits)
  lastCounter = 0
}

function make(prefix: string, now: number): string {
  return `${prefix}01${timeOrdered(now)}`
}

export const makeStoreId = (now: number): StoreId => make('memstore_', now) as StoreId
export const makeWorkspaceId = (now: number): WorkspaceId => make('wrkspc_', now) as WorkspaceId
export const makeKeyId = (now: number): KeyId => make('apikey_', now) as KeyId
export const makeRequestId = (now: number): RequestId => make('req_', now) as RequestId
export const makeAgentId = (now: number): AgentId => make('agent_', now) as AgentId
export const makeEnvironmentId = (now: number): EnvironmentId => make('env_', now) as EnvironmentId
export const makeEnvironmentKeyId = (now: number): EnvironmentKeyId =>
  make('envkey_', now) as EnvironmentKeyId
export const makeSessionId = (now: number): SessionId => make('sesn_', now) as SessionId
export const makeEventId = (now: number): EventId => make('sevt_', now) as EventId
export const makeWorkId = (now: number): WorkId => make('work_', now) as WorkId
export const makeForgetId = (now: number): ForgetId => make('forget_', now) as ForgetId
export const makeTurnId = (now: number): TurnId => make('turn_', now) as TurnId
export const makeWebhookId = (now: number): WebhookId => make('webhook_', now) as WebhookId
export const makeDeliveryId = (now: number): DeliveryId => make('evt_', now) as DeliveryId

/** A session has one thread, whose id says whose it is. */
export function threadIdOf(sessionId: SessionId): ThreadId {
  return `sthr_${sessionId.slice('sesn_'.length)}` as ThreadId
}

const plainIdPattern = /^[a-z]+_01[1-9A-HJ-NP-Za-km-z]{22}$/

/** True when `text` has the shape of an id with this prefix (which includes the underscore). */
export function isId(text: string, prefix: string): boolean {
  return text.startsWith(prefix) && text.length === prefix.length + 24 && plainIdPattern.test(text)
}

/**
 * Where a memory's or version's id points: the store's change with this sequence, made at this
 * time.
 * Both are part of the id, so no index over ids is needed; the tag ties the id to its store.
 */
export interface IdPosition {
  /** Sequence of the change that made it, 1 or more. */
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
}

/** 32-bit FNV-1a, finished so that near inputs give far outputs. Not a secret, only a checksum. */
function tagOf(storeId: StoreId, kind: IdKind, position: IdPosition): number {
  let hash = 0x811c9dc5 ^ kind.salt
  for (let index = 0; index < storeId.length; index += 1) {
    hash = Math.imul(hash ^ storeId.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (position.seq >>> 0), 0x85ebca6b)
  hash = Math.imul(hash ^ Math.floor(position.seq / 2 ** 32) ^ (position.at >>> 0), 0xc2b2ae35)
  hash = Math.imul(hash ^ Math.floor(position.at / 2 ** 32), 0x27d4eb2f)
  return ((hash ^ (hash >>> 15)) >>> 0) % tagSpace
}

interface IdKind {
  readonly prefix: string
  readonly salt: number
}
const memoryKind: IdKind = { prefix: 'mem_', salt: 1 }
const versionKind: IdKind = { prefix: 'memver_', salt: 2 }

function positionId(storeId: StoreId, kind: IdKind, position: IdPosition): string {
  const time = encode(position.at, timeDigits)
  const tag = encode(tagOf(storeId, kind, position), tagDigits)
  return `${kind.prefix}01${time}${encode(position.seq, seqDigits)}${tag}`
}

/** The id of the memory whose first version is the change at `position` of its store. */
export function memoryIdAt(storeId: StoreId, position: IdPosition): MemoryId {
  return positionId(storeId, memoryKind, position) as MemoryId
}

/** The id of the version that is the change at `position` of its store. */
export function versionIdAt(storeId: StoreId, position: IdPosition): VersionId {
  return positionId(storeId, versionKind, position) as VersionId
}

function parsePosition(storeId: StoreId, text: string, kind: IdKind): IdPosition | undefined {
  const start = kind.prefix.length + 2
  if (text.length !== start + 22 || !text.startsWith(`${kind.prefix}01`)) return undefined
  const at = decode(text, start, timeDigits)
  const seq = decode(text, start + timeDigits, seqDigits)
  const tag = decode(text, start + timeDigits + seqDigits, tagDigits)
  if (at < 0 || seq < 1 || seq > Number.MAX_SAFE_INTEGER) return undefined
  return tag === tagOf(storeId, kind, { seq, at }) ? { seq, at } : undefined
}

/**
 * The position in a memory id of this store; undefined for another store's id or any other text.
 */
export function parseMemoryId(storeId: StoreId, text: string): IdPosition | undefined {
  return parsePosition(storeId, text, memoryKind)
}

/**
 * The position in a version id of this store; undefined for another store's id or any other text.
 */
export function parseVersionId(storeId: StoreId, text: string): IdPosition | undefined {
  return parsePosition(storeId, text, versionKind)
}
