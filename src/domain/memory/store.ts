import { invalid } from '../errors.ts'
import type { StoreId, WorkspaceId } from '../ids.ts'
import { countCharacters } from '../text.ts'

export type Metadata = Readonly<Record<string, string>>

/** A memory store. Times are milliseconds since 1970. */
export interface Store {
  readonly id: StoreId
  readonly workspaceId: WorkspaceId
  readonly name: string
  /** "" when unset. */
  readonly description: string
  readonly metadata: Metadata
  readonly createdAt: number
  /**
   * Advances when name, description or metadata change and on archive, not when memories change.
   */
  readonly updatedAt: number
  readonly archivedAt: number | undefined
}

/** What a store holds now, kept up to date by every write. */
export interface Usage {
  /** Sequence of the store's newest change; every change is one more than the one before. */
  readonly seq: number
  readonly memories: number
  /** Bytes of live content. */
  readonly contentBytes: number
  readonly versions: number
  /** History is complete from this sequence on: below it, retention has removed versions. */
  readonly historyFrom: number
}

export const nameCharactersMax = 255
export const descriptionCharactersMax = 1_024
export const metadataPairsMax = 16
export const metadataKeyCharactersMax = 64
export const metadataValueCharactersMax = 512

/** @throws DomainError `invalid` (contract §9.1) */
export function parseName(input: unknown): string {
  const name = parseText(input, 'name')
  const characters = countCharacters(name)
  if (characters < 1 || characters > nameCharactersMax) {
    throw invalid('name', `must have 1 to ${nameCharactersMax} characters; it has ${characters}`)
  }
  if (/\p{Cc}/u.test(name)) throw invalid('name', 'must not contain control characters')
  return name
}

/** @throws DomainError `invalid` (contract §9.1) */
export function parseDescription(input: unknown): string {
  const description = parseText(input, 'description')
  const characters = countCharacters(description)
  if (characters > descriptionCharactersMax) {
    throw invalid(
      'description',
      `must have at most ${descriptionCharactersMax} characters; it has ${characters}`,
    )
  }
  if (description.includes('\0')) throw invalid('description', 'must not contain NUL')
  return description
}

function parseText(input: unknown, field: string): string {
  if (typeof input !== 'string') throw invalid(field, 'must be a string')
  if (!input.isWellFormed()) throw invalid(field, 'must be valid Unicode (it has a lone surrogate)')
  return input
}

/** A merge patch: a string sets, null removes, what is not mentioned stays. */
export type MetadataPatch = Readonly<Record<string, string | null>>

/** @throws DomainError `invalid` (contract §9.1) */
export function parseMetadata(input: unknown): Metadata {
  const patch = parseMetadataPatch(input)
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) throw invalid(`metadata.${key}`, 'must be a string')
  }
  return mergeMetadata({}, patch)
}

/** @throws DomainError `invalid` (contract §6.5); the number of pairs is checked by the merge */
export function parseMetadataPatch(input: unknown): MetadataPatch {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid('metadata', 'must be an object of strings')
  }
  for (const [key, value] of Object.entries(input)) checkPair(key, value)
  return input as MetadataPatch
}

function checkPair(key: string, value: unknown): void {
  const keyCharacters = countCharacters(parseText(key, 'metadata'))
  if (keyCharacters < 1 || keyCharacters > metadataKeyCharactersMax) {
    throw invalid('metadata', `keys must have 1 to ${metadataKeyCharactersMax} characters`)
  }
  if (key.includes('\0')) throw invalid('metadata', 'keys must not contain NUL')
  if (value === null) return
  const text = parseText(value, `metadata.${key}`)
  if (countCharacters(text) > metadataValueCharactersMax) {
    throw invalid(`metadata.${key}`, `must have at most ${metadataValueCharactersMax} characters`)
  }
  if (text.includes('\0')) throw invalid(`metadata.${key}`, 'must not contain NUL')
}

/**
 * The metadata after a patch.
 * @throws DomainError `invalid` when more than 16 pairs would remain
 */
export function mergeMetadata(current: Metadata, patch: MetadataPatch): Metadata {
  const merged = new Map(Object.entries(current))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, value)
  }
  if (merged.size > metadataPairsMax) {
    throw invalid(
      'metadata',
      `must have at most ${metadataPairsMax} pairs; it would have ${merged.size}`,
    )
  }
  return Object.fromEntries(merged)
}

export function sameMetadata(a: Metadata, b: Metadata): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

const slugBytesMax = 200

/**
 * The directory name below `/mnt/memory/` of a store with this name (contract §11.3): lower case,
 * every run of other characters than a–z and 0–9 one hyphen, none at the ends, never empty.
 */
export function slug(name: string): string {
  const hyphenated = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const cut = hyphenated.replace(/^-/, '').slice(0, slugBytesMax).replace(/-$/, '')
  return cut === '' ? 'memory' : cut
}
