import type { Claim, Origin } from '../domain/memory/claim.ts'
import { object, string, type Schema } from './schema.ts'
import { decodeTime, encodeTime } from './timestamp.ts'

/** What a source says of a change that was brought in from it; every field may be missing. */
export interface WireOrigin {
  memory_store_id?: string
  memory_id?: string
  memory_version_id?: string
  request_id?: string
  seq?: number
  actor?: string
  door?: string
  at?: string
}

export interface WireClaim extends WireOrigin {
  origin?: WireOrigin
}

const names = [
  ['storeId', 'memory_store_id'],
  ['memoryId', 'memory_id'],
  ['versionId', 'memory_version_id'],
  ['requestId', 'request_id'],
  ['seq', 'seq'],
  ['actor', 'actor'],
  ['door', 'door'],
] as const

export function encodeClaim(claim: Claim): WireClaim {
  const { origin } = claim
  const wire = encodeOrigin(claim)
  return origin === undefined ? wire : { ...wire, origin: encodeOrigin(origin) }
}

function encodeOrigin(origin: Origin): WireOrigin {
  const wire: Record<string, string | number> = {}
  for (const [own, spelled] of names) {
    const value = origin[own]
    if (value !== undefined) wire[spelled] = value
  }
  if (origin.at !== undefined) wire['at'] = encodeTime(origin.at)
  return wire
}

export function decodeClaim(wire: WireClaim): Claim {
  const { origin } = wire
  const claim = decodeOrigin(wire)
  return origin === undefined ? claim : { ...claim, origin: decodeOrigin(origin) }
}

function decodeOrigin(wire: WireOrigin): Origin {
  const origin: Record<string, string | number> = {}
  for (const [own, spelled] of names) {
    const value = wire[spelled]
    if (value !== undefined) origin[own] = value
  }
  // What is no time stays NaN, which is refused where claims are checked.
  if (wire.at !== undefined) origin['at'] = decodeTime(wire.at)
  return origin
}

const fields: Readonly<Record<string, Schema>> = {
  memory_store_id: string('The store in the source.'),
  memory_id: string('The memory in the source.'),
  memory_version_id: string('The version in the source.'),
  request_id: string('The request that made it there.'),
  seq: { type: 'integer', description: 'Its place among the changes of the source.' },
  actor: string('The id of who made it there, or the author of a commit.'),
  door: string('The way in that the source recorded.'),
  at: { type: 'string', format: 'date-time', description: 'When it was made there.' },
}

export const originSchema: Schema = {
  ...object(fields, 'The first of all sources.'),
  required: [],
  additionalProperties: false,
}

export const claimSchema: Schema = {
  ...object(
    { ...fields, origin: originSchema },
    'What the source of a change that was brought in says of it; nobody vouches for it.',
  ),
  required: [],
  additionalProperties: false,
}
