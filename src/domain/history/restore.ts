import { refuse, refuseArchived, refuseBlocked, type StoreFacts } from '../memory/decide.ts'
import { isWithin, root, type Path } from '../memory/path.ts'
import type { Restore, Selection } from './command.ts'
import {
  arrives,
  draftOf,
  settle,
  staleSeq,
  wantedOf,
  type Draft,
  type Drafts,
  type Undone,
} from './draft.ts'
import { isErased, isLive, memoryIdOf, versionIdOf, type Lineage } from './lineage.ts'
import { refuseMoment, type Moment, type MomentInput } from './moment.ts'
import type { PlanConflict } from './plan.ts'
import { ask, type Asking } from './question.ts'

/**
 * Brings back what was, or refuses as a whole: a memory in the way, an archived store or a limit
 * changes nothing. What is erased cannot come back; such memories stay as they are.
 */
export function* decideRestore(facts: StoreFacts, command: Restore): Asking<Undone> {
  const archived = refuseArchived(facts)
  if (archived) return archived
  const { expectedSeq, to } = command
  if (expectedSeq !== undefined && expectedSeq !== facts.usage.seq) {
    return staleSeq(expectedSeq, facts.usage.seq)
  }
  if ('versionId' in to) return yield* restoreVersion(facts, command, to.versionId)
  const { moment, problem } = yield* resolve(to.moment)
  if (problem) return refuse(problem)
  const found = yield* selected(to.selection, moment)
  if (found === undefined) return nothingThere(to.selection)
  return yield* finish(facts, command, { found: draftsOf(facts, found), moment })
}

function* resolve(input: MomentInput) {
  const looked = yield* ask({ type: 'moment', input })
  const field = { at: 'at', seq: 'at_seq' }
  return { moment: looked.moment, problem: refuseMoment(looked, input, field) }
}

function* restoreVersion(facts: StoreFacts, command: Restore, versionId: string): Asking<Undone> {
  const lineage = yield* ask({ type: 'version', versionId })
  if (lineage === undefined) return refuse({ code: 'not_found', message: 'version not found' })
  if (!isLive(lineage.past)) {
    const why = lineage.past?.isRedacted ? 'is redacted' : 'is a deletion'
    const message = `version_id: ${why}: it has nothing to come back to`
    return refuse({ code: 'invalid', message, field: 'version_id' })
  }
  const found = draftsOf(facts, [lineage])
  return yield* finish(facts, command, { found, moment: undefined })
}

/** The memories of the selection that changed since; undefined when it never held any. */
function* selected(selection: Selection, { seq }: Moment): Asking<readonly Lineage[] | undefined> {
  if (selection.type === 'memory') {
    const lineage = yield* ask({ type: 'lineage', memoryId: selection.memoryId, seq })
    return lineage && [lineage]
  }
  const changed = yield* ask({ type: 'changed_since', seq })
  const found = changed.filter((lineage) => isSelected(selection, lineage))
  if (found.length > 0 || (yield* isAnybodyIn(selection))) return found
  return undefined
}

function isSelected(selection: Selection, { newest, past }: Lineage): boolean {
  const paths = [isLive(newest) ? newest.path : undefined, isLive(past) ? past.path : undefined]
  if (selection.type === 'all') return true
  return paths.some((path) => path !== undefined && includes(selection, path))
}

function includes(selection: Selection, path: Path): boolean {
  if (selection.type === 'path') {
    return path === selection.path || path.startsWith(`${selection.path}/`)
  }
  return selection.type === 'prefix' && isWithin(path, selection.prefix)
}

/** Whether anything lives there that did not change since. */
function* isAnybodyIn(selection: Selection): Asking<boolean> {
  if (selection.type === 'all') return true
  if (selection.type === 'prefix' && selection.prefix === root) return true
  const path =
    selection.type === 'prefix' ? (selection.prefix.slice(0, -1) as Path) : pathOf(selection)
  if (path === undefined) return false
  const [blocked] = yield* ask({ type: 'in_the_way', paths: [path], except: new Set() })
  return blocked !== undefined && includes(selection, blocked.by.path)
}

function pathOf(selection: Selection): Path | undefined {
  return selection.type === 'path' ? selection.path : undefined
}

function nothingThere(selection: Selection): Undone {
  if (selection.type === 'memory') {
    return refuse({ code: 'not_found', message: 'memory not found' })
  }
  const where =
    selection.type === 'prefix' ? `below ${selection.prefix}` : `at ${pathOf(selection)}`
  return refuse({ code: 'not_found', message: `nothing lives ${where}, and nothing did then` })
}

function draftsOf({ store }: StoreFacts, lineages: readonly Lineage[]): Drafts {
  const drafts: Draft[] = []
  const conflicts: PlanConflict[] = []
  let unchanged = 0
  for (const lineage of lineages) {
    const { newest, past } = lineage
    if (isErased(past)) {
      const path = isLive(newest) ? newest.path : undefined
      conflicts.push({
        reason: 'redacted',
        memoryId: memoryIdOf(store.id, lineage),
        path,
        versionId: past && versionIdOf(store.id, past),
        message: 'what it was then is redacted',
      })
      continue
    }
    const draft = draftOf(lineage, wantedOf(past))
    if (draft) drafts.push(draft)
    else unchanged += 1
  }
  return { drafts, conflicts, unchanged }
}

interface Found {
  readonly found: Drafts
  readonly moment: Moment | undefined
}

function* finish(
  facts: StoreFacts,
  { isDryRun }: Restore,
  { found, moment }: Found,
): Asking<Undone> {
  const { drafts } = found
  const paths = drafts.filter(arrives).map(({ wanted }) => wanted?.path ?? ('/' as Path))
  if (paths.length > 0) {
    const except = new Set(drafts.map(({ memory }) => memory.firstSeq))
    const [blocked] = yield* ask({ type: 'in_the_way', paths, except })
    const refused = blocked && refuseBlocked(facts, blocked.path, blocked.by)
    if (refused) return refused
  }
  return settle(facts, found, { type: 'restore', isDryRun, moment })
}
