import { UsageError } from './command.ts'
import { literally } from './gjson/path.ts'

/**
 * A pattern of file names as a regular expression for the whole text: "*" is any run without "/",
 * "**" any run, "?" any one character but "/", "[…]" a set ("[!…]" all others), "\\" escapes.
 * @throws UsageError
 */
export function globPattern(glob: string, flags: string): RegExp {
  const source = glob.replace(/\*\*|\[!?(?:\\.|[^\]\\])+\]|\\?[^]/gu, (token) => {
    if (token === '**') return '.*'
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    return token.length > 2 && token.startsWith('[') ? setOf(token) : literally(token)
  })
  try {
    return new RegExp(`^${source}$`, `${flags}su`)
  } catch {
    throw new UsageError(`"${glob}" is not a pattern`)
  }
}

/** `[ab]` and `[!ab]`, which never match "/". */
function setOf(token: string): string {
  const isNot = token.startsWith('[!')
  const inner = token.slice(isNot ? 2 : 1, -1).replace(/[[\]^]/g, '\\$&')
  return isNot ? `[^/${inner}]` : `[${inner}]`
}
