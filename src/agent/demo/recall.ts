/** What a question is about, in words to search for. */
export interface Words {
  /** Names and other words that begin with a capital letter inside a sentence. */
  readonly names: readonly string[]
  readonly others: readonly string[]
  /** For `grep`: a line with one of the names; with one of the words where there are none. */
  readonly pattern: string
}

const stopWords: ReadonlySet<string> = new Set(
  (
    'about again and any are can could did does draft for from give have her his how its know ' +
    'line make may me memory mine more now one our please recall remember say she should some ' +
    'tell that the their them then there they this was we what when where which who why will ' +
    'with would write you your'
  ).split(' '),
)

export function wordsOf(question: string): Words {
  const all = question.match(/[\p{L}\p{N}#][\p{L}\p{N}-]*/gu) ?? []
  const names = all.filter((word, index) => {
    if (index === 0 || word === 'I' || !/^\p{Lu}/u.test(word)) return false
    return !stopWords.has(word.toLowerCase()) && !isSentenceStart(question, word)
  })
  const others = all.filter(
    (word) => word.length > 2 && !names.includes(word) && !stopWords.has(word.toLowerCase()),
  )
  const searched = names.length > 0 ? names : others
  const pattern = searched.length > 0 ? unique(searched).map(anyCase).join('|') : '\\S'
  return { names: unique(names), others: unique(others), pattern }
}

function unique(words: readonly string[]): string[] {
  return Array.from(new Set(words)).slice(0, 12)
}

function isSentenceStart(question: string, word: string): boolean {
  const at = question.indexOf(word)
  return /[.!?:]\s*$/.test(question.slice(0, at))
}

/** A pattern for a word with a small or a capital first letter, in either English spelling. */
function anyCase(word: string): string {
  const [first = '', ...rest] = Array.from(word)
  const tail = rest.join('')
  const head = /\p{L}/u.test(first) ? `[${first.toLowerCase()}${first.toUpperCase()}]` : first
  return head + tail.replace(/(?<=^ol|av|on)ou?r/, 'ou?r')
}

interface Read {
  readonly file: string
  readonly text: string
}

const linesMax = 8

/** The lines that answer best; undefined when nothing fits. */
export function answerFrom(read: readonly Read[], asked: string, words: Words): string | undefined {
  const [best] = read
    .map((one) => ({ ...one, score: scoreOf(one.text, [...words.names, ...words.others]) }))
    .sort((a, b) => b.score - a.score)
  if (best === undefined) return undefined
  const facts = best.text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/^[-•*]\s*/, ''))
  if (facts.length === 0) return undefined
  if (/^\s*(draft|write|compose)\b/i.test(asked)) return draft(facts, words)
  const fitting = facts.filter((fact) => scoreOf(fact, words.others) > 0)
  const shown = (fitting.length > 0 ? fitting : facts).slice(0, linesMax)
  return `From my memory (${best.file}):\n${shown.map((fact) => `• ${fact}`).join('\n')}`
}

/** One line in which everything that is known appears. */
function draft(facts: readonly string[], words: Words): string {
  const [, company] =
    /\bfrom\s+(\p{Lu}[\p{L}\p{N}]*(?: +\p{Lu}[\p{L}\p{N}]*)*)/u.exec(facts.join('\n')) ?? []
  const who = company ?? words.names[0] ?? 'Our'
  const known = facts.filter((fact) => !/^(I['’]m|I am)\b/.test(fact)).slice(0, linesMax)
  return `${who} release: available today — ${known.join('; ')}.`
}

function scoreOf(text: string, words: readonly string[]): number {
  return words.filter((word) => new RegExp(anyCase(word), 'u').test(text)).length
}
