import type { GrepHit, SearchHit } from '../api/search.ts'
import type { MemoryId, StoreId, VersionId } from '../domain/ids.ts'
import type { MatchingLine, ShownLine } from '../domain/memory/grep.ts'
import type { Path } from '../domain/memory/path.ts'
import type { Range, Snippet } from '../domain/memory/search-match.ts'
import { actorSchema, decodeActor, encodeActor, type WireActor } from './actor.ts'
import { expectObject } from './json.ts'
import { count, literal, object, string, time, type Schema } from './schema.ts'
import { decodeTime, encodeTime } from './timestamp.ts'

interface WireFound {
  memory_id: string
  memory_store_id: string
  memory_version_id: string
  path: string
}

export interface WireSearchHit extends WireFound {
  created_by: WireActor | null
  snippet: { line_number: number; ranges: Range[]; text: string }
  type: 'memory_search_hit'
  updated_at: string
}

interface WireLine {
  line: string
  line_number: number
  line_offset: number
  truncated: boolean
}

export interface WireGrepHit extends WireFound, WireLine {
  after: WireLine[]
  before: WireLine[]
  ranges: Range[]
  type: 'memory_line'
}

export function encodeSearchHit(hit: SearchHit): WireSearchHit {
  const { text, line, ranges } = hit.snippet
  return {
    ...encodeFound(hit),
    created_by: encodeActor(hit.actor),
    snippet: { line_number: line, ranges: [...ranges], text },
    type: 'memory_search_hit',
    updated_at: encodeTime(hit.updatedAt),
  }
}

export function decodeSearchHit(json: unknown): SearchHit {
  const wire = expectObject(json) as unknown as WireSearchHit
  const { line_number: line, ranges, text } = wire.snippet
  return {
    ...decodeFound(wire),
    actor: decodeActor(wire.created_by),
    updatedAt: decodeTime(wire.updated_at),
    snippet: { text, line, ranges } satisfies Snippet,
  }
}

export function encodeGrepHit(hit: GrepHit): WireGrepHit {
  const { before, after, ranges } = hit.line
  return {
    ...encodeFound(hit),
    after: after.map(encodeLine),
    before: before.map(encodeLine),
    ...encodeLine(hit.line),
    ranges: [...ranges],
    type: 'memory_line',
  }
}

export function decodeGrepHit(json: unknown): GrepHit {
  const wire = expectObject(json) as unknown as WireGrepHit
  const line: MatchingLine = {
    ...decodeLine(wire),
    ranges: wire.ranges,
    before: wire.before.map(decodeLine),
    after: wire.after.map(decodeLine),
  }
  return { ...decodeFound(wire), line }
}

type FoundFields = Pick<GrepHit, 'storeId' | 'memoryId' | 'versionId' | 'path'>

function encodeFound({ storeId, memoryId, versionId, path }: FoundFields): WireFound {
  return { memory_id: memoryId, memory_store_id: storeId, memory_version_id: versionId, path }
}

function decodeFound(wire: WireFound): FoundFields {
  return {
    storeId: wire.memory_store_id as StoreId,
    memoryId: wire.memory_id as MemoryId,
    versionId: wire.memory_version_id as VersionId,
    path: wire.path as Path,
  }
}

function encodeLine({ number, text, offset, isCut }: ShownLine): WireLine {
  return { line: text, line_number: number, line_offset: offset, truncated: isCut }
}

function decodeLine(wire: WireLine): ShownLine {
  return {
    number: wire.line_number,
    text: wire.line,
    offset: wire.line_offset,
    isCut: wire.truncated,
  }
}

const found = {
  memory_id: string('The memory.'),
  memory_store_id: string('Its store.'),
  memory_version_id: string('The version that is its current state.'),
  path: string('Where it lives.'),
}
const lineNumber: Schema = { type: 'integer', minimum: 1, description: 'Counted from 1.' }

function rangesOf(field: string): Schema {
  const description = `What was found: half-open ranges, in characters (code points) of \`${field}\`.`
  return { type: 'array', items: object({ start: count, end: count }), description }
}

export const searchHitSchema: Schema = object(
  {
    ...found,
    created_by: { ...actorSchema, description: 'Who wrote the current text; null if unknown.' },
    snippet: object({
      line_number: { ...lineNumber, description: 'The line where the first range begins.' },
      ranges: rangesOf('text'),
      text: string('A piece of the text, line breaks included.'),
    }),
    type: literal('memory_search_hit'),
    updated_at: time,
  },
  'A memory whose text holds what was searched for.',
)

const line = {
  line: string('The line without its break; a long one is cut around what was found.'),
  line_number: lineNumber,
  line_offset: { ...count, description: 'Characters of the line that stand before `line`.' },
  truncated: { type: 'boolean', description: 'Whether the line is longer than `line`.' },
} as const satisfies Record<string, Schema>

export const grepHitSchema: Schema = object(
  {
    ...found,
    after: { type: 'array', items: object(line), description: 'The lines that follow.' },
    before: { type: 'array', items: object(line), description: 'The lines before it.' },
    ...line,
    ranges: rangesOf('line'),
    type: literal('memory_line'),
  },
  'A line that matches.',
)
