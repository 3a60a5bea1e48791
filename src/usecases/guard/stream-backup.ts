import { basename, isAbsolute, normalize } from 'node:path'
import { permitOperator } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import type { UseCase } from '../app.ts'

export const streamBackup: UseCase<'streamBackup'> = async function* (app, caller, input) {
  permitOperator(caller)
  const file = parseFile(input.file)
  yield* app.storage.guard.backup(file, input.signal)
}

/**
 * The ending is a rule so that whoever has an admin key can make no file that other programs run or
 * read as theirs.
 */
function parseFile(input: unknown): string {
  if (typeof input !== 'string') throw invalid('file', 'must be a string')
  if (!isAbsolute(input) || normalize(input) !== input || /\p{Cc}/u.test(input)) {
    throw invalid('file', 'must be an absolute path, without "." and ".." in it')
  }
  if (!/[^.]\.db$/.test(basename(input))) throw invalid('file', 'must end with ".db"')
  return input
}
