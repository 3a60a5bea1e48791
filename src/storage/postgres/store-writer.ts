import { unreachable } from '../../domain/assert.ts'
import type { Problem } from '../../domain/errors.ts'
import type { StoreId } from '../../domain/ids.ts'
import type {
  Batch,
  MemoryAnswer,
  MemoryCommand,
  MoveTree,
  RedactVersion,
  StoreCommand,
} from '../../domain/memory/command.ts'
import { refuseMoved, storeNotFound, type Decision } from '../../domain/memory/decide.ts'
import { decideArchiveStore, decideUpdateStore } from '../../domain/memory/decide-store.ts'
import type { UndoCommand } from '../../domain/history/command.ts'
import { decideRestore } from '../../domain/history/restore.ts'
import { decideRevert } from '../../domain/history/revert.ts'
import type { Head } from '../../domain/memory/memory.ts'
import { causeOf, decideMove, refuseLargeBatch } from '../../domain/memory/move.ts'
import { decideRedact } from '../../domain/memory/redact.ts'
import {
  applyRedaction,
  applyStore,
  applyStoreDeletion,
  applyVersions,
  type VersionBatch,
} from './apply.ts'
import type { Session } from './connection.ts'
import { decideNext, startDraft, storeFacts, usageAfter, type Setting } from './draft.ts'
import { answer } from './history/answer.ts'
import { loadHeads, loadMove, loadStore, loadVersion, type SingleCommand } from './load.ts'
import { done, refused, type Outcome } from './outcome.ts'

/** A command in the scope of one store. */
export type ScopedCommand = MemoryCommand | Batch | RedactVersion | UndoCommand | StoreCommand

/**
 * Outcomes of the leading commands that shared a commit, at least one; or another writer came
 * first.
 */
export type Attempt = readonly Outcome[] | 'lost'

/** Where an attempt runs and what it decides by. */
export interface Bench extends Setting {
  readonly session: Session
}

/** Loads, decides and applies as many of the leading commands as one commit can take. */
export async function attempt(
  bench: Bench,
  [first, ...rest]: readonly [ScopedCommand, ...ScopedCommand[]],
): Promise<Attempt> {
  switch (first.type) {
    case 'create_memory':
    case 'update_memory':
    case 'delete_memory':
      return attemptSingles(bench, [first, ...leadingSingles(rest)])
    case 'move_tree':
      return attemptMove(bench, first)
    case 'batch':
      return attemptBatch(bench, first)
    case 'redact_version':
      return attemptRedaction(bench, first)
    case 'restore':
    case 'revert':
      return attemptUndo(bench, first)
    case 'update_store':
    case 'archive_store':
    case 'delete_store':
      return attemptStore(bench, first)
    default:
      return unreachable(first)
  }
}

function leadingSingles(commands: readonly ScopedCommand[]): SingleCommand[] {
  const other = commands.findIndex((command) => !isSingle(command))
  return commands.slice(0, other === -1 ? commands.length : other).filter(isSingle)
}

function isSingle(command: ScopedCommand): command is SingleCommand {
  return (
    command.type === 'create_memory' ||
    command.type === 'update_memory' ||
    command.type === 'delete_memory'
  )
}

async function attemptSingles(
  bench: Bench,
  commands: readonly [SingleCommand, ...SingleCommand[]],
): Promise<Attempt> {
  const drafted = await draftSingles(bench, commands)
  if (drafted === undefined) return commands.map(() => refused(storeNotFound.problem))
  const { outcomes, batch } = drafted
  const stored = batch.writes.length === 0 || (await applyVersions(bench.session, batch))
  return stored ? outcomes : 'lost'
}

/**
 * Decides leading commands from one load, up to the first that needs facts loaded anew. One that
 * finds no room for a version stands alone, because it is tried again once retention has made room.
 */
