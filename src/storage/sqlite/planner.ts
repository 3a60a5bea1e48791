// Decides about an undoing that would hold the writer for long, on a thread of its own with a
// connection that only reads. No state is held for long: a store that changes meanwhile spoils
// the decision.
import { workerData, type MessagePort } from 'node:worker_threads'
import type { UndoCommand } from '../../domain/history/command.ts'
import type { Limits } from '../../domain/limits.ts'
import { storeNotFound } from '../../domain/memory/decide.ts'
import { openReader } from './connection.ts'
import { decideUndo, isUsedAlike, type Decided } from './history/decide-undo.ts'
import { loadScope } from './load.ts'
import { Statements } from './statement.ts'
import { stayUntilEnded, type FromTask } from './task-thread.ts'

export interface PlannerData {
  readonly file: string
  readonly command: UndoCommand
  readonly limits: Limits
  /** Milliseconds since 1970. */
  readonly now: number
  readonly port: MessagePort
}

/** Undefined: somebody wrote meanwhile. */
export type Planned = Decided | undefined

const { file, command, limits, now, port } = workerData as PlannerData

function send(message: FromTask<Planned>): void {
  port.postMessage(message)
}

function plan(statements: Statements): Planned {
  const load = () => loadScope(statements, command, { limits, now })
  const scope = load()
  if (scope === undefined) return decidedNothing
  const isStill = () => {
    const usage = load()?.usage
    return usage !== undefined && isUsedAlike(usage, scope.usage)
  }
  try {
    const undone = inSlices(statements, (between) =>
      decideUndo(statements, scope, { command, between }),
    )
    return isStill() ? { undone, usage: scope.usage, now: scope.now } : undefined
  } catch (error) {
    // What is read of two states may make no sense.
    if (isStill()) throw error
    return undefined
  }
}

/** Reads of one state cost less; one that is held for long keeps the WAL from starting anew. */
const sliceMs = 20

function inSlices<Value>(statements: Statements, read: (between: () => void) => Value): Value {
  let until = 0
  const between = () => {
    if (performance.now() < until) return
    if (until > 0) statements.run('COMMIT')
    statements.run('BEGIN')
    until = performance.now() + sliceMs
  }
  try {
    return read(between)
  } finally {
    if (until > 0) statements.run('COMMIT')
  }
}

const decidedNothing: Decided = {
  undone: storeNotFound,
  usage: { seq: 0, memories: 0, contentBytes: 0, versions: 0, historyFrom: 0 },
  now,
}

stayUntilEnded(port)
try {
  send({ type: 'step', step: plan(new Statements(openReader(file))) })
  send({ type: 'ended' })
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  send({ type: 'refused', problem: { code: 'internal', message } })
}
