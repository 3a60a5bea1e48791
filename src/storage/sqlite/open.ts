import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { DomainError, type Problem } from '../../domain/errors.ts'
import { databaseFile } from '../database-file.ts'
import type { Answer, Command, LiveMessage, Storage, StorageOptions, Topic, View } from '../port.ts'
import { reapSessions } from '../sessions/reap-sessions.ts'
import { checkpoint, openReader, openWriter, type WalState } from './connection.ts'
import type { Forgetting } from '../port/forget.ts'
import type { Guard } from '../port/guard.ts'
import { CopyGate } from './copy-gate.ts'
import { sqliteForgetting } from './forgetting.ts'
import { sqliteGuard } from './guard.ts'
import { HousekeeperThread } from './housekeeper-thread.ts'
import type { Work } from './ledger.ts'
import { LongUndos } from './long-undo.ts'
import { KeptMemories } from './kept-memories.ts'
import { lockDirectory } from './lock.ts'
import { migrate } from './migrate.ts'
import type { Outcome } from './outcome.ts'
import type { Reaped } from './reap.ts'
import { Scrubber } from './scrubber.ts'
import { Searcher } from '../search/searcher.ts'
import type { OwnedSearching } from '../port/searching.ts'
import { SqliteView } from './view.ts'
import { workerModule, WriterThread } from './writer-thread.ts'

/** Frames of 4 KB in the WAL that start a checkpoint: large, so that hot pages move seldom. */
const walFramesMax = 16_384

/**
 * Opens (and makes, if need be) the database in a data directory, which this process then owns.
 * @throws DomainError `unavailable` while another process owns it, or for a newer schema
 */
