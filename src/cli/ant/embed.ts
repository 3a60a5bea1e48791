import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { AntUsageError } from './usage.ts'

/** Reads standard input to its end, at most once. */
export type ReadStdin = () => Promise<Buffer>

/**
 * Puts files in place of the strings that name them, at any depth: `@FILE` (base64 if it is not
 * text), `@file://FILE` (as text), `@data://FILE` (as base64); `\@` stands for a plain "@".
 * @throws AntUsageError, or the system's error for a file that cannot be read
 */
export async function embedFiles(value: unknown, readStdin: ReadStdin): Promise<unknown> {
  if (typeof value === 'string') return embedFile(value, readStdin)
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) items.push(await embedFiles(item, readStdin))
    return items
  }
  if (typeof value !== 'object' || value === null) return value
  const members: [string, unknown][] = []
  for (const [key, item] of Object.entries(value)) {
    members.push([key, await embedFiles(item, readStdin)])
  }
  return Object.fromEntries(members)
}

const reference = /^@(?:(file|data):\/\/)?(.*)$/s

async function embedFile(text: string, readStdin: ReadStdin): Promise<string> {
  if (text.startsWith('\\@')) return text.slice(1)
  const found = reference.exec(text)
  if (found === null) return text
  const [, scheme, path = ''] = found
  let bytes: Buffer
  try {
    bytes = isStdin(path) ? await readStdin() : readFileSync(path)
  } catch (error) {
    if (scheme === undefined && !/[./]/.test(path) && !isStdin(path)) return text // "@name"
    if (error instanceof AntUsageError) throw error
    throw new AntUsageError(
      `cannot read "${path}": ${error instanceof Error ? error.message : String(error)} ` +
        '(a text that begins with "@" is written "\\@…")',
    )
  }
  if (scheme === 'data' || (scheme === undefined && !isText(bytes))) return bytes.toString('base64')
  return bytes.toString()
}

/** Whether a value asks for standard input. */
export function namesStdin(value: unknown): boolean {
  if (typeof value !== 'string') return false
  const path = reference.exec(value)?.[2]
  return path !== undefined && isStdin(path)
}

function isStdin(path: string): boolean {
  return path === '-' || path === '/dev/stdin' || path === '/dev/fd/0'
}

/** Valid UTF-8 without the control characters that only binary files have at their beginning. */
function isText(bytes: Buffer): boolean {
  const binary = (byte: number) =>
    byte < 0x09 || byte === 0x0b || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)
  return isUtf8(bytes) && !bytes.subarray(0, 512).some(binary)
}
