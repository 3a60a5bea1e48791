import type { Report } from '../../domain/guard/check-store.ts'
import { findingsToldMax, type Finding, type VerifyStep } from '../../domain/guard/steps.ts'
import { select, type Script } from '../sessions/script.ts'
import { verifyDeliveries, verifyWebhooks } from './verify-webhooks.ts'
import { verifySession, verifyTenancy } from './verify-sessions.ts'
import {
  nextStore,
  verifyContents,
  verifyStore,
  type ContentSlice,
  type VerifyDialect,
} from './verify-store.ts'

/** What an engine gives to a check. */
export interface VerifyEngine {
  readonly dialect: VerifyDialect
  /** Runs a script over one committed state. */
  readonly read: <Result>(script: Script<Result>) => Promise<Result>
  /** What the engine checks of itself, before all else. */
  self?(report: (where: string) => Report): AsyncIterable<void>
  /** What an error says that only a damaged database throws; it ends the check. */
  readonly damageOf?: (error: unknown) => string | undefined
  /** And behind all else. */
  finish?(report: (where: string) => Report): void
}

/**
 * Holds everything that is stored to its rules, in slices: a store or a session at a time, each
 * from one committed state, so that it can run beside writers.
 */
export async function* verify(
  engine: VerifyEngine,
  signal: AbortSignal,
): AsyncGenerator<VerifyStep> {
  const run = new Verification(engine)
  for await (const _ of run.steps()) {
    if (signal.aborted) return
    yield* run.news()
  }
  yield* run.news()
  yield run.verdict()
}

class Verification {
  readonly #engine: VerifyEngine
  #findings: Finding[] = []
  #found = 0
  #storesTotal = 0
  readonly #counts = {
    stores: 0,
    memories: 0,
    versions: 0,
    contentBytes: 0,
    sessions: 0,
    events: 0,
  }

  constructor(engine: VerifyEngine) {
    this.#engine = engine
  }

  /** Yields behind every slice. */
  async *steps(): AsyncGenerator<void> {
    try {
      yield* this.#steps()
    } catch (error) {
      const damage = this.#engine.damageOf?.(error)
      if (damage === undefined) throw error
      this.#reportOf('database')('database', '', `${damage}: the rest could not be looked at`)
    }
  }

  async *#steps(): AsyncGenerator<void> {
    const { read } = this.#engine
    const report = (id: string) => this.#reportOf(id)
    this.#storesTotal = await read(countStores())
    yield
    if (this.#engine.self !== undefined) yield* this.#engine.self(report)
    await read(verifyTenancy(report))
    yield
    await read(verifyWebhooks(this.#engine.dialect.counting, report))
    yield
    for (let after: string | undefined = ''; after !== undefined;) {
      after = await read(verifyDeliveries(after, report))
      yield
    }
    yield* this.#stores()
    for (let after = ''; ;) {
      const session = await read(verifySession(after, report))
      if (session === undefined) break
      after = session.id
      this.#counts.sessions += 1
      this.#counts.events += session.events
      yield
    }
    this.#engine.finish?.(report)
  }

  async *#stores(): AsyncGenerator<void> {
    const { read, dialect } = this.#engine
    for (let after = ''; ;) {
      const store = await read(nextStore(dialect, after))
      if (store === undefined) return
      const report = this.#reportOf(store.id)
      const counted = await read(verifyStore(dialect, after, report))
      this.#counts.memories += counted.memories
      this.#counts.versions += counted.versions
      yield
      for (let seq: number | undefined = 0; seq !== undefined;) {
        const { key } = store
        const slice: ContentSlice = await read(verifyContents(dialect, { key, after: seq }, report))
        this.#counts.contentBytes += slice.bytes
        seq = slice.next
        yield
      }
      after = store.id
      this.#counts.stores += 1
    }
  }

  /** What was found since the last time, and how far it came. */
  *news(): Generator<VerifyStep> {
    for (const finding of this.#findings.splice(0)) yield { type: 'finding', ...finding }
    yield { type: 'progress', storesTotal: this.#storesTotal, ...this.#counts }
  }

  verdict(): VerifyStep {
    return { type: 'verified', findings: this.#found, ...this.#counts }
  }

  #reportOf(id: string): Report {
    return (rule, where, message) => {
      this.#found += 1
      if (this.#found > findingsToldMax) return
      this.#findings.push({ rule, where: where === '' ? id : `${id} ${where}`, message })
    }
  }
}

function* countStores(): Script<number> {
  const sql = 'SELECT count(*) AS count FROM stores WHERE deleted_at IS NULL'
  const [row] = yield* select<{ count: number }>(sql)
  return row?.count ?? 0
}
