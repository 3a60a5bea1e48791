import { invalid, type DomainError, type Problem } from '../errors.ts'

/** A point in a store's history: after one of its changes and before the next. */
export interface Moment {
  /** The sequence of the last change before it; 0 before all of them. */
  readonly seq: number
  /** When that change was made, in milliseconds; undefined when retention has removed it. */
  readonly at: number | undefined
}

/** A moment as the caller gave it: a time (every change made at or before it) or a sequence. */
export type MomentInput =
  | { readonly at: number; readonly seq?: undefined }
  | { readonly seq: number; readonly at?: undefined }

/** What is known of a store's history around a moment that was looked up. */
export interface MomentFacts {
  readonly moment: Moment
  /** The newest change. */
  readonly now: Moment
  /** Below this sequence retention has removed versions. */
  readonly historyFrom: number
  /** The first time of which everything is known; undefined when only the present is. */
  readonly historyFromAt: number | undefined
}

/** The field that a refusal names, as the wire spells it. */
export interface MomentField {
  readonly at: string
  readonly seq: string
}

/**
 * @param field the name of the field that holds the sequence, or the time
 * @throws DomainError `invalid` unless at most one of time and sequence is given, and is a number
 */
export function parseMoment(
  input: { readonly at?: unknown; readonly seq?: unknown },
  field: MomentField,
): MomentInput | undefined {
  const { at, seq } = input
  if (at !== undefined && seq !== undefined) {
    throw invalid(field.at, `cannot be given together with ${field.seq}: a moment is one of both`)
  }
  if (seq !== undefined) {
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) {
      throw invalid(field.seq, 'must be a whole number, 0 or more')
    }
    return { seq }
  }
  if (at === undefined) return undefined
  if (typeof at !== 'number' || !Number.isFinite(at)) throw invalid(field.at, 'must be a time')
  return { at }
}

/** Why a moment cannot be read, or undefined. */
export function refuseMoment(
  facts: MomentFacts,
  input: MomentInput | undefined,
  field: MomentField,
): Problem | undefined {
  const { moment, now, historyFrom } = facts
  const name = input?.seq === undefined ? field.at : field.seq
  if (moment.seq > now.seq) {
    return problemOf(invalid(name, `is beyond the store's newest change, ${now.seq}`))
  }
  if (moment.seq >= historyFrom) return undefined
  const message =
    historyFrom <= 1
      ? `is before the store was made${timeOf(facts)}`
      : `is before the history that is kept: the history of this store is complete from ${since(facts)} on; retention has removed versions from before`
  return { code: 'invalid', message: `${name}: ${message}`, field: name, detail: beforeHistory }
}

/** `error.details.error_code` of a moment that is too far back. */
export const beforeHistory = 'moment_before_history'

function since(facts: MomentFacts): string {
  return `sequence ${facts.historyFrom}${timeOf(facts)}`
}

function timeOf({ historyFromAt }: MomentFacts): string {
  return historyFromAt === undefined ? '' : ` (${new Date(historyFromAt).toISOString()})`
}

function problemOf(error: DomainError): Problem {
  return error.problem
}
