// Which words a text may have, in a few bytes: a Bloom filter. It never misses a word that is
// there; about one in a hundred that are not there it lets pass, for the text itself to say no.
import type { SearchQuery } from './search-query.ts'
import { fold, ideogram, kindAt, letter } from './words.ts'

export type Signature = Uint32Array

const bitsPerKey = 12
const probes = 4
/** Prefixes of these lengths are in it beside the words. */
const prefixUnits = { min: 3, max: 12 } as const
const prefixSalt = 0x51ed_270b

let slots = new Uint32Array(1 << 16)
let keys = new Uint32Array(1 << 15)
let count = 0

export function signatureOf(original: string): Signature {
  const { text } = fold(original)
  count = 0
  // A word of n letters has at most n keys: half of the slots stay free.
  const size = 1 << Math.max(8, Math.ceil(Math.log2(2 * text.length + 1)))
  if (size > slots.length) [slots, keys] = [new Uint32Array(size), new Uint32Array(size)]
  const free = slots.subarray(0, size).fill(0)
  for (let at = 0; at < text.length;) at = addWordAt(free, text, at)
  const signature = new Uint32Array(Math.max(1, Math.ceil((count * bitsPerKey) / 32)))
  for (let index = 0; index < count; index += 1) setBits(signature, keys[index] ?? 0)
  return signature
}

/** Adds the word that begins here, if one does. @returns where to go on */
function addWordAt(free: Uint32Array, text: string, start: number): number {
  const first = kindAt(text, start)
  let hash = basis
  let at = start
  for (let kind = first; kind === letter || (kind === ideogram && at === start);) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800
    for (let units = isPair ? 2 : 1; units > 0; units -= 1) {
      hash = step(hash, text.charCodeAt(at))
      at += 1
      const length = at - start
      if (length >= prefixUnits.min && length <= prefixUnits.max) {
        add(free, finish(hash ^ prefixSalt))
      }
    }
    kind = first === ideogram ? 0 : kindAt(text, at)
  }
  if (at === start) return start + 1
  add(free, finish(hash))
  return at
}

/** Zero is a free slot: a key that is zero may be there twice, which harms nothing. */
function add(free: Uint32Array, key: number): void {
  const mask = free.length - 1
  let slot = key & mask
  for (let known = free[slot]; known !== 0; known = free[slot]) {
    if (known === key) return
    slot = (slot + 1) & mask
  }
  free[slot] = key
  keys[count] = key
  count += 1
}

const basis = 0x811c_9dc5

function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x0100_0193)
}

/** Spreads what a word's last letters changed over all bits. */
function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85eb_ca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2_ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function setBits(signature: Signature, key: number): void {
  const bits = signature.length * 32
  const stride = (Math.imul(key, 0x9e37_79b1) | 1) >>> 0
  for (let probe = 0, place = key; probe < probes; probe += 1) {
    const bit = place % bits
    signature[bit >>> 5] = (signature[bit >>> 5] ?? 0) | (1 << (bit & 31))
    place = (place + stride) >>> 0
  }
}

function hasBits(signature: Signature, key: number): boolean {
  const bits = signature.length * 32
  const stride = (Math.imul(key, 0x9e37_79b1) | 1) >>> 0
  for (let probe = 0, place = key; probe < probes; probe += 1) {
    const bit = place % bits
    if (((signature[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false
    place = (place + stride) >>> 0
  }
  return true
}

/** What a signature must have for its text to be found. */
export function keysOf({ wanted }: SearchQuery): number[] {
  return wanted.flatMap(({ words, isPrefix }) =>
    words.flatMap((word, index) => {
      const isCut = isPrefix && index === words.length - 1
      return isCut ? prefixKey(word) : [finish(hashOf(word))]
    }),
  )
}

/** None for a prefix so short that every text has it. */
function prefixKey(prefix: string): number[] {
  if (prefix.length < prefixUnits.min) return []
  return [finish(hashOf(prefix.slice(0, prefixUnits.max)) ^ prefixSalt)]
}

function hashOf(word: string): number {
  let hash = basis
  for (let at = 0; at < word.length; at += 1) hash = step(hash, word.charCodeAt(at))
  return hash
}

/** False only when the text is sure not to be found. */
export function mayHave(signature: Signature, wanted: readonly number[]): boolean {
  return wanted.every((key) => hasBits(signature, key))
}
