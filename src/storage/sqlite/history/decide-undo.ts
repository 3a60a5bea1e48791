import type { UndoCommand } from '../../../domain/history/command.ts'
import type { Undone } from '../../../domain/history/draft.ts'
import type { Question } from '../../../domain/history/question.ts'
import { decideRestore } from '../../../domain/history/restore.ts'
import { decideRevert } from '../../../domain/history/revert.ts'
import { sharedEffort, type Effort } from '../../../domain/memory/lines.ts'
import type { Scope } from '../load.ts'
import type { Statements } from '../statement.ts'
import { answer } from './answer.ts'

/** What was decided of a store in one state: it holds as long as the store is used like that. */
export interface Decided {
  readonly undone: Undone
  readonly usage: Scope['usage']
  /** Of what is to be written. Milliseconds since 1970. */
  readonly now: number
}

interface Whole {
  readonly command: UndoCommand
  /** Called before each read. */
  readonly between?: () => void
}

/** Decides about undoing, however long it takes. */
export function decideUndo(
  statements: Statements,
  scope: Scope,
  { command, between }: Whole,
): Undone {
  const goesOn = () => {
    between?.()
    return true
  }
  const undone = decide(statements, scope, { command, effort: sharedEffort(), goesOn })
  if (undone === undefined) throw new Error('a decision that nothing ends comes to its end')
  return undone
}

const shortMs = 50
const shortTexts = 8
const shortChanges = 1_000
const shortSteps = 200_000

/** The same for as long as others can wait; undefined when it needs longer. */
export function decideShortUndo(
  statements: Statements,
  scope: Scope,
  command: UndoCommand,
): Undone | undefined {
  const until = performance.now() + shortMs
  const effort: Effort = { steps: shortSteps }
  const goesOn = (next: Question) =>
    performance.now() < until &&
    effort.steps > 0 &&
    (next.type !== 'texts' || next.seqs.length <= shortTexts) &&
    (next.type !== 'changed_since' || scope.usage.seq - next.seq <= shortChanges)
  const undone = decide(statements, scope, { command, effort, goesOn })
  return effort.steps > 0 ? undone : undefined
}

interface Means {
  readonly command: UndoCommand
  readonly effort: Effort
  readonly goesOn: (next: Question) => boolean
}

function decide(
  statements: Statements,
  scope: Scope,
  { command, effort, goesOn }: Means,
): Undone | undefined {
  const place = { sid: scope.sid, storeId: scope.store.id }
  const asking =
    command.type === 'restore'
      ? decideRestore(scope, command)
      : decideRevert(scope, command, effort)
  let step = asking.next()
  while (!step.done) {
    if (!goesOn(step.value)) return undefined
    step = asking.next(answer(statements, place, step.value))
  }
  return step.value
}

export function isUsedAlike(a: Decided['usage'], b: Decided['usage']): boolean {
  return (
    a.seq === b.seq &&
    a.versions === b.versions &&
    a.historyFrom === b.historyFrom &&
    a.memories === b.memories &&
    a.contentBytes === b.contentBytes
  )
}