async function draftSingles(
  { session, ...setting }: Bench,
  commands: readonly [SingleCommand, ...SingleCommand[]],
): Promise<{ outcomes: Outcome<Head>[]; batch: VersionBatch } | undefined> {
  const found = await loadHeads(session, commands[0], commands)
  if (found === undefined) return undefined
  const draft = startDraft(found, setting)
  const outcomes: Outcome<Head>[] = []
  for (const command of commands) {
    const decision = decideNext(draft, command)
    const isFull = decision?.kind === 'refused' && isOutOfVersions(decision.problem)
    if (decision === undefined || (isFull && outcomes.length > 0)) break
    outcomes.push(outcomeOf(decision))
    if (isFull) break
  }
  const { usage: after, now, writes } = draft
  const batch = { storeId: found.store.id, before: found.usage, after, now, writes }
  return { outcomes, batch }
}

export function isOutOfVersions(problem: Problem): boolean {
  return problem.code === 'limit' && problem.limit === 'memory_versions_exceeded'
}

function outcomeOf<Value>(decision: Decision<Value>): Outcome<Value> {
  return decision.kind === 'refused' ? refused(decision.problem) : done(decision.answer)
}

async function attemptMove({ session, ...setting }: Bench, command: MoveTree): Promise<Attempt> {
  const found = await loadMove(session, command, command)
  if (found === undefined) return [refused(storeNotFound.problem)]
  const { moving, inTheWay } = found
  const facts = storeFacts(found, setting)
  const decision = decideMove({ ...facts, moving, inTheWay }, command)
  if (decision.kind === 'changed') {
    const writes = decision.writes.map((write, index) => ({ write, by: causeOf(command, index) }))
    const after = decision.writes.reduce(usageAfter, found.usage)
    const before = found.usage
    const batch = { storeId: command.storeId, before, after, now: facts.now, writes }
    if (!(await applyVersions(session, batch))) return 'lost'
  }
  return [outcomeOf(decision)]
}

/**
 * One commit when no command depends on what an earlier one moved; otherwise the batch needs the
 * lock.
 */
async function attemptBatch(bench: Bench, batch: Batch): Promise<Attempt> {
  const [first, ...rest] = batch.commands.filter(isSingle)
  if (first === undefined || rest.length + 1 < batch.commands.length) return 'lost'
  const drafted = await draftSingles(bench, [first, ...rest])
  if (drafted === undefined) return [refused(storeNotFound.problem)]
  const moved = refuseMoved(drafted.batch.before.seq, batch.expectedSeq)
  if (moved) return [refused(moved.problem)]
  const refusal = firstRefusal(drafted.outcomes)
  if (refusal) return [refusal]
  if (drafted.outcomes.length < batch.commands.length) return 'lost'
  const { writes, after } = drafted.batch
  const stored = writes.length === 0 || (await applyVersions(bench.session, drafted.batch))
  return stored
    ? [done({ answers: answersOf(batch.commands, drafted.outcomes), seq: after.seq })]
    : 'lost'
}

/**
 * Runs a batch inside a transaction that holds the store's lock, in as few steps as its commands
 * allow. A refusal leaves writes behind: the caller rolls back.
 */
export async function runBatch(bench: Bench, batch: Batch): Promise<Outcome> {
  const found = await loadStore(bench.session, batch)
  if (found === undefined) return refused(storeNotFound.problem)
  const moved = refuseMoved(found.usage.seq, batch.expectedSeq)
  if (moved) return refused(moved.problem)
  const outcomes: Outcome[] = []
  for (let next = batch.commands; next.length > 0; next = batch.commands.slice(outcomes.length)) {
    const [first, ...rest] = next
    if (first === undefined) break
    const before = batch.commands.slice(0, outcomes.length)
    const tooLarge = refuseLargeBatch(first, answersOf(before, outcomes))
    const attempted = tooLarge
      ? [refused(tooLarge.problem)]
      : await attempt(bench, [first, ...rest])
    if (attempted === 'lost') return refused(interrupted)
    outcomes.push(...attempted)
    const refusal = firstRefusal(outcomes)
    if (refusal) return refusal
  }
  const state = await loadStore(bench.session, batch)
  if (state === undefined) return refused(storeNotFound.problem)
  return done({ answers: answersOf(batch.commands, outcomes), seq: state.usage.seq })
}

