import { DomainError } from '../../domain/errors.ts'
import { refuseMoment } from '../../domain/history/moment.ts'
import { permitStore } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'
import { require, scopeOf } from '../found.ts'
import { momentOf } from './at-moment.ts'

export const getMoment: UseCase<'getMoment'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const wanted = momentOf(input)
  const facts = require(await app.storage.view.history.moment(scope, wanted), 'memory store')
  const { moment, now, historyFrom, historyFromAt } = facts
  const problem = refuseMoment(facts, wanted, { at: 'at', seq: 'at_seq' })
  if (problem && moment.seq > now.seq) throw new DomainError(problem)
  return {
    ...moment,
    storeId: scope.storeId,
    isComplete: problem === undefined,
    historyFrom,
    historyFromAt,
    headSeq: now.seq,
    headAt: now.at ?? 0,
  }
}
