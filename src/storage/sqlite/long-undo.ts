import { DomainError } from '../../domain/errors.ts'
import type { UndoCommand } from '../../domain/history/command.ts'
import type { Limits } from '../../domain/limits.ts'
import { done, refused, type Outcome } from './outcome.ts'
import type { Planned, PlannerData } from './planner.ts'
import { stepsOf } from './task-thread.ts'
import { workerModule, type WriterThread } from './writer-thread.ts'

/** So often somebody else may write while it is decided. */
const attemptsMax = 3

interface Place {
  readonly file: string
  readonly limits: Limits
  readonly clock: () => number
  readonly writer: WriterThread
  /** Aborted when the storage closes. */
  readonly closing: AbortSignal
}

/** Undoes what takes long to decide: beside the writer, which then only writes. One at a time. */
export class LongUndos {
  readonly #place: Place
  #last: Promise<unknown> = Promise.resolve()

  constructor(place: Place) {
    this.#place = place
  }

  run(command: UndoCommand): Promise<Outcome> {
    const outcome = this.#last.then(() => this.#undo(command))
    this.#last = outcome.catch(() => undefined)
    return outcome
  }

  async #undo(command: UndoCommand): Promise<Outcome> {
    const { writer } = this.#place
    const { workspaceId, storeId } = command
    const work = { type: 'long_undo', workspaceId, storeId, command } as const
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const decided = await this.#decide(command)
      if (decided === undefined) continue
      const { undone } = decided
      if (undone.kind === 'refused') return refused(undone.problem)
      if (undone.writes.length === 0) return done(undone.plan)
      const outcome = await writer.run({ ...work, decided })
      if (outcome.ok || !outcome.isLong) return outcome
    }
    return writer.run({ ...work, decided: undefined })
  }

  async #decide(command: UndoCommand): Promise<Planned> {
    const { file, limits, clock, closing } = this.#place
    const data: Omit<PlannerData, 'port'> = { file, command, limits, now: clock() }
    const module = workerModule('planner', import.meta.url)
    for await (const planned of stepsOf<Planned>(module, data, closing)) return planned
    throw new DomainError({ code: 'unavailable', message: 'the storage is closed' })
  }
}
