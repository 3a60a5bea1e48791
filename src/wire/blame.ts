import type { Door } from '../domain/caller.ts'
import { doors } from '../domain/caller.ts'
import type { Blame, BlameRange } from '../domain/history/blame.ts'
import type { MemoryId, RequestId, StoreId, VersionId } from '../domain/ids.ts'
import type { Path } from '../domain/memory/path.ts'
import { decodeActor, encodeActor, type WireActor } from './actor.ts'
import { expectObject } from './json.ts'
import { count, literal, object, ref, string, time, type Schema } from './schema.ts'
import { decodeTime, encodeTime } from './timestamp.ts'

interface WireBlameRange {
  start_line: number
  lines: string[]
  memory_version_id: string
  seq: number
  created_at: string
  created_by: WireActor | null
  door: Door
  request_id: string
  redacted: boolean
  boundary: boolean
}

export interface WireBlame {
  type: 'blame'
  memory_store_id: string
  memory_id: string
  path: string
  memory_version_id: string
  seq: number
  ranges: WireBlameRange[]
}

export function encodeBlame(blame: Blame): WireBlame {
  return {
    type: 'blame',
    memory_store_id: blame.storeId,
    memory_id: blame.memoryId,
    path: blame.path,
    memory_version_id: blame.versionId,
    seq: blame.seq,
    ranges: blame.ranges.map(encodeRange),
  }
}

function encodeRange({ startLine, lines, origin, ...range }: BlameRange): WireBlameRange {
  return {
    start_line: startLine,
    lines: [...lines],
    memory_version_id: origin.versionId,
    seq: origin.seq,
    created_at: encodeTime(origin.createdAt),
    created_by: encodeActor(origin.createdBy),
    door: origin.door,
    request_id: origin.requestId,
    redacted: range.isRedacted,
    boundary: range.isBoundary,
  }
}

export function decodeBlame(json: unknown): Blame {
  const wire = expectObject(json, 'blame') as WireBlame
  return {
    storeId: wire.memory_store_id as StoreId,
    memoryId: wire.memory_id as MemoryId,
    path: wire.path as Path,
    versionId: wire.memory_version_id as VersionId,
    seq: wire.seq,
    ranges: wire.ranges.map(decodeRange),
  }
}

function decodeRange(wire: WireBlameRange): BlameRange {
  return {
    startLine: wire.start_line,
    lines: wire.lines,
    origin: {
      versionId: wire.memory_version_id as VersionId,
      seq: wire.seq,
      createdAt: decodeTime(wire.created_at),
      createdBy: decodeActor(wire.created_by),
      door: wire.door,
      requestId: wire.request_id as RequestId,
    },
    isRedacted: wire.redacted,
    isBoundary: wire.boundary,
  }
}

const rangeSchema = object({
  start_line: { ...count, description: 'Number of its first line, from 1.' },
  lines: { type: 'array', items: string(), description: 'Without their line breaks.' },
  memory_version_id: string('The oldest version that can be read and has these lines.'),
  seq: { ...count, description: "That version's place among the store's changes." },
  created_at: { ...time, description: 'When it was made.' },
  created_by: { oneOf: [ref('Actor'), { type: 'null' }], description: 'Who made it.' },
  door: { type: 'string', enum: doors, description: 'The way in that it came.' },
  request_id: string('The `request-id` of the answer to whoever made it.'),
  redacted: {
    type: 'boolean',
    description: 'The version before it is redacted: the lines may have been written there.',
  },
  boundary: {
    type: 'boolean',
    description: 'Retention has removed the version before it: the lines may be older.',
  },
})

export const blameSchema: Schema = object(
  {
    type: literal('blame'),
    memory_store_id: string('The store.'),
    memory_id: string('The memory.'),
    path: string('Where it was in this version.'),
    memory_version_id: string('The version whose lines these are.'),
    seq: { ...count, description: "That version's place among the store's changes." },
    ranges: { type: 'array', items: rangeSchema, description: 'All lines in order.' },
  },
  'The lines of a version, each with where it came from.',
)
