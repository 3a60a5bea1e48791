// Characters that a page would obey or not show. People must see what an agent reads, so each is
// shown as a mark with its number; long runs become one mark.

export type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'mark'; readonly label: string; readonly count: number; readonly says: string }

/**
 * Controls but line breaks and tabs, format characters (zero width, bidirectional, tags), invisible
 * letters and variation selectors where they select nothing.
 */
export const invisibleRuns =
  /(?:(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\u115f|\u1160|\u3164|\uffa0|[\u{e0100}-\u{e01ef}])+/gu
const joiner = '\u200d'
const picture = /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?$/u
const startsPicture = /^\p{Extended_Pictographic}/u

const names: Readonly<Record<number, string>> = {
  0x00: 'nothing (NUL)',
  0x0d: 'carriage return',
  0xad: 'soft hyphen',
  0x61c: 'Arabic letter mark',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202a: 'left-to-right embedding',
  0x202b: 'right-to-left embedding',
  0x202c: 'end of direction',
  0x202d: 'left-to-right override',
  0x202e: 'right-to-left override',
  0x2060: 'word joiner',
  0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate',
  0x2068: 'first strong isolate',
  0x2069: 'end of isolate',
  0xfeff: 'byte order mark',
}

/** Text cut into what can be shown and marks for what cannot. */
export function findInvisible(text: string): readonly Piece[] {
  const pieces: Piece[] = []
  let position = 0
  for (const found of text.matchAll(invisibleRuns)) {
    const end = found.index + found[0].length
    if (joinsPictures(text, found.index, end)) continue
    if (found.index > position) {
      pieces.push({ type: 'text', text: text.slice(position, found.index) })
    }
    pieces.push(...marksOf(found[0]))
    position = end
  }
  if (position < text.length) pieces.push({ type: 'text', text: text.slice(position) })
  return pieces
}

export function countInvisible(text: string): number {
  let count = 0
  for (const piece of findInvisible(text)) if (piece.type === 'mark') count += piece.count
  return count
}

/** A family or a profession is several pictures joined: that is how it is written. */
function joinsPictures(text: string, from: number, to: number): boolean {
  if (text.slice(from, to) !== joiner) return false
  return picture.test(text.slice(Math.max(0, from - 4), from)) && startsPicture.test(text.slice(to))
}

function marksOf(run: string): Piece[] {
  const marks: { point: number; count: number; tags: string }[] = []
  for (const character of run) {
    const point = character.codePointAt(0) ?? 0
    const last = marks.at(-1)
    if (last !== undefined && (last.point === point || (isTag(point) && isTag(last.point)))) {
      last.count += 1
      last.tags += tagText(point)
    } else marks.push({ point, count: 1, tags: tagText(point) })
  }
  return marks.map(({ point, count, tags }) => ({
    type: 'mark',
    label: isTag(point) ? `tags “${tags}”` : spell(point),
    count,
    says: isTag(point) ? `hidden text: ${tags}` : (names[point] ?? 'invisible character'),
  }))
}

/** Tag characters spell ASCII that nobody sees and a model reads. */
function isTag(point: number): boolean {
  return point >= 0xe0000 && point <= 0xe007f
}

function tagText(point: number): string {
  return point >= 0xe0020 && point <= 0xe007e ? String.fromCodePoint(point - 0xe0000) : ''
}

function spell(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
}
