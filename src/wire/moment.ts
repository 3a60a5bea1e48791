import type { MomentReport } from '../api/history.ts'
import type { Moment } from '../domain/history/moment.ts'
import type { StoreId } from '../domain/ids.ts'
import { expectObject } from './json.ts'
import { count, literal, object, orNull, string, time, type Schema } from './schema.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireMoment {
  seq: number
  at: string | null
}

export interface WireMomentReport extends WireMoment {
  type: 'memory_store_moment'
  memory_store_id: string
  is_complete: boolean
  history_from: number
  history_from_at: string | null
  head_seq: number
  head_at: string
}

export function encodeMoment({ seq, at }: Moment): WireMoment {
  return { seq, at: encodeTimeOrNull(at) }
}

export function decodeMoment({ seq, at }: WireMoment): Moment {
  return { seq, at: decodeTimeOrUndefined(at) }
}

export function encodeMomentReport(report: MomentReport): WireMomentReport {
  return {
    type: 'memory_store_moment',
    memory_store_id: report.storeId,
    ...encodeMoment(report),
    is_complete: report.isComplete,
    history_from: report.historyFrom,
    history_from_at: encodeTimeOrNull(report.historyFromAt),
    head_seq: report.headSeq,
    head_at: encodeTime(report.headAt),
  }
}

export function decodeMomentReport(json: unknown): MomentReport {
  const wire = expectObject(json, 'memory_store_moment') as WireMomentReport
  return {
    storeId: wire.memory_store_id as StoreId,
    ...decodeMoment(wire),
    isComplete: wire.is_complete,
    historyFrom: wire.history_from,
    historyFromAt: decodeTimeOrUndefined(wire.history_from_at),
    headSeq: wire.head_seq,
    headAt: decodeTime(wire.head_at),
  }
}

const momentFields = {
  seq: { ...count, description: 'The sequence of the last change before it; 0 before all.' },
  at: {
    ...orNull(time),
    description: 'When that change was made; null for 0 and where it is not kept.',
  },
}

export const momentSchema: Schema = object(momentFields, 'A point between two changes.')

export const momentReportSchema: Schema = object(
  {
    type: literal('memory_store_moment'),
    memory_store_id: string('The store.'),
    ...momentFields,
    is_complete: { type: 'boolean', description: 'Whether everything at it can still be read.' },
    history_from: { ...count, description: 'The history is complete from this sequence on.' },
    history_from_at: {
      ...orNull(time),
      description: 'The first time from which on it is; null when only the present is.',
    },
    head_seq: { ...count, description: 'The newest change.' },
    head_at: { ...time, description: 'When that was made.' },
  },
  'Where a moment stands in the history of a store.',
)
