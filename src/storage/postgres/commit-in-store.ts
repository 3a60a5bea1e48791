import { DomainError } from '../../domain/errors.ts'
import type { StoreId } from '../../domain/ids.ts'
import type { StorageOptions } from '../port.ts'
import { execute, transact, type Pools, type Session, type Statement } from './connection.ts'
import { failure, isLostRace } from './failure.ts'
import type { Outcome } from './outcome.ts'
import { purgeStore } from './retention.ts'
import {
  attempt,
  isOutOfVersions,
  runBatch,
  type Attempt,
  type ScopedCommand,
} from './store-writer.ts'

// One commit in the scope of a store: first by compare-and-swap, which costs two round trips and no
// lock; where other processes keep winning, under the store's lock, which makes them wait their
// turn.

const racesMax = 5
const lockedRacesMax = 3
const purgeTimeoutMs = 10_000

export interface StoreEngine {
  readonly pools: Pools
  readonly options: StorageOptions
}

export type Commands = readonly [ScopedCommand, ...ScopedCommand[]]

/** @returns outcomes of leading commands, at least one */
export async function commitInStore(
  engine: StoreEngine,
  commands: Commands,
): Promise<readonly Outcome[]> {
  const outcomes = await commitOnce(engine, commands)
  const [first] = outcomes
  if (first === undefined || first.ok || !isOutOfVersions(first.problem)) return outcomes
  // Before a store is called full of versions, what retention lets go makes room (U37).
  const signal = AbortSignal.timeout(purgeTimeoutMs)
  const purged = await purgeStore(engine, commands[0].storeId, signal)
  return purged > 0 ? commitOnce(engine, commands) : outcomes
}

async function commitOnce(engine: StoreEngine, commands: Commands): Promise<readonly Outcome[]> {
  const { limits, clock } = engine.options
  const isUndo = commands[0].type === 'restore' || commands[0].type === 'revert'
  for (let race = isUndo ? racesMax : 0; race < racesMax; race += 1) {
    const bench = { session: engine.pools.writers, limits, clock }
    const attempted = await tolerateLoss(() => attempt(bench, commands))
    if (attempted !== 'lost') return attempted
    // A batch says so too when its commands depend on each other: it needs a transaction.
    if (commands[0].type === 'batch') break
  }
  for (let race = 0; race < lockedRacesMax; race += 1) {
    const attempted = await tolerateLoss(() => attemptLocked(engine, commands))
    if (attempted !== 'lost') return attempted
  }
  throw new DomainError({
    code: 'conflict',
    message: 'other writers of this store kept coming first; try again',
  })
}

async function tolerateLoss(run: () => Promise<Attempt>): Promise<Attempt> {
  try {
    return await run()
  } catch (error) {
    if (isLostRace(error)) return 'lost'
    throw failure(error, 'commit')
  }
}

const lockStatement: Statement = {
  name: 'lock_store',
  text: 'SELECT 1 FROM counters WHERE store_id = $1 FOR UPDATE',
}

/**
 * The facts are loaded by a statement after the lock: one that waits sees a snapshot older than its
 * lock.
 */
async function attemptLocked(engine: StoreEngine, commands: Commands): Promise<Attempt> {
  const [first] = commands
  try {
    return await transact(engine.pools.writers, async (session) => {
      await lockStore(session, first.storeId)
      const { limits, clock } = engine.options
      if (first.type !== 'batch') return attempt({ session, limits, clock }, commands)
      const outcome = await runBatch({ session, limits, clock }, first)
      if (!outcome.ok) throw new DomainError(outcome.problem) // takes back what the batch wrote
      return [outcome]
    })
  } catch (error) {
    if (error instanceof DomainError) return [{ ok: false, problem: error.problem }]
    throw error
  }
}

async function lockStore(session: Session, storeId: StoreId): Promise<void> {
  await execute(session, lockStatement, [storeId])
}
