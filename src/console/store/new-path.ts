import type { Row } from './rows.ts'

const bytesMax = 1_024
const segmentsMax = 20
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/u
const encoder = new TextEncoder()

/**
 * The path that somebody means who typed it behind a directory, or pasted a whole one there.
 * @param within the directory that stood in the field; ends with "/"
 */
export function meantPath(typed: string, within: string): string {
  const text = typed.trim().normalize('NFC')
  const whole = text.startsWith(`${within}/`) ? text.slice(within.length) : text
  return whole.startsWith('/') ? whole : `/${whole}`
}

/** Why no memory can begin at a path; undefined when one can. */
export function problemOf(path: string, rows: readonly Row[]): string | undefined {
  const segments = path.split('/').slice(1)
  if (segments.includes('')) return 'Every part between slashes needs a name, the last one too.'
  if (segments.some((name) => name === '.' || name === '..')) return 'No part can be “.” or “..”.'
  if (hidden.test(path)) return 'It has characters that cannot be seen.'
  if (segments.length > segmentsMax) return `It has more than ${segmentsMax} parts.`
  if (encoder.encode(path).length > bytesMax) return 'It is longer than 1,024 bytes.'
  const other = rows.find(
    (row) => row.path === path || isBelow(row.path, path) || isBelow(path, row.path),
  )
  if (other === undefined) return undefined
  return other.path === path
    ? 'There is a memory at this path already.'
    : `A memory cannot be a directory as well: ${other.path} is there.`
}

function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}/`)
}
