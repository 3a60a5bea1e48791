/** Whom or what a text to remember is about, and the file for it. */
export interface Subject {
  readonly name: string | undefined
  readonly title: string
  /** Below the store. */
  readonly file: string
}

export function subjectOf(text: string): Subject {
  const [, name] = /\b(?:I['’]m|I am|my name is)\s+(\p{Lu}[\p{L}\p{N}-]*)/u.exec(text) ?? []
  if (name !== undefined) return { name, title: name, file: `/users/${fileName(name)}/profile.md` }
  const [, about] = /\b(\p{Lu}[\p{L}-]*)['’]s\b/u.exec(text) ?? []
  if (about !== undefined) {
    return { name: undefined, title: about, file: `/users/${fileName(about)}/profile.md` }
  }
  return { name: undefined, title: 'Notes', file: '/notes.md' }
}

function fileName(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase()
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '') || 'someone'
}

const factsMax = 50

/** What a text says, clause by clause, without greetings and without the order to remember it. */
export function factsIn(text: string): string[] {
  const clauses = text
    .replace(/\bremember\s*(that\b|[:,])/gi, '. ')
    .split(/[.!]+(?=\s|$)|\n+|,\s+(?:and\s+)?(?=(?:we|our|my|I)\b)/u)
    .map((clause) => clause.replace(/^[\s\-–—•*:;,]+|[\s,;:]+$/gu, ''))
  const facts = clauses.filter((clause) => clause !== '' && !noFact.test(clause))
  return Array.from(new Set(facts)).slice(0, factsMax)
}

const noFact =
  /^(hi|hello|hey|thanks?|thank you|please|ok|okay)$|\b(please\s+)?(remember|note down|take note|keep|save|don't forget|do not forget)\b(\s+(this|it|that|all|in mind))*(\s+(for|until)\b.*|\s*)$/i
