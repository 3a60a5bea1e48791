import { slug } from '../memory/store.ts'

/** What takes the place of text that is forgotten. */
export const mark = '[redacted]'
/** The same where only letters are safe: names of tools, mount paths. */
const plainMark = 'redacted'

/** Texts that are looked for, as plain data: they cross to the writer. */
export interface Words {
  readonly texts: readonly string[]
  readonly isCaseSensitive: boolean
  /** Whether "Ada" is found in "Ada's" and not in "Canada". */
  readonly isWholeWord: boolean
}

/**
 * Below these, names and values are somebody's own text. Elsewhere the names of fields are ours,
 * and so are the values of those that `ours` matches.
 */
const ownTextBelow: ReadonlySet<string> = new Set([
  'input',
  'metadata',
  'inputSchema',
  'input_schema',
])

const ours =
  /^(?:id|type|kind|status|state|access|role|operation|result|permission|confirmed|evaluatedPermission|environmentKind|signature)$|(?:Id|_id|Ids|_ids|Sha256)$/
/** What goes on a word: letters with their marks, digits. */
const letter = '[\\p{L}\\p{M}\\p{N}]'
const plainFields: ReadonlySet<string> = new Set(['name', 'mountPath'])

/** Finds texts whatever their normal form and, unless told otherwise, their case. */
export class Matcher {
  readonly #isCaseSensitive: boolean
  readonly #folded: readonly string[]
  readonly #asJson: readonly string[]
  readonly #pattern: RegExp
  readonly #word: RegExp | undefined

  constructor({ texts: given, isCaseSensitive, isWholeWord }: Words) {
    const texts = given.flatMap((text) => [text, ...slugOf(text)])
    this.#isCaseSensitive = isCaseSensitive
    this.#folded = texts.map((text) => this.#fold(text))
    this.#asJson = texts.map((text) => this.#fold(JSON.stringify(text).slice(1, -1)))
    const spellings = texts.flatMap((text) => [text.normalize('NFC'), text.normalize('NFD'), text])
    // Of two that begin alike the longer one is taken.
    const longestFirst = [...new Set(spellings)].sort((a, b) => b.length - a.length)
    const source = longestFirst
      .map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('|')
    const wanted = source === '' ? '(?!)' : `(?:${source})`
    const whole = isWholeWord ? `(?<!${letter})${wanted}(?!${letter})` : wanted
    this.#pattern = new RegExp(whole, isCaseSensitive ? 'gu' : 'giu')
    this.#word = isWholeWord ? new RegExp(whole, isCaseSensitive ? 'u' : 'iu') : undefined
  }

  holds(text: string): boolean {
    const folded = this.#fold(text)
    if (!this.#folded.some((wanted) => folded.includes(wanted))) return false
    return this.#word?.test(folded) ?? true
  }

  /** The text without what was looked for; what cannot be cut out of it goes with all of it. */
  redact(text: string, replacement = mark): string {
    if (!this.holds(text)) return text
    const cut = text.replace(this.#pattern, replacement)
    return this.holds(cut) ? replacement : cut
  }

  /** Whether a JSON text could hold it: a quick look that misses nothing. */
  mayBeIn(json: string): boolean {
    const folded = this.#fold(json)
    return this.#asJson.some((wanted) => folded.includes(wanted))
  }

  /** A value of JSON of the same shape, without it. */
  redactIn(value: unknown, isOwnText = false): unknown {
    if (typeof value === 'string') return this.redact(value)
    if (Array.isArray(value)) return value.map((item) => this.redactIn(item, isOwnText))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
      if (isOwnText) return [this.redact(key), this.redactIn(item, true)]
      return [key, this.#redactField(key, item)]
    })
    return Object.fromEntries(entries)
  }

  #redactField(key: string, item: unknown): unknown {
    if (typeof item === 'string') {
      if (ours.test(key)) return item
      return this.redact(item, plainFields.has(key) && isPlain(item) ? plainMark : mark)
    }
    const isIds = Array.isArray(item) && ours.test(key)
    return isIds ? item : this.redactIn(item, ownTextBelow.has(key))
  }

  #fold(text: string): string {
    const composed = text.normalize('NFC')
    return this.#isCaseSensitive ? composed : composed.toLowerCase()
  }
}

const slugCharactersMin = 4

/** As names of stores are spelled in paths, so "Ada Example" is also "ada-example". */
function slugOf(text: string): string[] {
  const spelled = slug(text)
  const isLeft = /[a-z0-9]/i.test(text) && spelled.length >= slugCharactersMin
  return isLeft && spelled !== text ? [spelled] : []
}

function isPlain(text: string): boolean {
  return /^[\w./-]*$/.test(text)
}
