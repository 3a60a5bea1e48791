import type { DatabaseSync } from 'node:sqlite'
import { unreachable } from '../../domain/assert.ts'
import type { Problem } from '../../domain/errors.ts'
import { makeStoreId } from '../../domain/ids.ts'
import type { Limits } from '../../domain/limits.ts'
import type {
  Answer,
  Batch,
  CreateStore,
  MemoryAnswer,
  MemoryCommand,
  RedactVersion,
  StoreCommand,
} from '../../domain/memory/command.ts'
import {
  decideCreate,
  decideDelete,
  decideUpdate,
  refuseMoved,
  storeNotFound,
  type Decision,
} from '../../domain/memory/decide.ts'
import {
  decideArchiveStore,
  decideCreateStore,
  decideUpdateStore,
} from '../../domain/memory/decide-store.ts'
import type { UndoCommand } from '../../domain/history/command.ts'
import type { Undone } from '../../domain/history/draft.ts'
import type { Plan } from '../../domain/history/plan.ts'
import type { Head } from '../../domain/memory/memory.ts'
import { decideMove, refuseLargeBatch } from '../../domain/memory/move.ts'
import { decideRedact } from '../../domain/memory/redact.ts'
import type { Command } from '../port.ts'
import type { StoreScope } from '../port/store-scope.ts'
import { isScripted, runScripted, type ScriptedCommand } from '../scripted.ts'
import {
  applyNewStore,
  applyRedaction,
  applyStore,
  applyStoreDeletion,
  applyVersions,
} from './apply.ts'
import { decideShortUndo, decideUndo, isUsedAlike, type Decided } from './history/decide-undo.ts'
import { runScript } from './run-script.ts'
import { commitTenancy } from './tenancy.ts'
import { loadBlocker, loadMove, loadScope, loadTarget, loadVersion, type Scope } from './load.ts'
import { Statements } from './statement.ts'
import { done, refused, type Outcome } from './outcome.ts'
import { probe, reapStore, removeVersions, type Housekeeping } from './reap.ts'

/** An undoing that takes long: decided beside the writer, or at last by it. */
export interface LongUndo extends StoreScope {
  readonly type: 'long_undo'
  readonly command: UndoCommand
  readonly decided: Decided | undefined
}

/** Everything the writer does. */
export type Work = Command | Housekeeping | LongUndo

const undecided: Problem = { code: 'internal', message: 'nothing was decided' }

/**
 * Runs one command inside the open transaction of the writer: load facts, decide, apply. A refusal
 * has written nothing, so it cannot spoil the transaction it shares with others.
 */
export class Ledger {
  readonly #db: DatabaseSync
  readonly #statements: Statements
  readonly #limits: Limits

  constructor(db: DatabaseSync, limits: Limits) {
    this.#db = db
    this.#statements = new Statements(db)
    this.#limits = limits
  }

