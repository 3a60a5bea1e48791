import { planAsJson } from '../client/as-json.ts'
import type { Plan, PlannedAction } from '../domain/history/plan.ts'
import { confirm } from './ask.ts'
import type { Arguments, ExitCode } from './command.ts'
import { counted, lineFor, printJson, printRows, type Cell } from './print.ts'
import { err, out, painter, wantsColour } from './terminal.ts'

// What restore and revert have in common: the plan first, then the question, then the deed.

/** Asks the server for a plan, or to carry it out if the store is still at that sequence. */
export type Undo = (asked: {
  readonly dryRun: boolean
  readonly expectedSeq?: number
}) => Promise<Plan>

/** @param whoseNothing said on stderr where an actor wrote nothing that could be taken back */
export async function planAndDo(
  args: Arguments,
  undo: Undo,
  whoseNothing?: string,
): Promise<ExitCode> {
  const json = args.flag('json')
  const plan = await undo({ dryRun: true })
  const isDryRun = args.flag('dry-run')
  if (isDryRun || plan.changes.length === 0) {
    if (json) printJson(planAsJson(plan))
    else showPlan(plan, isDryRun ? 'would be' : 'is')
    if (whoseNothing !== undefined && isOfNobody(plan)) err(`palimpsest: ${whoseNothing}\n`)
    return 0
  }
  if (!args.flag('yes')) {
    showPlan(plan, 'would be')
    const count = counted(plan.changes.length, 'change')
    if (!(await confirm(`Make ${count}, as new versions?`))) return 1
  }
  const done = await undo({ dryRun: false, expectedSeq: plan.seq })
  if (json) printJson(planAsJson(done))
  else if (args.flag('yes')) showPlan(done, 'is')
  else out(`${counted(done.changes.length, 'change')} made\n`)
  return 0
}

const words: Record<PlannedAction, string> = {
  update: 'changed',
  move: 'moved',
  delete: 'deleted',
  revive: 'brought back',
}
const colours = { update: 'yellow', move: 'yellow', delete: 'red', revive: 'green' } as const

function showPlan(plan: Plan, verb: 'is' | 'would be'): void {
  const paint = painter(wantsColour(process.stdout))
  if (plan.changes.length === 0) out(`nothing to do${whyNothing(plan)}\n`)
  const prefix = verb === 'is' ? '' : 'would be '
  printRows(
    plan.changes.map(({ action, path, previousPath }): Cell[] => [
      { text: prefix + words[action], paint: (text) => paint(colours[action], text) },
      { text: previousPath === undefined ? path : `${previousPath} → ${path}` },
    ]),
  )
  for (const { path, memoryId, message, reason } of plan.conflicts) {
    const what = lineFor(path ?? memoryId ?? 'the store')
    err(`left alone: ${what}: ${lineFor(message)} (${reason})\n`)
  }
}

function whyNothing(plan: Plan): string {
  if (plan.conflicts.length > 0 || isOfNobody(plan)) return ''
  return ': everything is as it should be'
}

/** Nothing in question was written by the actor; an id with a slip looks like that, too. */
function isOfNobody({ type, changes, unchanged, conflicts }: Plan): boolean {
  return type === 'revert' && changes.length + unchanged + conflicts.length === 0
}
