// Reads test/vectors/*.json (their form is described there).
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Strings joined in order; `[text, count]` is a repeated one. */
type Parts = readonly (string | readonly [string, number])[]

interface Written {
  readonly why: string
  readonly text?: unknown
  readonly parts?: Parts
}

export interface Vector {
  readonly why: string
  readonly text: unknown
}

/** Joins the parts of a long text. */
export function spell(parts: Parts): string {
  return parts.map((part) => (typeof part === 'string' ? part : part[0].repeat(part[1]))).join('')
}

/** The parsed JSON of one file of vectors. */
export function readVectorFile(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', name), 'utf8'))
}

/**
 * Texts a rule accepts and refuses; fails when a side is empty, so that no loop runs over nothing.
 */
export function readVectors(name: string): { valid: Vector[]; invalid: Vector[] } {
  const file = readVectorFile(name) as { valid: Written[]; invalid: Written[] }
  if (file.valid.length === 0 || file.invalid.length === 0) throw new Error(`${name} is empty`)
  return { valid: file.valid.map(vectorOf), invalid: file.invalid.map(vectorOf) }
}

function vectorOf({ why, text, parts }: Written): Vector {
  return { why, text: parts === undefined ? text : spell(parts) }
}
