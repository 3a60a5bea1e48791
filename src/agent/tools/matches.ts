/** A text and the name it is shown under. */
export interface Searched {
  readonly name: string
  readonly text: string
}

export interface Match {
  readonly name: string
  /** Counted from 1. */
  readonly number: number
  readonly line: string
}

/** The lines of a text in which a plain string or a pattern occurs. */
export function matchesIn({ name, text }: Searched, pattern: string | RegExp): Match[] {
  const fits =
    typeof pattern === 'string'
      ? (line: string) => line.includes(pattern)
      : (line: string) => pattern.test(line)
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.flatMap((line, index) => {
    return fits(line) ? [{ name, number: index + 1, line: line.replace(/\r$/, '') }] : []
  })
}

/**
 * A pattern as other searching tools spell it: flags may stand in front, as in "(?i)word".
 * @throws SyntaxError
 */
export function patternOf(given: string): RegExp {
  const [, flags = '', source = given] = /^\(\?([ims]+)\)(.*)$/s.exec(given) ?? []
  try {
    return new RegExp(source, `${flags}u`)
  } catch {
    // Escapes that are needless are errors in Unicode mode only.
    return new RegExp(source, flags)
  }
}
