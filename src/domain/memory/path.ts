import { invalid } from '../errors.ts'

declare const brand: unique symbol
/** A valid memory path (contract §9.2): checked once, then trusted. */
export type Path = string & { readonly [brand]: 'Path' }
/** A directory of paths: begins and ends with "/". "/" is the whole store. */
export type Prefix = string & { readonly [brand]: 'Prefix' }

export const pathBytesMax = 1_024
export const pathSegmentsMax = 20

/** Control (Cc) and format (Cf) characters, line and paragraph separator. */
const forbidden = /[\p{Cc}\p{Cf}\u2028\u2029]/u
const plain = /^[\x21-\x7e ]*$/

/**
 * A memory path from outside.
 * @param field how the door spells the field, for the message
 * @throws DomainError `invalid` that names the broken rule of contract §9.2
 */
export function parsePath(input: unknown, field = 'path'): Path {
  if (typeof input !== 'string') throw invalid(field, 'must be a string')
  checkText(input, field)
  if (!input.startsWith('/')) throw invalid(field, 'must start with "/"')
  const segments = input.split('/').slice(1)
  if (segments.length > pathSegmentsMax) {
    throw invalid(field, `must have at most ${pathSegmentsMax} segments; it has ${segments.length}`)
  }
  for (const segment of segments) checkSegment(segment, field)
  return input as Path
}

function checkText(input: string, field: string): void {
  if (!input.isWellFormed()) throw invalid(field, 'must be valid Unicode (it has a lone surrogate)')
  const bytes = Buffer.byteLength(input)
  if (bytes > pathBytesMax) {
    throw invalid(field, `must be at most ${pathBytesMax} bytes of UTF-8; it has ${bytes}`)
  }
  if (plain.test(input)) return
  const found = forbidden.exec(input)?.[0].codePointAt(0)
  if (found !== undefined) {
    const name = `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
    throw invalid(field, `must not contain control or format characters (${name})`)
  }
  if (input !== input.normalize('NFC')) throw invalid(field, 'must be in Unicode normal form NFC')
}

function checkSegment(segment: string, field: string): void {
  if (segment === '')
    throw invalid(field, 'must not have an empty segment ("//" or a "/" at the end)')
  if (segment === '.' || segment === '..')
    throw invalid(field, 'must not have a "." or ".." segment')
}

/**
 * A list prefix from outside (contract §7.4): must begin and end with "/", at most 1,024 bytes.
 * What
 * no path can match is no error, it simply matches nothing.
 * @throws DomainError `invalid`
 */
export function parsePrefix(input: unknown, field = 'path_prefix'): Prefix {
  if (typeof input !== 'string') throw invalid(field, 'must be a string')
  if (!input.isWellFormed()) throw invalid(field, 'must be valid Unicode')
  if (!input.startsWith('/')) throw invalid(field, 'must start with "/"')
  if (!input.endsWith('/')) throw invalid(field, 'must end with "/" (it matches whole segments)')
  if (Buffer.byteLength(input) > pathBytesMax) {
    throw invalid(field, `must be at most ${pathBytesMax} bytes of UTF-8`)
  }
  return input as Prefix
}

/**
 * A prefix that memories can live under (the source or target of a move): "/" or a valid path with
 * a "/" behind it.
 * @throws DomainError `invalid`
 */
export function parseDirectory(input: unknown, field: string): Prefix {
  const prefix = parsePrefix(input, field)
  if (prefix !== '/') parsePath(prefix.slice(0, -1), field)
  return prefix
}

export const root = '/' as Prefix

/** All proper ancestors of a path that could be memories: `/a` and `/a/b` for `/a/b/c`. */
export function ancestors(path: Path): Path[] {
  const found: Path[] = []
  for (let slash = path.indexOf('/', 1); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    found.push(path.slice(0, slash) as Path)
  }
  return found
}

/** The half-open byte range of everything below a path: `/p/` ≤ x < `/p0` ("0" follows "/"). */
export function below(path: Path): { readonly from: string; readonly to: string } {
  return { from: `${path}/`, to: `${path}0` }
}

/** The half-open byte range of a prefix. */
export function within(prefix: Prefix): { readonly from: string; readonly to: string } {
  return { from: prefix, to: `${prefix.slice(0, -1)}0` }
}

export function isWithin(path: string, prefix: Prefix): boolean {
  return path.startsWith(prefix)
}

/** Whether two paths cannot both be memories: equal, or one an ancestor of the other. */
export function overlaps(a: Path, b: Path): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}
