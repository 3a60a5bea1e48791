import { permitOperator } from '../../domain/caller.ts'
import type { UseCase } from '../app.ts'

export const streamVerification: UseCase<'streamVerification'> = async function* (
  { storage },
  caller,
  { signal },
) {
  permitOperator(caller)
  yield* storage.guard.verify(signal)
}
