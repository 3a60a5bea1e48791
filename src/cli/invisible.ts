/**
 * What a terminal would obey or not show: controls (C0, DEL, C1), format characters (zero width,
 * bidirectional overrides, tags), line and paragraph separators, lone surrogates.
 */
const invisible = /[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}]/gu
const invisibleButLines = /(?!\n|\t)[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}]/gu

/** One line for a terminal: every invisible character, line breaks too, becomes `\u{…}`. */
export function visibleLine(text: string): string {
  return text.replace(invisible, spell)
}

/**
 * Text for a terminal: line breaks and tabs stay, every other invisible character becomes
 * `\u{…}`.
 */
export function visibleText(text: string): string {
  return text.replace(invisibleButLines, spell)
}

/** JSON text for a terminal, still the same JSON. */
export function visibleJson(json: string): string {
  return json.replace(invisibleButLines, (character) => {
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
}

function spell(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`
}
