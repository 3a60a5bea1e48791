import { DomainError } from '../../domain/errors.ts'
import type { SessionCommand } from '../../domain/session/command.ts'
import { runSessionCommand } from '../sessions/run-command.ts'
import type { Result } from '../sessions/script.ts'
import type { StoreEngine } from './commit-in-store.ts'
import { transact } from './connection.ts'
import { failure, isLostRace } from './failure.ts'
import { runScript } from './run-script.ts'

const racesMax = 10

/** One command about sessions in a transaction of its own, which holds its session's row. */
export async function commitSession(
  { pools, options }: StoreEngine,
  command: SessionCommand,
): Promise<Extract<Result, { kind: 'done' }>> {
  for (let race = 0; race < racesMax; race += 1) {
    try {
      const now = options.clock()
      const result = await transact(pools.writers, (session) =>
        runScript(session, runSessionCommand(command, now)),
      )
      if (result.kind === 'refused') throw new DomainError(result.problem)
      return result
    } catch (error) {
      if (!isLostRace(error)) throw failure(error, 'commit')
    }
  }
  throw new DomainError({ code: 'conflict', message: 'other writers kept coming first; try again' })
}
