/**
 * The words of an unfinished shell line, quotes and backslashes undone; the last one is what is
 * being typed, "" after a blank. Of several commands on the line, the last.
 */
export function splitLine(line: string): string[] {
  let words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (character === '\\' && quote !== "'") {
      at += 1
      word = (word ?? '') + line.charAt(at)
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (/[|;&]/.test(character)) {
      words = []
      word = undefined
    } else word = (word ?? '') + character
  }
  return [...words, word ?? '']
}
