import {
  fileStatuses,
  type Diff,
  type DiffHunk,
  type DiffLine,
  type FileDiff,
  type FileStatus,
} from '../domain/history/diff.ts'
import type { MemoryId, StoreId, VersionId } from '../domain/ids.ts'
import type { Path } from '../domain/memory/path.ts'
import { expectObject } from './json.ts'
import { count, literal, object, orNull, string, type Schema } from './schema.ts'

interface WireHunk {
  old_start: number
  old_lines: number
  new_start: number
  new_lines: number
  lines: { op: DiffLine['op']; text: string; no_newline: boolean }[]
}

interface WireFileDiff {
  status: FileStatus
  path: string | null
  previous_path: string | null
  memory_id: string
  from_version_id: string | null
  to_version_id: string | null
  redacted: boolean
  hunks: WireHunk[]
}

export interface WireDiff {
  type: 'diff'
  memory_store_id: string
  to_memory_store_id: string | null
  files: WireFileDiff[]
  unified: string
  next_page: string | null
}

export function encodeDiff(diff: Diff): WireDiff {
  return {
    type: 'diff',
    memory_store_id: diff.storeId,
    to_memory_store_id: diff.toStoreId ?? null,
    files: diff.files.map(encodeFile),
    unified: diff.unified,
    next_page: diff.nextPage ?? null,
  }
}

function encodeFile(file: FileDiff): WireFileDiff {
  return {
    status: file.status,
    path: file.path ?? null,
    previous_path: file.previousPath ?? null,
    memory_id: file.memoryId,
    from_version_id: file.fromVersionId ?? null,
    to_version_id: file.toVersionId ?? null,
    redacted: file.isRedacted,
    hunks: file.hunks.map(encodeHunk),
  }
}

function encodeHunk(hunk: DiffHunk): WireHunk {
  return {
    old_start: hunk.oldStart,
    old_lines: hunk.oldLines,
    new_start: hunk.newStart,
    new_lines: hunk.newLines,
    lines: hunk.lines.map(({ op, text, hasNoNewline }) => ({
      op,
      text,
      no_newline: hasNoNewline === true,
    })),
  }
}

export function decodeDiff(json: unknown): Diff {
  const wire = expectObject(json, 'diff') as WireDiff
  return {
    storeId: wire.memory_store_id as StoreId,
    toStoreId: (wire.to_memory_store_id ?? undefined) as StoreId | undefined,
    files: wire.files.map(decodeFile),
    unified: wire.unified,
    nextPage: wire.next_page ?? undefined,
  }
}

function decodeFile(wire: WireFileDiff): FileDiff {
  return {
    status: wire.status,
    path: (wire.path ?? undefined) as Path | undefined,
    previousPath: (wire.previous_path ?? undefined) as Path | undefined,
    memoryId: wire.memory_id as MemoryId,
    fromVersionId: (wire.from_version_id ?? undefined) as VersionId | undefined,
    toVersionId: (wire.to_version_id ?? undefined) as VersionId | undefined,
    isRedacted: wire.redacted,
    hunks: wire.hunks.map(decodeHunk),
  }
}

function decodeHunk(wire: WireHunk): DiffHunk {
  return {
    oldStart: wire.old_start,
    oldLines: wire.old_lines,
    newStart: wire.new_start,
    newLines: wire.new_lines,
    lines: wire.lines.map(({ op, text, no_newline: hasNoNewline }) =>
      hasNoNewline ? { op, text, hasNoNewline } : { op, text },
    ),
  }
}

const idOrNull = (description: string) => orNull({ type: 'string', description })

const lineSchema = object({
  op: { type: 'string', enum: ['keep', 'remove', 'add'], description: 'What became of it.' },
  text: string('Without its line break.'),
  no_newline: { type: 'boolean', description: 'The text ends with it, without a line break.' },
})

const hunkSchema = object({
  old_start: { ...count, description: 'First line in the first text, from 1.' },
  old_lines: { ...count, description: 'Lines of the first text.' },
  new_start: { ...count, description: 'First line in the second text, from 1.' },
  new_lines: { ...count, description: 'Lines of the second text.' },
  lines: { type: 'array', items: lineSchema, description: 'What changed, with lines around it.' },
})

const fileSchema = object({
  status: { type: 'string', enum: fileStatuses, description: 'What became of it.' },
  path: idOrNull('Where it is in the second state, of a removed one where it was; null: erased.'),
  previous_path: idOrNull('Where it was, when it moved.'),
  memory_id: string('The memory, of the second state where both have one.'),
  from_version_id: idOrNull('Its version in the first state.'),
  to_version_id: idOrNull('Its version in the second state.'),
  redacted: { type: 'boolean', description: 'One of the texts is erased: nothing is compared.' },
  hunks: { type: 'array', items: hunkSchema, description: 'What changed in its text.' },
})

export const diffSchema: Schema = object(
  {
    type: literal('diff'),
    memory_store_id: string('The store of the first state.'),
    to_memory_store_id: idOrNull('The store of the second state, where it is another one.'),
    files: { type: 'array', items: fileSchema, description: 'In the byte order of their paths.' },
    unified: string('The same as text that `patch -p1` and `git apply` take.'),
    next_page: idOrNull('Hand it back as `page` to go on; null at the end.'),
  },
  'What made one state of another.',
)
