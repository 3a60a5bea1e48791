import { hash } from 'node:crypto'
import { invalid } from '../errors.ts'

declare const brand: unique symbol
/** Lowercase hexadecimal SHA-256, 64 characters. */
export type Sha256 = string & { readonly [brand]: 'Sha256' }

/** A memory's text with what is derived from its UTF-8 bytes. No normalisation of any kind. */
export interface Content {
  readonly text: string
  readonly sha256: Sha256
  /** Length in bytes of UTF-8. */
  readonly sizeBytes: number
}

/** 100 kB as the service counts them: KiB (contract §9.3). */
export const contentBytesMax = 102_400

/**
 * A memory's content from outside: any valid Unicode of at most 102,400 bytes, "" and NUL included.
 * @throws DomainError `invalid`
 */
export function parseContent(input: unknown, field = 'content'): Content {
  if (typeof input !== 'string')
    throw invalid(field, 'must be a string (pass "" for an empty memory)')
  const sizeBytes = Buffer.byteLength(input)
  if (sizeBytes > contentBytesMax) {
    throw invalid(field, `must be at most ${contentBytesMax} bytes of UTF-8; it has ${sizeBytes}`)
  }
  if (!input.isWellFormed()) throw invalid(field, 'must be valid Unicode (it has a lone surrogate)')
  return { text: input, sha256: hash('sha256', input) as Sha256, sizeBytes }
}

const sha256Pattern = /^[0-9a-f]{64}$/

/** @throws DomainError `invalid` unless `input` is 64 lowercase hexadecimal digits */
export function parseSha256(input: unknown, field: string): Sha256 {
  if (typeof input !== 'string' || !sha256Pattern.test(input)) {
    throw invalid(field, 'must be 64 lowercase hexadecimal digits (a SHA-256)')
  }
  return input as Sha256
}
