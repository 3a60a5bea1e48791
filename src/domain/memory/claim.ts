import { invalid } from '../errors.ts'

/**
 * What a source says of one of its changes. Everything may be missing: a folder of files knows a
 * time at most.
 */
export interface Origin {
  /** Ids of the source; they name nothing in the store that holds the claim. */
  readonly storeId?: string
  readonly memoryId?: string
  readonly versionId?: string
  readonly requestId?: string
  /** Its place among the changes of the source. */
  readonly seq?: number
  readonly actor?: string
  /** The way in that the source recorded. */
  readonly door?: string
  /** Milliseconds since 1970. */
  readonly at?: number
}

/**
 * Where a change was brought in from: words of whoever brought it, kept beside what the server
 * itself saw and never instead of it.
 */
export interface Claim extends Origin {
  /** Where the source itself had it from, when it was brought in there too: the first of all. */
  readonly origin?: Origin
}

const textFields = ['storeId', 'memoryId', 'versionId', 'requestId', 'actor', 'door'] as const
/** UTF-16 units of each text of a claim at most. */
export const claimTextMax = 255
const laterThanAll = 8_640_000_000_000_000

/**
 * A claim from outside. Unknown fields are dropped.
 * @throws DomainError `invalid`
 */
export function parseClaim(input: unknown, field: string): Claim {
  const claim = parseOrigin(input, field)
  const { origin } = input as { origin?: unknown }
  if (origin === undefined || origin === null) return claim
  return { ...claim, origin: parseOrigin(origin, `${field}.origin`) }
}

function parseOrigin(input: unknown, field: string): Origin {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw invalid(field, 'must be an object')
  }
  const given = input as Readonly<Record<string, unknown>>
  const origin: Record<string, string | number> = {}
  for (const name of textFields) {
    const value = given[name]
    if (value === undefined || value === null) continue
    origin[name] = parseText(value, `${field}.${name}`)
  }
  for (const name of ['seq', 'at'] as const) {
    const value = given[name]
    if (value === undefined || value === null) continue
    origin[name] = parseNumber(value, `${field}.${name}`)
  }
  return origin
}

function parseText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > claimTextMax) {
    throw invalid(field, `must be a string of 1 to ${claimTextMax} characters`)
  }
  if (!value.isWellFormed() || /\p{Cc}/u.test(value)) {
    throw invalid(field, 'must be Unicode without control characters')
  }
  return value
}

function parseNumber(value: unknown, field: string): number {
  if (!Number.isSafeInteger(value) || Math.abs(value as number) > laterThanAll) {
    throw invalid(field, 'must be a whole number')
  }
  return value as number
}

/** Who wrote something and when, as far back as anybody claims. */
export interface Author {
  readonly actor: string | undefined
  readonly at: number
}

/** The claimed author of a change, or the one the server saw. */
export function authorOf(change: {
  readonly actor: string | undefined
  readonly at: number
  readonly claimed?: Claim | undefined
}): Author {
  const { claimed } = change
  if (claimed === undefined) return { actor: change.actor, at: change.at }
  const { actor } = claimed.origin ?? claimed
  return { actor, at: claimed.origin?.at ?? claimed.at ?? change.at }
}
