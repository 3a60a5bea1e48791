import {
  conflictReasons,
  plannedActions,
  type ConflictReason,
  type Plan,
  type PlanConflict,
  type PlannedAction,
  type PlannedChange,
} from '../domain/history/plan.ts'
import type { MemoryId, StoreId, VersionId } from '../domain/ids.ts'
import type { Path } from '../domain/memory/path.ts'
import { expectObject } from './json.ts'
import { decodeMoment, encodeMoment, type WireMoment } from './moment.ts'
import { count, object, orNull, ref, string, type Schema } from './schema.ts'

interface WirePlannedChange {
  action: PlannedAction
  memory_id: string
  path: string
  previous_path: string | null
  memory_version_id: string | null
  from_version_id: string | null
  content_size_bytes: number | null
  content: string | null
}

interface WirePlanConflict {
  reason: ConflictReason
  memory_id: string | null
  path: string | null
  memory_version_id: string | null
  message: string
}

export interface WirePlan {
  type: Plan['type']
  memory_store_id: string
  dry_run: boolean
  seq: number
  moment: WireMoment | null
  changes: WirePlannedChange[]
  unchanged: number
  conflicts: WirePlanConflict[]
}

export function encodePlan(plan: Plan): WirePlan {
  return {
    type: plan.type,
    memory_store_id: plan.storeId,
    dry_run: plan.isDryRun,
    seq: plan.seq,
    moment: plan.moment === undefined ? null : encodeMoment(plan.moment),
    changes: plan.changes.map(encodeChange),
    unchanged: plan.unchanged,
    conflicts: plan.conflicts.map(encodeConflict),
  }
}

function encodeChange(change: PlannedChange): WirePlannedChange {
  return {
    action: change.action,
    memory_id: change.memoryId,
    path: change.path,
    previous_path: change.previousPath ?? null,
    memory_version_id: change.versionId ?? null,
    from_version_id: change.fromVersionId ?? null,
    content_size_bytes: change.sizeBytes ?? null,
    content: change.content ?? null,
  }
}

function encodeConflict(conflict: PlanConflict): WirePlanConflict {
  return {
    reason: conflict.reason,
    memory_id: conflict.memoryId ?? null,
    path: conflict.path ?? null,
    memory_version_id: conflict.versionId ?? null,
    message: conflict.message,
  }
}

export function decodePlan(json: unknown): Plan {
  const wire = expectObject(json) as WirePlan
  return {
    type: wire.type,
    storeId: wire.memory_store_id as StoreId,
    isDryRun: wire.dry_run,
    seq: wire.seq,
    moment: wire.moment === null ? undefined : decodeMoment(wire.moment),
    changes: wire.changes.map(decodeChange),
    unchanged: wire.unchanged,
    conflicts: wire.conflicts.map(decodeConflict),
  }
}

function decodeChange(wire: WirePlannedChange): PlannedChange {
  return {
    action: wire.action,
    memoryId: wire.memory_id as MemoryId,
    path: wire.path as Path,
    previousPath: (wire.previous_path ?? undefined) as Path | undefined,
    versionId: (wire.memory_version_id ?? undefined) as VersionId | undefined,
    fromVersionId: (wire.from_version_id ?? undefined) as VersionId | undefined,
    sizeBytes: wire.content_size_bytes ?? undefined,
    content: wire.content ?? undefined,
  }
}

function decodeConflict(wire: WirePlanConflict): PlanConflict {
  return {
    reason: wire.reason,
    memoryId: (wire.memory_id ?? undefined) as MemoryId | undefined,
    path: (wire.path ?? undefined) as Path | undefined,
    versionId: (wire.memory_version_id ?? undefined) as VersionId | undefined,
    message: wire.message,
  }
}

const textOrNull = (description: string) => orNull({ type: 'string', description })

const changeSchema = object({
  action: {
    type: 'string',
    enum: plannedActions,
    description: '`update` changes the content, `move` the path alone, `revive` undoes a deletion.',
  },
  memory_id: string('The memory.'),
  path: string('Where it is afterwards; of a deleted one, where it was.'),
  previous_path: textOrNull('Where it was, when that changes.'),
  memory_version_id: textOrNull('The version that was written; null in a dry run.'),
  from_version_id: textOrNull('The version whose content it has again.'),
  content_size_bytes: orNull({ ...count, description: 'Length of its content afterwards.' }),
  content: textOrNull(
    'Of a dry run: its content afterwards, where that is merged and so of no version yet. At most 1 MiB in one plan; null beyond.',
  ),
})

const conflictSchema = object({
  reason: { type: 'string', enum: conflictReasons, description: 'Why it is left as it is.' },
  memory_id: textOrNull('The memory; null for changes of the store itself.'),
  path: textOrNull('Where it is or was; null when that is erased.'),
  memory_version_id: textOrNull('The version in question.'),
  message: string('For people.'),
})

export const planSchema: Schema = object(
  {
    type: { type: 'string', enum: ['restore', 'revert'] },
    memory_store_id: string('The store.'),
    dry_run: { type: 'boolean', description: 'Whether nothing was done.' },
    seq: {
      ...count,
      description: "The store's sequence afterwards; of a dry run, the one it was planned at.",
    },
    moment: {
      oneOf: [ref('Moment'), { type: 'null' }],
      description: 'What is restored; null for one version and for a revert.',
    },
    changes: { type: 'array', items: changeSchema, description: 'In the byte order of paths.' },
    unchanged: { ...count, description: 'Memories looked at that are as they should be.' },
    conflicts: { type: 'array', items: conflictSchema, description: 'What is left as it is.' },
  },
  'What a restore or a revert does, or would do.',
)
