import { matcherOf, matchingLines, type Matcher } from '../../domain/memory/grep.ts'
import { isWithin, type Path } from '../../domain/memory/path.ts'
import type { MemoryId, StoreId, VersionId } from '../../domain/ids.ts'
import { compareBytes } from '../../domain/text.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import type { FoundLine, FoundPage, LinesQuery } from '../port/searching.ts'
import type { Entry, Mirror, Mirrors } from './mirror.ts'
import { pastTexts } from './past.ts'
import { scopesOf, Turn } from './turn.ts'

/** Characters of a page, beyond which it is given out as it is. */
const pageUnitsMax = 1_048_576

/** Marks the thread as busy with one text, where a pattern may run away. */
export type Guard = <Value>(work: () => Value) => Value

interface Work {
  readonly mirrors: Mirrors<string>
  readonly query: LinesQuery
  readonly guard: Guard
  readonly turn: Turn
  readonly matcher: Matcher
  readonly after: Position | undefined
  readonly items: FoundLine[]
  units: number
  /** What was looked at last. */
  last: Position | undefined
}

interface Position {
  readonly storeId: string
  readonly path: Path
  /** Lines up to this one are done; Infinity when all of them are. */
  readonly line: number
}

/** The lines of every text, store by store, in the order of their paths. */
export async function findLines(
  mirrors: Mirrors<string>,
  query: LinesQuery,
  { guard, isStopped }: { readonly guard: Guard; readonly isStopped: () => boolean },
): Promise<Found<FoundPage<FoundLine>>> {
  const work: Work = {
    mirrors,
    query,
    guard,
    turn: new Turn(isStopped),
    matcher: matcherOf(query.pattern),
    after: readPosition(query.after),
    items: [],
    units: 0,
    last: readPosition(query.after),
  }
  const scopes = await scopesOf(mirrors.view, query)
  scopes.sort((a, b) => compareBytes(a.storeId, b.storeId))
  for (const scope of scopes) {
    if (work.after !== undefined && scope.storeId < work.after.storeId) continue
    const outcome = await (query.asOf === undefined
      ? searchStore(work, scope)
      : searchPast(work, scope, query.asOf))
    if (outcome === 'missing' && query.storeIds?.length === 1) {
      return { found: false, missing: 'store' }
    }
    if (outcome === 'full') {
      const next = work.last && formatPosition(work.last)
      return { found: true, value: { items: work.items, next } }
    }
  }
  return { found: true, value: { items: work.items, next: undefined } }
}

async function searchStore(work: Work, scope: StoreScope): Promise<'done' | 'full' | 'missing'> {
  const mirror = await work.mirrors.reach(scope)
  if (mirror === undefined) return 'missing'
  const { storeId } = scope
  const after = work.after?.storeId === storeId ? work.after : undefined
  for (const entry of mirror.byPath()) {
    if (!isWithin(entry.path, work.query.prefix)) continue
    if (after !== undefined && compareBytes(entry.path, after.path) < 0) continue
    if (!(await work.turn.next())) return 'full'
    const live = await liveText(work.mirrors, mirror, entry)
    const doneLine = after?.path === entry.path ? after.line : 0
    const isWanted = live !== undefined && isWithin(live.path, work.query.prefix)
    const { memoryId, path } = entry
    const add = () => live && addLines(work, { storeId, memoryId, at: path, live, doneLine })
    if (isWanted && !work.guard(add)) return 'full'
    work.last = { storeId, path: entry.path, line: Infinity }
  }
  return 'done'
}

/** As `searchStore`, in the texts that lived after a sequence. */
async function searchPast(work: Work, scope: StoreScope, seq: number): Promise<'done' | 'full'> {
  const { mirrors, query, after } = work
  const { storeId } = scope
  const state = { view: mirrors.view, scope, seq }
  // A text that is done is not begun again: every page gets somewhere.
  const from = after && { path: after.path, isIncluded: after.line !== Infinity }
  for await (const memory of pastTexts(state, query.prefix, from)) {
    if (!(await work.turn.next())) return 'full'
    const { id: memoryId, path, versionId, content: text = '' } = memory
    const doneLine = after?.path === path ? after.line : 0
    const live = { versionId, path, text }
    const lines = { storeId, memoryId, at: path, live, doneLine }
    if (!work.guard(() => addLines(work, lines))) return 'full'
    work.last = { storeId, path, line: Infinity }
  }
  return 'done'
}

interface LiveText {
  readonly versionId: VersionId
  readonly path: Path
  readonly text: string
}

/** A text as it is now, also where it changed since the search began. */
async function liveText(
  mirrors: Mirrors<string>,
  mirror: Mirror<string>,
  entry: Entry<string>,
): Promise<LiveText | undefined> {
  const { scope, memoryId, versionId, path, kept } = entry
  if (kept !== undefined) return { versionId, path, text: kept }
  const live = await mirrors.view.memory(scope, memoryId, { content: true })
  if (!live.found) return undefined
  const { content: text = '' } = live.value
  if (live.value.versionId === versionId) mirrors.keep(mirror, entry, text)
  return { versionId: live.value.versionId, path: live.value.path, text }
}

interface Lines {
  readonly storeId: StoreId
  readonly memoryId: MemoryId
  /** The path that the search goes by. */
  readonly at: Path
  readonly live: LiveText
  readonly doneLine: number
}

/** @returns false when the page is full */
function addLines(work: Work, { storeId, memoryId, at, live, doneLine }: Lines): boolean {
  const { versionId, path, text } = live
  for (const line of matchingLines(text, work.matcher, work.query.contextLines)) {
    if (line.number <= doneLine) continue
    if (work.items.length >= work.query.limit || work.units > pageUnitsMax) return false
    work.items.push({ storeId, memoryId, versionId, path, line })
    work.units += line.text.length + path.length
    for (const { text: context } of [...line.before, ...line.after]) work.units += context.length
    work.last = { storeId, path: at, line: line.number }
  }
  return true
}

function formatPosition({ storeId, line, path }: Position): string {
  return `${storeId} ${line} ${path}`
}

function readPosition(after: string | undefined): Position | undefined {
  if (after === undefined) return undefined
  const [storeId = '', line = ''] = after.split(' ', 2)
  const path = after.slice(storeId.length + line.length + 2) as Path
  return { storeId, line: Number(line), path }
}