export async function openSqlite(directory: string, options: StorageOptions): Promise<Storage> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const lock = lockDirectory(directory)
  try {
    const file = join(directory, databaseFile)
    prepare(file)
    const storage = new SqliteStorage(file, options, lock)
    await storage.ready()
    return storage
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

function prepare(file: string): void {
  const db = openWriter(file)
  try {
    migrate(db)
    // What a killed process left in the WAL moves into the file, erased bytes with it.
    checkpoint(db, 'TRUNCATE')
  } finally {
    db.close()
  }
}

function isFullOfVersions(problem: Problem): boolean {
  return problem.code === 'limit' && problem.limit === 'memory_versions_exceeded'
}

class SqliteStorage implements Storage {
  readonly view: View
  readonly searching: OwnedSearching
  readonly guard: Guard
  readonly forgetting: Forgetting
  readonly #options: StorageOptions
  readonly #lock: Disposable
  /**
   * Opened once and closed last: closing any descriptor of a file drops every lock this process has
   * on it, those of SQLite's own connections too.
   */
  readonly #descriptor: number
  readonly #reader: DatabaseSync
  readonly #writer: WriterThread
  readonly #housekeeper: HousekeeperThread
  readonly #scrubber: Scrubber
  readonly #longUndos: LongUndos
  readonly #kept = new KeptMemories()
  readonly #gate = new CopyGate()
  readonly #ending = new AbortController()
  readonly #listeners = new Set<(topic: Topic) => void>()
  readonly #live = new Set<(message: LiveMessage) => void>()
  #checkpointing = false
  #closing: Promise<void> | undefined

  constructor(file: string, options: StorageOptions, lock: Disposable) {
    this.#options = options
    this.#lock = lock
    this.#reader = openReader(file)
    this.view = new SqliteView(this.#reader, this.#kept)
    const descriptor = openSync(file, 'r+')
    this.#descriptor = descriptor
    const { retention } = options
    this.#housekeeper = new HousekeeperThread({ file, descriptor, retention })
    this.#writer = new WriterThread({
      file,
      descriptor,
      limits: options.limits,
      clock: options.clock,
      onCommitted: (works, wal) => this.#committed(works, wal),
    })
    const closing = this.#ending.signal
    const { limits, clock } = options
    this.#longUndos = new LongUndos({ file, limits, clock, writer: this.#writer, closing })
    this.#scrubber = new Scrubber(this.#housekeeper, this.#writer)
    const module = workerModule('searcher', import.meta.url)
    this.searching = new Searcher({ module, data: { file } })
    this.forgetting = sqliteForgetting(this.#reader, () => this.#destroyErased())
    this.guard = sqliteGuard({ file, gate: this.#gate, closing })
  }

  ready(): Promise<void> {
    return this.#writer.ready()
  }

  commit<C extends Command>(command: C): Promise<Answer<C>> {
    const isErasure = command.type === 'redact_version' && !command.isDestroyedLater
    if (!isErasure) return this.#commit(command)
    return this.#gate.erase(async () => {
      // Redaction empties the WAL while other writes wait: most of it moves before, beside them.
      await this.#housekeeper.checkpoint()
      const answer = await this.#commit(command)
      await this.#scrubber.run()
      return answer
    })
  }

  #destroyErased(): Promise<void> {
    return this.#gate.erase(async () => {
      await this.#housekeeper.checkpoint()
      await this.#runHousekeeping({ type: 'destroy_erased' })
      await this.#scrubber.run()
    })
  }

  async #commit<C extends Command>(command: C): Promise<Answer<C>> {
    using _writing = this.#kept.writing(command)
    let outcome = await this.#run(command)
    if (!outcome.ok && isFullOfVersions(outcome.problem) && 'storeId' in command) {
      // Before a store is called full, what retention lets go makes room (U37). Another command may
      // have made it just before, so this one is tried again whatever it removed.
      const plan = await this.#housekeeper.planStore(command.storeId, this.#options.clock())
      for (const work of plan.works) await this.#runHousekeeping(work)
      outcome = await this.#run(command)
    }
    if (!outcome.ok) throw new DomainError(outcome.problem)
    for (const topic of outcome.topics ?? []) this.#tell(topic as Topic)
    if (command.type === 'redact_version') await this.searching.settle(command)
    return outcome.value as Answer<C>
  }

  async #run(command: Command): Promise<Outcome> {
    const outcome = await this.#writer.run(command)
    const isUndo = command.type === 'restore' || command.type === 'revert'
    return isUndo && !outcome.ok && outcome.isLong ? this.#longUndos.run(command) : outcome
  }

  subscribe(listener: (topic: Topic) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(message: LiveMessage): void {
    for (const listener of this.#live) listener(message)
  }

  listen(listener: (message: LiveMessage) => void): () => void {
    this.#live.add(listener)
    return () => this.#live.delete(listener)
  }

  async sweep(signal: AbortSignal): Promise<number> {
    await reapSessions(this, signal)
    let removed = 0
    const reaping = await this.#housekeeper.planReaping()
    for (const work of reaping.works) {
      for (let isDone = false; !isDone && !signal.aborted;) {
        const reaped = (await this.#runHousekeeping(work)) as Reaped
        removed += reaped.versions
        isDone = reaped.isDone
      }
    }
    const now = this.#options.clock()
    for (let sid: number | undefined = 0; sid !== undefined && !signal.aborted;) {
      const plan = await this.#housekeeper.planNext(sid, now)
      for (const work of plan.works) removed += Number(await this.#runHousekeeping(work))
      sid = plan.nextSid
    }
    return removed
  }

  async checkHealth(): Promise<void> {
    await this.#runHousekeeping({ type: 'probe' })
  }

  stats() {
    return this.#writer.stats()
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await this.searching[Symbol.asyncDispose]()
    this.#ending.abort()
    await this.#housekeeper[Symbol.asyncDispose]()
    this.#reader.close()
    await this.#writer[Symbol.asyncDispose]()
    closeSync(this.#descriptor)
    this.#lock[Symbol.dispose]()
  }

  async #runHousekeeping(work: Work): Promise<unknown> {
    const outcome = await this.#writer.run(work)
    if (!outcome.ok) throw new DomainError(outcome.problem)
    return outcome.value
  }

  #committed(works: readonly Work[], wal: WalState): void {
    for (const work of works) {
      if ('storeId' in work) this.#tell(work.storeId)
    }
    if (wal.frames - wal.checkpointed > walFramesMax) this.#checkpoint()
  }

  #tell(topic: Topic): void {
    for (const listener of this.#listeners) listener(topic)
  }

  /** The bulk moves on the side thread; the writer moves the few frames that came meanwhile. */
  #checkpoint(): void {
    if (this.#checkpointing) return
    this.#checkpointing = true
    this.#housekeeper
      .checkpoint()
      .then(() => this.#writer.finishCheckpoint())
      .finally(() => (this.#checkpointing = false))
      .catch(() => undefined) // closing: the last checkpoint is the writer's
  }
}
