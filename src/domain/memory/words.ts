// What a word is, for search: the same on every engine, because no engine has a say in it.

/** A text as words are compared: without case, accents and other forms of the same letter. */
export interface Folded {
  readonly text: string
  /** Where in the original each place comes from; undefined where every place is the same. */
  readonly origins: Uint32Array | undefined
}

export function fold(original: string): Folded {
  const isAscii = Buffer.byteLength(original) === original.length
  if (isAscii) return { text: original.toLowerCase(), origins: undefined }
  return foldCharacters(original)
}

/** Most characters become one; the few that become more make the text grow. */
function foldCharacters(original: string): Folded {
  let units = new Uint16Array(original.length + 64)
  let origins = new Uint32Array(original.length + 65)
  let length = 0
  for (let at = 0; at < original.length;) {
    const code = original.codePointAt(at) ?? 0
    const single = code < 0x10000 ? (singles[code] ?? unknown) : several
    const folded = single >= 0 ? undefined : foldCharacter(code)
    if (length + (folded?.length ?? 1) > units.length) {
      units = grown(units, new Uint16Array(2 * units.length))
      origins = grown(origins, new Uint32Array(2 * units.length + 1))
    }
    if (folded === undefined) {
      units[length] = single
      origins[length] = at
      length += 1
    }
    for (let index = 0; index < (folded?.length ?? 0); index += 1) {
      units[length] = folded?.charCodeAt(index) ?? 0
      origins[length] = at
      length += 1
    }
    at += code < 0x10000 ? 1 : 2
  }
  origins[length] = original.length
  const text = Buffer.from(units.buffer, 0, 2 * length).toString('utf16le')
  return { text, origins: origins.subarray(0, length + 1) }
}

function grown<Units extends Uint16Array | Uint32Array>(small: Units, large: Units): Units {
  large.set(small)
  return large
}

const unknown = -1
const several = -2
/** What one unit of UTF-16 becomes, where that is one unit; known once it was met. */
const singles = new Int32Array(0x10000).fill(unknown)
const foldedCharacters = new Map<number, string>()
const foldedCharactersMax = 65_536

/** Accents, variation selectors, marks around symbols, and what is never seen between letters. */
const dropped = /[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\u00ad\u200c-\u200d\u2060]/g

function foldCharacter(code: number): string {
  const known = foldedCharacters.get(code)
  if (known !== undefined) return known
  const plain = String.fromCodePoint(code).normalize('NFKD').replace(dropped, '').normalize('NFC')
  const folded = plain.toLowerCase().replaceAll('ς', 'σ').replace(dropped, '')
  if (foldedCharacters.size >= foldedCharactersMax) foldedCharacters.clear()
  foldedCharacters.set(code, folded)
  if (code < 0x10000) singles[code] = folded.length === 1 ? folded.charCodeAt(0) : several
  return folded
}

/**
 * `letter`s that stand together are one word; an `ideogram` is a word by itself, as in scripts that
 * write no spaces; everything else separates.
 */
export const separator = 1
export const letter = 2
export const ideogram = 3

const kinds = new Uint8Array(0x10000)
const letters = /[\p{L}\p{N}\p{M}]/u
const unspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u

/** Of the character that begins at a place of a folded text; nothing there separates as well. */
export function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (Number.isNaN(unit)) return separator
  if (unit >= 0xd800 && unit < 0xe000) return kindOf(text.codePointAt(at) ?? 0)
  const known = kinds[unit] ?? 0
  return known === 0 ? (kinds[unit] = kindOf(unit)) : known
}

function kindOf(code: number): number {
  const character = String.fromCodePoint(code)
  if (!letters.test(character)) return separator
  return unspaced.test(character) ? ideogram : letter
}

/** Units that the character at a place takes. */
function widthAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xd800 && unit < 0xdc00 ? 2 : 1
}

/** The end of the word that begins at a place where a letter or an ideogram stands. */
export function wordEnd(text: string, start: number): number {
  let end = start + widthAt(text, start)
  if (kindAt(text, start) === ideogram) return end
  while (kindAt(text, end) === letter) end += widthAt(text, end)
  return end
}

/** The first place at or after this one where a word begins; the text's length where none does. */
export function nextWord(text: string, from: number): number {
  let at = from
  while (at < text.length && kindAt(text, at) === separator) at += widthAt(text, at)
  return at
}

/** Whether a word that begins at a place begins there, and not in the middle of a longer one. */
export function startsWord(text: string, at: number): boolean {
  if (at === 0 || kindAt(text, at) === ideogram) return true
  const before = text.charCodeAt(at - 1)
  const isLow = before >= 0xdc00 && before < 0xe000
  return kindAt(text, isLow ? at - 2 : at - 1) !== letter
}

/** The words of a text as it is written, folded, in order. */
export function wordsOf(original: string): string[] {
  const { text } = fold(original)
  const words: string[] = []
  for (let at = nextWord(text, 0); at < text.length;) {
    const end = wordEnd(text, at)
    words.push(text.slice(at, end))
    at = nextWord(text, end)
  }
  return words
}
