/** Alternatives that braces may multiply into. */
const alternativesMax = 64

/**
 * Whether a path matches a pattern, in time linear in both: "*" is any run without "/", "**" whole
 * directories, "?" one character, "[…]" a set, "{a,b}" alternatives.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const alternatives = expandBraces(pattern).map((one) => {
    const names = one.replace(/^(\.\/)+/, '').split('/')
    return names.filter((name, index) => name !== '**' || names[index - 1] !== '**')
  })
  return (path) => {
    const names = path.split('/')
    return alternatives.some((alternative) => matchesAll(alternative, names))
  }
}

function expandBraces(pattern: string): string[] {
  const done: string[] = []
  const open = [pattern]
  while (open.length > 0) {
    const next = open.pop() ?? ''
    const braces = /\{([^{}]*,[^{}]*)\}/.exec(next)
    if (braces === null || done.length + open.length >= alternativesMax) done.push(next)
    else {
      const [whole, inner = ''] = braces
      const [before, after] = [next.slice(0, braces.index), next.slice(braces.index + whole.length)]
      open.push(...inner.split(',').map((one) => before + one + after))
    }
  }
  return done
}

interface Fit<Token> {
  readonly isStar: (token: Token) => boolean
  readonly fits: (token: Token, index: number) => boolean
}

/** The classic match of "*": on a mismatch only the last star is tried again, one further. */
function matchesRuns<Token>(
  pattern: readonly Token[],
  length: number,
  { isStar, fits }: Fit<Token>,
): boolean {
  let [at, index] = [0, 0]
  let star: { at: number; index: number } | undefined
  while (index < length) {
    const token = pattern[at]
    if (token !== undefined && isStar(token)) {
      star = { at, index }
      at += 1
    } else if (token !== undefined && fits(token, index)) {
      at += 1
      index += 1
    } else if (star !== undefined) {
      star.index += 1
      at = star.at + 1
      index = star.index
    } else {
      return false
    }
  }
  return pattern.slice(at).every(isStar)
}

function matchesAll(pattern: readonly string[], names: readonly string[]): boolean {
  const tokens = pattern.map((name) => (name === '**' ? name : tokensOf(name)))
  return matchesRuns(tokens, names.length, {
    isStar: (token) => token === '**',
    fits: (token, index) => typeof token !== 'string' && matchesName(token, names[index] ?? ''),
  })
}

type NameToken = '*' | ((character: string) => boolean)

function matchesName(tokens: readonly NameToken[], name: string): boolean {
  const characters = Array.from(name)
  return matchesRuns(tokens, characters.length, {
    isStar: (token) => token === '*',
    fits: (token, index) => token !== '*' && token(characters[index] ?? ''),
  })
}

function tokensOf(name: string): NameToken[] {
  const tokens = name.matchAll(/\*+|\?|\[(!|\^)?((?:\\.|[^\]\\])+)\]|\\(.)|(.)/gsu)
  return Array.from(tokens, ([token, not, set, escaped, plain]) => {
    if (token.startsWith('*')) return '*'
    if (token === '?') return () => true
    if (set !== undefined) return setOf(set, not !== undefined)
    return (character) => character === (escaped ?? plain)
  })
}

function setOf(set: string, isNegated: boolean): (character: string) => boolean {
  const ranges = Array.from(set.matchAll(/\\?(.)(?:-\\?(.))?/gsu), ([, from = '', to]) => {
    return [from, to ?? from] as const
  })
  return (character) =>
    ranges.some(([from, to]) => character >= from && character <= to) !== isNegated
}
