/** One step of a path, with what follows it. */
export interface Step {
  /** The component; escapes are undone, unless it is a pattern, in which they still count. */
  readonly part: string
  /** The component has "*" or "?" that are not escaped. */
  readonly isPattern: boolean
  /** The rest, without the separator; undefined at the end. */
  readonly rest: string | undefined
  /** The rest applies to the whole result of this step ("|"), not to each of its elements ("."). */
  readonly isPiped: boolean
}

/** Splits off the first component of a path. */
export function firstStep(path: string): Step {
  let part = ''
  let isPattern = false
  let raw = ''
  for (let at = 0; at < path.length; at += 1) {
    const character = path.charAt(at)
    if (character === '\\') {
      at += 1
      part += path.charAt(at)
      raw += `\\${path.charAt(at)}`
      continue
    }
    if (character === '.' || character === '|') {
      const isPiped = character === '|' || startsSelector(path, at + 1)
      return { part: isPattern ? raw : part, isPattern, rest: path.slice(at + 1), isPiped }
    }
    if (character === '*' || character === '?') isPattern = true
    part += character
    raw += character
  }
  return { part: isPattern ? raw : part, isPattern, rest: undefined, isPiped: false }
}

/** After ".": a modifier, a multipath or a literal applies to the whole result, as after "|". */
function startsSelector(path: string, at: number): boolean {
  const character = path[at]
  if (character === '@') return /^[a-z0-9]/i.test(path.slice(at + 1))
  return character === '{' || character === '[' || character === '!'
}

/** Where the bracket opened at `start` closes (its index), or -1. Strings and nesting count. */
export function closingIndex(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '"') at = stringEnd(text, at)
    else if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) depth -= 1
    if (depth === 0) return at
  }
  return -1
}

/** The index of the quote that ends the string beginning at `start`. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at
  }
  return text.length
}

/** Cuts at each `separator` that stands outside brackets and strings. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\') at += 1
    else if (character === '"') at = stringEnd(text, at)
    else if ('([{'.includes(character)) {
      const end = closingIndex(text, at)
      at = end === -1 ? text.length : end
    } else if (character === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

/** Whether text matches a pattern of "*" (any run) and "?" (any one character), "\\" escaping. */
export function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern.replace(/\\?[^]/gu, (token) => {
    if (token === '*') return '[^]*'
    return token === '?' ? '[^]' : literally(token)
  })
  return new RegExp(`^${source}$`, 'u').test(text)
}

/** The part of a regular expression that matches a character, given with or without a backslash. */
export function literally(token: string): string {
  const character = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
