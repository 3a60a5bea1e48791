import type { RestoreInput } from '../../api/history.ts'
import { permitStore, provenance } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { Restore, Selection } from '../../domain/history/command.ts'
import { parsePath, parsePrefix } from '../../domain/memory/path.ts'
import type { UseCase } from '../app.ts'
import { scopeOf } from '../found.ts'
import { momentOf } from './at-moment.ts'

export const restore: UseCase<'restore'> = async ({ storage }, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'write')
  return storage.commit({
    type: 'restore',
    ...scope,
    by: provenance(caller),
    isDryRun: input.dryRun === true,
    expectedSeq: parseExpectedSeq(input.expectedSeq),
    to: targetOf(input),
  })
}

function targetOf(input: RestoreInput): Restore['to'] {
  const moment = momentOf(input)
  const selection = selectionOf(input)
  const { versionId } = input
  if (versionId !== undefined) {
    if (moment === undefined && selection.type === 'all') return { versionId }
    throw invalid('version_id', 'says all: no moment, memory_id, path or path_prefix goes with it')
  }
  if (moment !== undefined) return { moment, selection }
  throw invalid('at', 'must be given, or at_seq, or version_id: what is restored')
}

function selectionOf({ memoryId, path, pathPrefix }: RestoreInput): Selection {
  const given = [memoryId, path, pathPrefix].filter((one) => one !== undefined)
  if (given.length > 1) {
    throw invalid('path', 'cannot be given with memory_id or path_prefix: at most one of them')
  }
  if (memoryId !== undefined) return { type: 'memory', memoryId }
  if (path !== undefined) return { type: 'path', path: parsePath(path) }
  if (pathPrefix !== undefined) return { type: 'prefix', prefix: parsePrefix(pathPrefix) }
  return { type: 'all' }
}

/** @throws DomainError `invalid` */
export function parseExpectedSeq(input: number | undefined): number | undefined {
  if (input === undefined || (Number.isSafeInteger(input) && input >= 0)) return input
  throw invalid('expected_seq', 'must be a whole number, 0 or more')
}
