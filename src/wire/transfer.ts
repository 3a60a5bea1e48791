import type { HistoryPage, ImportOperation } from '../api/transfer.ts'
import { unreachable } from '../domain/assert.ts'
import type { HistoryEntry } from '../domain/memory/version.ts'
import { decodeActor, encodeActor, type WireActor } from './actor.ts'
import {
  changeFields,
  decodeChange,
  encodeChange,
  withOccasional,
  type WireChange,
} from './change.ts'
import { claimSchema, decodeClaim, encodeClaim, type WireClaim } from './claim.ts'
import { expectObject } from './json.ts'
import { textField } from './history-fields.ts'
import { contentSchema, pathSchema } from './memory.ts'
import {
  moveFields,
  operationSchema,
  operationsSchema,
  stays,
  type WireOperation,
} from './operation.ts'
import { count, literal, object, orNull, ref, string, time, type Schema } from './schema.ts'
import { decodeTimeOrUndefined, encodeTimeOrNull } from './timestamp.ts'
import type { Claim } from '../domain/memory/claim.ts'

export interface WireEntry extends Omit<WireChange, 'type'> {
  type: 'memory_store_history_entry'
  content: string | null
  redacted_at: string | null
  redacted_by: WireActor | null
}

export interface WireHistoryPage {
  data: WireEntry[]
  seq: number
}

function encodeEntry(entry: HistoryEntry): WireEntry {
  return {
    ...encodeChange(entry),
    type: 'memory_store_history_entry',
    content: entry.content ?? null,
    redacted_at: encodeTimeOrNull(entry.redactedAt),
    redacted_by: encodeActor(entry.redactedBy),
  }
}

function decodeEntry(json: unknown): HistoryEntry {
  const wire = expectObject(json, 'memory_store_history_entry') as WireEntry
  return {
    ...decodeChange({ ...wire, type: 'memory_store_change' }),
    content: wire.content ?? undefined,
    redactedAt: decodeTimeOrUndefined(wire.redacted_at),
    redactedBy: decodeActor(wire.redacted_by),
  }
}

export function encodeHistoryPage({ entries, seq }: HistoryPage): WireHistoryPage {
  return { data: entries.map(encodeEntry), seq }
}

export function decodeHistoryPage(json: unknown): HistoryPage {
  const wire = expectObject(json) as WireHistoryPage
  return { entries: wire.data.map(decodeEntry), seq: wire.seq }
}

/** The operations of a body whose shape was checked. */
export function decodeImport(operations: unknown): ImportOperation[] {
  return (operations as WireOperation[]).map(decodeOperation)
}

function decodeOperation(wire: WireOperation): ImportOperation {
  const type = wire['type'] as ImportOperation['type']
  const claimed = decodeClaim(wire['claimed'] ?? {})
  switch (type) {
    case 'create':
      return { type, path: wire['path'], content: wire['content'], claimed }
    case 'update':
      return { type, at: wire['at'], content: wire['content'], path: wire['path'], claimed }
    case 'delete':
      return { type, at: wire['at'], claimed }
    case 'move': {
      const claims = (wire['claims'] as WireClaim[]).map(decodeClaim)
      return { type, from: wire['from'], to: wire['to'], claims }
    }
    case 'redact':
      return {
        type,
        versionId: wire['memory_version_id'] as string,
        reason: wire['reason'],
        claimed,
      }
    default:
      return unreachable(type)
  }
}

export function encodeOperation(operation: ImportOperation): WireOperation {
  if (operation.type === 'move') {
    return { ...operation, claims: (operation.claims as Claim[]).map(encodeClaim) }
  }
  const claimed = encodeClaim(operation.claimed as Claim)
  if (operation.type !== 'redact') return { ...operation, claimed }
  const { versionId, reason } = operation
  return { type: 'redact', memory_version_id: versionId, reason, claimed }
}

const at = string('The path at which the memory lives by then.')

export const importBodySchema: Schema = {
  type: 'object',
  properties: {
    expected_seq: {
      ...count,
      description: "The sequence of the store's newest change; another refuses the import.",
    },
    operations: operationsSchema([
      operationSchema(
        'create',
        { path: pathSchema, content: contentSchema, claimed: claimSchema },
        ['path', 'content'],
      ),
      operationSchema(
        'update',
        {
          at,
          content: stays('The new content.'),
          path: stays('The new path.'),
          claimed: claimSchema,
        },
        ['at'],
      ),
      operationSchema('delete', { at, claimed: claimSchema }, ['at']),
      operationSchema(
        'move',
        {
          ...moveFields,
          claims: {
            type: 'array',
            items: claimSchema,
            description: 'One for each memory that moves, in byte order of their paths.',
          },
        },
        ['from', 'to', 'claims'],
      ),
      operationSchema(
        'redact',
        {
          memory_version_id: string('A version of this store; alone in its import.'),
          reason: textField('Why, as the source has it: one line.'),
          claimed: claimSchema,
        },
        ['memory_version_id'],
      ),
    ]),
  },
  required: ['expected_seq', 'operations'],
  additionalProperties: false,
}

export const entrySchema: Schema = withOccasional(
  object(
    {
      ...changeFields,
      type: literal('memory_store_history_entry'),
      content: orNull({ type: 'string', description: 'Of versions that have content.' }),
      redacted_at: orNull({ ...time, description: 'When the version was redacted.' }),
      redacted_by: { oneOf: [ref('Actor'), { type: 'null' }], description: 'By whom.' },
    },
    'A change with everything that can be told of it.',
  ),
)

export const historyPageSchema: Schema = object({
  data: { type: 'array', items: ref('HistoryEntry'), description: 'In commit order.' },
  seq: { ...count, description: 'Hand it back as `after` to go on.' },
})

export const importedSchema: Schema = object({
  seq: { ...count, description: "The store's sequence after the import." },
})
