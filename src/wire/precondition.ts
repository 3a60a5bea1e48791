import { literal, sha256Schema, type Schema } from './schema.ts'

/** "Only if the content still has this hash" (contract §7.5). */
export interface WirePrecondition {
  type: 'content_sha256'
  content_sha256: unknown
}

export function precondition(expectedSha256: unknown): WirePrecondition | undefined {
  if (expectedSha256 === undefined || expectedSha256 === null) return undefined
  return { type: 'content_sha256', content_sha256: expectedSha256 }
}

/** The hash in a precondition whose shape was checked; null counts as absent. */
export function expectedOf(wire: unknown): unknown {
  if (wire === undefined || wire === null) return undefined
  return (wire as WirePrecondition).content_sha256
}

export const preconditionSchema: Schema = {
  type: ['object', 'null'],
  description: 'The write applies only if this is the hash of the current content.',
  properties: { type: literal('content_sha256'), content_sha256: sha256Schema },
  required: ['type', 'content_sha256'],
  additionalProperties: false,
}
