import type { Provenance } from '../caller.ts'
import type { MemoryAnswer, MemoryCommand, MoveTree } from './command.ts'
import {
  refuse,
  refuseArchived,
  refuseBlocked,
  refuseOverCapacity,
  type Decision,
  type Refused,
  type StoreFacts,
  type VersionWrite,
} from './decide.ts'
import { DomainError } from '../errors.ts'
import type { Head } from './memory.ts'
import { ancestors, parsePath, type Path } from './path.ts'

/**
 * Changes after which a batch moves no further directory. A move of few words can make thousands of
 * changes, and whoever else writes waits for the whole batch.
 */
export const batchChangesMax = 5_000

/** @param answers of the commands of the batch before this one */
export function refuseLargeBatch(
  command: MemoryCommand,
  answers: readonly MemoryAnswer[],
): Refused | undefined {
  if (command.type !== 'move_tree') return undefined
  const changes = answers.reduce(
    (sum, answer) => sum + (answer.type === 'moved' ? answer.heads.length : 1),
    0,
  )
  if (changes < batchChangesMax) return undefined
  return refuse({
    code: 'invalid',
    message: `the operations before it already make ${changes} changes: send this move in a batch of its own`,
    field: 'operations',
  })
}

/** Any command that writes versions; a directory that is imported has a claim for each memory. */
export type Causing = Pick<MoveTree, 'by' | 'claims'>

/** Who caused the write with this place among those of the command, and what is claimed of it. */
export function causeOf(command: Causing, index: number): Provenance {
  const claimed = command.claims?.[index]
  return claimed === undefined ? command.by : { ...command.by, claimed }
}

export interface MoveFacts extends StoreFacts {
  /** The live memories below `from`, in byte order. */
  readonly moving: readonly Head[]
  /** Live memories not moving, at or below the target or at one of its ancestors, in byte order. */
  readonly inTheWay: readonly Head[]
}

/**
 * Moves a directory: one `modified` version for each memory in it, all in one change of the store.
 */
export function decideMove(facts: MoveFacts, command: MoveTree): Decision<readonly Head[]> {
  const { moving } = facts
  if (moving.length === 0) {
    return refuse({ code: 'not_found', message: `no memory lives below ${command.from}` })
  }
  const archived = refuseArchived(facts)
  if (archived) return archived
  if (command.claims !== undefined && command.claims.length !== moving.length) {
    return refuse({
      code: 'invalid',
      message: `${command.from} holds ${moving.length} memories, and the claims are of ${command.claims.length}`,
      field: 'operations',
    })
  }
  if (command.from === command.to) return { kind: 'unchanged', answer: moving }
  const writes: VersionWrite[] = []
  for (const before of moving) {
    const path = movedPath(before.path, command)
    if (path instanceof DomainError) return refuse(path.problem)
    const after = { ...before, path, headSeq: facts.seq + writes.length, updatedAt: facts.now }
    writes.push({ kind: 'modified', before, after, content: undefined })
  }
  const refused =
    refuseFirstBlocked(facts, writes) ??
    refuseOverCapacity(facts, { memories: 0, bytes: 0, versions: writes.length })
  if (refused) return refused
  return { kind: 'changed', writes, answer: writes.map((write) => afterOf(write)) }
}

/** The path after the move; a move can make a path too long or too deep. */
function movedPath(path: Path, command: MoveTree): Path | DomainError {
  try {
    return parsePath(command.to + path.slice(command.from.length), 'to')
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}

function refuseFirstBlocked(facts: MoveFacts, writes: readonly VersionWrite[]) {
  if (facts.inTheWay.length === 0) return undefined
  const wanted = new Set<Path>()
  const above = new Map<Path, Path>()
  for (const { path } of writes.map(afterOf)) {
    wanted.add(path)
    for (const ancestor of ancestors(path)) above.set(ancestor, path)
  }
  for (const blocker of facts.inTheWay) {
    const path =
      above.get(blocker.path) ??
      [...ancestors(blocker.path), blocker.path].find((candidate) => wanted.has(candidate))
    if (path !== undefined) return refuseBlocked(facts, path, blocker)
  }
  return undefined
}

function afterOf(write: VersionWrite): Head {
  return write.kind === 'deleted' ? write.before : write.after
}