  /** @param now milliseconds since 1970 */
  run(work: Work, now: number): Outcome {
    if (isScripted(work)) return this.#scripted(work, now)
    switch (work.type) {
      case 'create_memory':
      case 'update_memory':
      case 'delete_memory':
      case 'move_tree':
        return this.#memory(work, now)
      case 'batch':
        return this.#batch(work, now)
      case 'redact_version':
        return this.#redact(work, now)
      case 'restore':
      case 'revert':
        return this.#undo(work, now, (scope) => decideShortUndo(this.#statements, scope, work))
      case 'long_undo':
        return this.#longUndo(work, now)
      case 'create_store':
        return this.#createStore(work, now)
      case 'update_store':
      case 'archive_store':
      case 'delete_store':
        return this.#store(work, now)
      case 'create_workspace':
      case 'create_key':
      case 'revoke_key':
        return commitTenancy(this.#statements, work, now)
      case 'remove_versions':
        return done(removeVersions(this.#statements, work))
      case 'reap_store':
        return done(reapStore(this.#statements, work))
      case 'destroy_erased':
        return done(undefined)
      case 'probe':
        return done(probe(this.#statements))
      default:
        return unreachable(work)
    }
  }

  #scripted(command: ScriptedCommand, now: number): Outcome {
    const result = runScript(this.#statements, runScripted(command, now))
    if (result.kind === 'refused') return refused(result.problem)
    return { ok: true, value: result.value, topics: result.topics }
  }

  #scope(command: StoreScope, now: number): Scope | undefined {
    return loadScope(this.#statements, command, { limits: this.#limits, now })
  }

  #memory(command: MemoryCommand, now: number): Outcome<Head | readonly Head[]> {
    const scope = this.#scope(command, now)
    if (scope === undefined) return refused(storeNotFound.problem)
    const decision = this.#decide(scope, command)
    if (decision.kind === 'refused') return refused(decision.problem)
    if (decision.kind === 'changed') {
      applyVersions(this.#statements, scope, { writes: decision.writes, command })
    }
    return done(decision.answer)
  }

  #decide(scope: Scope, command: MemoryCommand): Decision<Head | readonly Head[]> {
    const statements = this.#statements
    const { sid } = scope
    const target = { sid, storeId: scope.store.id }
    switch (command.type) {
      case 'create_memory': {
        const blocker = loadBlocker(statements, sid, { path: command.path, except: undefined })
        return decideCreate({ ...scope, blocker }, command)
      }
      case 'update_memory': {
        const memory = loadTarget(statements, target, command.target)
        const { path } = command
        const blocker =
          memory && path !== undefined && path !== memory.path
            ? loadBlocker(statements, sid, { path, except: memory })
            : undefined
        return decideUpdate({ ...scope, memory, blocker }, command)
      }
      case 'delete_memory': {
        const memory = loadTarget(statements, target, command.target)
        return decideDelete({ ...scope, memory }, command)
      }
      case 'move_tree':
        return decideMove({ ...scope, ...loadMove(statements, sid, command) }, command)
      default:
        return unreachable(command)
    }
  }

  /** Each command sees the ones before it; a refusal takes all of them back. */
  #batch(batch: Batch, now: number): Outcome<Answer<Batch>> {
    const scope = this.#scope(batch, now)
    if (scope === undefined) return refused(storeNotFound.problem)
    const moved = refuseMoved(scope.usage.seq, batch.expectedSeq)
    if (moved) return refused(moved.problem)
    this.#db.exec('SAVEPOINT batch')
    const answers: MemoryAnswer[] = []
    for (const [index, command] of batch.commands.entries()) {
      const tooLarge = refuseLargeBatch(command, answers)
      const outcome = tooLarge ? refused(tooLarge.problem) : this.#memory(command, now)
      if (!outcome.ok) {
        this.#db.exec('ROLLBACK TO batch; RELEASE batch')
        return refused(inBatch(outcome.problem, index))
      }
      answers.push(memoryAnswer(command, outcome.value))
    }
    this.#db.exec('RELEASE batch')
    return done({ answers, seq: this.#scope(batch, now)?.usage.seq ?? 0 })
  }

  #redact(command: RedactVersion, now: number): Outcome<undefined> {
    const scope = this.#scope(command, now)
    if (scope === undefined) return refused(storeNotFound.problem)
    const version = loadVersion(this.#statements, scope, command.versionId)
    const decision = decideRedact({ ...scope, version })
    if (decision.kind === 'refused') return refused(decision.problem)
    if (decision.kind === 'changed') {
      const { by, reason } = command
      applyRedaction(this.#statements, scope, { versionSeq: decision.versionSeq, by, reason })
    }
    return done(undefined)
  }

  #longUndo({ command, decided }: LongUndo, now: number): Outcome<Plan> {
    if (decided === undefined) {
      return this.#undo(command, now, (scope) => decideUndo(this.#statements, scope, { command }))
    }
    const { undone, usage } = decided
    return this.#undo(command, decided.now, (scope) =>
      isUsedAlike(scope.usage, usage) ? undone : undefined,
    )
  }

  /** @param decide undefined when it cannot be said here and now */
  #undo(
    command: UndoCommand,
    now: number,
    decide: (scope: Scope) => Undone | undefined,
  ): Outcome<Plan> {
    const scope = this.#scope(command, now)
    if (scope === undefined) return refused(storeNotFound.problem)
    const undone = decide(scope)
    if (undone === undefined) return { ...refused(undecided), isLong: true }
    if (undone.kind === 'refused') return refused(undone.problem)
    const { writes, plan } = undone
    if (writes.length > 0) applyVersions(this.#statements, scope, { writes, command })
    return done(plan)
  }

  #createStore(command: CreateStore, now: number): Outcome {
    const row = this.#statements.get<{ stores: number }>(
      'SELECT stores FROM workspaces WHERE id = ?',
      command.workspaceId,
    )
    if (row === undefined) return refused({ code: 'not_found', message: 'workspace not found' })
    const facts = { stores: row.stores, limits: this.#limits, now, id: makeStoreId(now) }
    const decision = decideCreateStore(facts, command)
    if (decision.kind === 'refused') return refused(decision.problem)
    const usage = { seq: 0, memories: 0, contentBytes: 0, versions: 0, historyFrom: 1 }
    const scope = { store: decision.answer, usage, seq: 1, now, limits: this.#limits }
    applyNewStore(this.#statements, scope, command.by)
    return { ok: true, value: decision.answer, topics: [decision.answer.id] }
  }

  #store(command: StoreCommand, now: number): Outcome {
    const scope = this.#scope(command, now)
    if (scope === undefined) return refused(storeNotFound.problem)
    const { by } = command
    if (command.type === 'delete_store') {
      applyStoreDeletion(this.#statements, scope)
      return done(undefined)
    }
    const isArchive = command.type === 'archive_store'
    const decision = isArchive ? decideArchiveStore(scope) : decideUpdateStore(scope, command)
    if (decision.kind === 'refused') return refused(decision.problem)
    if (decision.kind === 'changed') {
      const kind = isArchive ? 'store_archived' : 'store_updated'
      applyStore(this.#statements, scope, { store: decision.answer, kind, by })
    }
    return done(decision.answer)
  }
}

/** Says which of the operations was refused. */
function inBatch(problem: Problem, index: number): Problem {
  return { ...problem, message: `operations[${index}]: ${problem.message}` }
}

function memoryAnswer(command: MemoryCommand, value: Head | readonly Head[]): MemoryAnswer {
  if (Array.isArray(value)) return { type: 'moved', heads: value as readonly Head[] }
  return { type: command.type === 'delete_memory' ? 'deleted' : 'memory', head: value as Head }
}
