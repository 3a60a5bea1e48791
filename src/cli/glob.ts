import { UsageError } from './command.ts'

/**
 * A pattern of file names as a regular expression for the whole text: "*" is any run without "/",
 * "**" any run, "?" any one character but "/", "[…]" a set ("[!…]" all others), "\\" escapes.
 * @throws UsageError
 */
export function globPattern(glob: string, flags: string): RegExp {
  const source = glob.replace(
    /\*\*|\*|\?|\[(!?)((?:\\.|[^\]\\])+)\]|\\(.)|([^*?\\])/gsu,
    (token, not: string, set: string | undefined, escaped, plain) => {
      if (token === '**') return '.*'
      if (token === '*') return '[^/]*'
      if (token === '?') return '[^/]'
      if (set !== undefined) return `[${not === '!' ? '^/' : ''}${set.replace(/[[\]^]/g, '\\$&')}]`
      return String(escaped ?? plain).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    },
  )
  try {
    return new RegExp(`^${source}$`, `${flags}su`)
  } catch {
    throw new UsageError(`"${glob}" is not a pattern`)
  }
}
