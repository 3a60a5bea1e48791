import { claimTextMax, type Claim, type Origin } from '../memory/claim.ts'
import { mark, type Matcher } from './words.ts'

const ids = ['storeId', 'memoryId', 'versionId', 'requestId'] as const

/**
 * A claim without what was looked for. Ids of the source stay, by which an import or a mirror goes
 * on; what stands in their place and has not the shape of an id is text.
 */
export function redactClaim(claim: Claim, matcher: Matcher): Claim {
  const redacted = redactOrigin(claim, matcher)
  if (claim.origin === undefined) return redacted
  return { ...redacted, origin: redactOrigin(claim.origin, matcher) }
}

function redactOrigin<Told extends Origin>(origin: Told, matcher: Matcher): Told {
  const redacted: Record<string, string> = {}
  for (const name of ['actor', 'door', ...ids] as const) {
    const text = origin[name]
    if (text === undefined || (isIdField(name) && isShapedAsId(text))) continue
    redacted[name] = fitted(matcher.redact(text))
  }
  return { ...origin, ...redacted }
}

function isIdField(name: string): boolean {
  return ids.some((id) => id === name)
}

/** Ids of the API and of ours, hashes of commits, UUIDs. */
const shapes = [
  /^[a-z]+_[0-9A-Za-z]{16,}$/,
  /^[0-9a-f]{7,64}$/,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
]

function isShapedAsId(text: string): boolean {
  return shapes.some((shape) => shape.test(text))
}

/** The mark is longer than a short text, and a claim has its limits. */
function fitted(text: string): string {
  return text.length > claimTextMax ? mark : text
}
