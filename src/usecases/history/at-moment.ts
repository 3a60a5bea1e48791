import { DomainError, invalid } from '../../domain/errors.ts'
import {
  parseMoment,
  refuseMoment,
  type MomentFacts,
  type MomentField,
  type MomentInput,
} from '../../domain/history/moment.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App } from '../app.ts'
import { require } from '../found.ts'

const atField: MomentField = { at: 'at', seq: 'at_seq' }

/** The moment of an input as the wire spells it. @throws DomainError `invalid` */
export function momentOf(input: {
  readonly at?: number | undefined
  readonly atSeq?: number | undefined
}): MomentInput | undefined {
  return parseMoment({ at: input.at, seq: input.atSeq }, atField)
}

/** A moment as it was given, for cursors: a page of another one is another list. */
export function nameOf(moment: MomentInput | undefined): string {
  if (moment === undefined) return 'now'
  return moment.seq === undefined ? `at ${moment.at}` : `seq ${moment.seq}`
}

/**
 * Where a moment stands, when it can be read.
 * @throws DomainError `not_found`, `invalid` (before the history that is kept, beyond the newest)
 */
export async function readableMoment(
  app: App,
  scope: StoreScope,
  { input, field = atField }: { input: MomentInput | undefined; field?: MomentField },
): Promise<MomentFacts> {
  const facts = require(await app.storage.view.history.moment(scope, input), 'memory store')
  const problem = refuseMoment(facts, input, field)
  if (problem) throw new DomainError(problem)
  return facts
}

/**
 * Retention may have come while a page was read: what is incomplete is not given out.
 * @throws DomainError `invalid`
 */
export function stillComplete(facts: MomentFacts, historyFrom: number): void {
  if (facts.moment.seq >= historyFrom) return
  const problem = refuseMoment({ ...facts, historyFrom }, undefined, atField)
  throw problem ? new DomainError(problem) : invalid('at', 'is not kept any more')
}
