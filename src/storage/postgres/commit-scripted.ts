import { DomainError } from '../../domain/errors.ts'
import { runScripted, type ScriptedCommand } from '../scripted.ts'
import type { Result } from '../sessions/script.ts'
import type { StoreEngine } from './commit-in-store.ts'
import { transact } from './connection.ts'
import { failure, isLostRace } from './failure.ts'
import { runScript } from './run-script.ts'

const racesMax = 10

/** One command in a transaction of its own, which holds the row of its session or webhook. */
export async function commitScripted(
  { pools, options }: StoreEngine,
  command: ScriptedCommand,
): Promise<Extract<Result, { kind: 'done' }>> {
  for (let race = 0; race < racesMax; race += 1) {
    try {
      const now = options.clock()
      const result = await transact(pools.writers, (session) =>
        runScript(session, runScripted(command, now)),
      )
      if (result.kind === 'refused') throw new DomainError(result.problem)
      return result
    } catch (error) {
      if (!isLostRace(error)) throw failure(error, 'commit')
    }
  }
  throw new DomainError({ code: 'conflict', message: 'other writers kept coming first; try again' })
}
