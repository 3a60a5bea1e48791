import { permitStore, provenance } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { parseMoment } from '../../domain/history/moment.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import type { RevertInput } from '../../api/history.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'
import { parseExpectedSeq } from './restore.ts'

export const revert: UseCase<'revert'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'write')
  const { since, until, sinceSeq, untilSeq, pathPrefix } = input
  return storage.commit({
    type: 'revert',
    ...scope,
    by: provenance(caller),
    isDryRun: input.dryRun === true,
    expectedSeq: parseExpectedSeq(input.expectedSeq),
    actor: actorOf(input),
    since: parseMoment({ at: since, seq: sinceSeq }, { at: 'since', seq: 'since_seq' }),
    until: parseMoment({ at: until, seq: untilSeq }, { at: 'until', seq: 'until_seq' }),
    prefix: pathPrefix === undefined ? root : parsePrefix(pathPrefix),
  })
}

function actorOf({ sessionId, apiKeyId, actor }: RevertInput): string {
  const [one, ...others] = [sessionId, apiKeyId, actor].filter((id) => id !== undefined)
  if (one !== undefined && one !== '' && others.length === 0) return one
  throw invalid('session_id', 'must be given, or api_key_id, or actor: whose writes are taken back')
}
