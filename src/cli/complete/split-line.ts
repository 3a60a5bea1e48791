/** An unfinished shell line, taken apart as bash does. */
export interface Line {
  /** Quotes and backslashes undone; the last one is what is being typed, "" after a blank. */
  readonly words: readonly string[]
  /** The quote that is open at the end. */
  readonly quote: Quote
  /**
   * The end of the last word that bash puts a candidate in place of: what follows the open quote,
   * else what follows the last ":" or "=" outside of quotes.
   */
  readonly replaced: string
}

export type Quote = '' | '"' | "'"

/** Of several commands on the line, the last. */
export function splitLine(line: string): Line {
  let words: string[] = []
  let word: string | undefined
  let quote: Quote = ''
  let [replaced, replacedBefore] = ['', '']
  const add = (text: string) => {
    word = (word ?? '') + text
    replaced += text
  }
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (character === '\\' && quote !== "'") {
      at += 1
      const next = line.charAt(at)
      add(quote === '"' && !/[$`"\\]/.test(next) ? `\\${next}` : next)
    } else if (quote !== '') {
      if (character !== quote) add(character)
      else {
        quote = ''
        replaced = replacedBefore + replaced
      }
    } else if (character === '"' || character === "'") {
      quote = character
      add('')
      replacedBefore = replaced
      replaced = ''
    } else if (/[\s|;&]/.test(character)) {
      if (!/\s/.test(character)) words = []
      else if (word !== undefined) words.push(word)
      word = undefined
      replaced = ''
    } else {
      add(character)
      if (/[:=]/.test(character)) replaced = ''
    }
  }
  return { words: [...words, word ?? ''], quote, replaced }
}