const interrupted: Problem = { code: 'conflict', message: 'other writers came first; try again' }

/** The first refusal, which says which of the operations it was. */
function firstRefusal(outcomes: readonly Outcome[]): Outcome | undefined {
  const index = outcomes.findIndex((outcome) => !outcome.ok)
  const outcome = outcomes[index]
  if (outcome === undefined || outcome.ok) return undefined
  const { problem } = outcome
  return refused({ ...problem, message: `operations[${index}]: ${problem.message}` })
}

function answersOf(
  commands: readonly MemoryCommand[],
  outcomes: readonly Outcome[],
): MemoryAnswer[] {
  return commands.map((command, index) => {
    const outcome = outcomes[index]
    const value = outcome?.ok ? outcome.value : undefined
    if (command.type === 'move_tree') return { type: 'moved', heads: value as readonly Head[] }
    const type = command.type === 'delete_memory' ? 'deleted' : 'memory'
    return { type, head: value as Head }
  })
}

async function attemptRedaction(
  { session, ...setting }: Bench,
  command: RedactVersion,
): Promise<Attempt> {
  const found = await loadVersion(session, command, command.versionId)
  if (found === undefined) return [refused(storeNotFound.problem)]
  const decision = decideRedact({ ...storeFacts(found, setting), version: found.version })
  if (decision.kind === 'refused') return [refused(decision.problem)]
  if (decision.kind === 'changed') {
    const { versionSeq, at } = decision
    const { target, usage } = found
    const { storeId, by, reason } = command
    const change = { storeId, expectedSeq: usage.seq, at, by }
    if (!(await applyRedaction(session, { ...change, versionSeq, target, reason }))) return 'lost'
  }
  return [done(undefined)]
}

/**
 * Asks for its facts one after another: nobody may write or sweep in between, so this runs under
 * the store's lock.
 */
async function attemptUndo({ session, ...setting }: Bench, command: UndoCommand): Promise<Attempt> {
  const found = await loadStore(session, command)
  if (found === undefined) return [refused(storeNotFound.problem)]
  const facts = storeFacts(found, setting)
  const asking =
    command.type === 'restore' ? decideRestore(facts, command) : decideRevert(facts, command)
  let step = asking.next()
  while (!step.done) step = asking.next(await answer(session, command.storeId, step.value))
  const undone = step.value
  if (undone.kind === 'refused') return [refused(undone.problem)]
  const { plan } = undone
  if (undone.writes.length > 0) {
    const writes = undone.writes.map((write) => ({ write, by: command.by }))
    const [before, after] = [found.usage, undone.writes.reduce(usageAfter, found.usage)]
    const batch = { storeId: command.storeId, before, after, now: facts.now, writes }
    if (!(await applyVersions(session, batch))) return 'lost'
  }
  return [done(plan)]
}

async function attemptStore(
  { session, ...setting }: Bench,
  command: StoreCommand,
): Promise<Attempt> {
  const found = await loadStore(session, command)
  if (found === undefined) return [refused(storeNotFound.problem)]
  const facts = storeFacts(found, setting)
  const change = changeOf(command.storeId, { facts, by: command.by })
  if (command.type === 'delete_store') {
    return (await applyStoreDeletion(session, change)) ? [done(undefined)] : 'lost'
  }
  const isArchive = command.type === 'archive_store'
  const decision = isArchive ? decideArchiveStore(facts) : decideUpdateStore(facts, command)
  if (decision.kind === 'refused') return [refused(decision.problem)]
  const { kind, answer: store } = decision
  if (kind === 'changed') {
    const recorded = isArchive ? 'store_archived' : 'store_updated'
    if (!(await applyStore(session, { ...change, kind: recorded, store }))) return 'lost'
  }
  return [done(store)]
}

function changeOf(
  storeId: StoreId,
  { facts, by }: { facts: ReturnType<typeof storeFacts>; by: StoreCommand['by'] },
) {
  return { storeId, expectedSeq: facts.usage.seq, at: facts.now, by }
}
