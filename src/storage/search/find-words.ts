import type { Memory } from '../../domain/memory/memory.ts'
import { isWithin } from '../../domain/memory/path.ts'
import { matchSearch } from '../../domain/memory/search-match.ts'
import { keysOf, mayHave, signatureOf, type Signature } from '../../domain/memory/signature.ts'
import { compareBytes } from '../../domain/text.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import type { FoundMemory, FoundPage, WordsQuery } from '../port/searching.ts'
import type { Entry, Mirrors, SearchView } from './mirror.ts'
import { listPast, readPast } from './past.ts'
import { scopesOf, Turn } from './turn.ts'

type Candidate = Entry<Signature>

/**
 * Signatures say which memories may be found, and whatever has none yet may be as well; each is
 * then asked itself, as it is now.
 */
export async function findWords(
  mirrors: Mirrors<Signature>,
  query: WordsQuery,
  isStopped: () => boolean,
): Promise<Found<FoundPage<FoundMemory>>> {
  const { view } = mirrors
  const turn = new Turn(isStopped)
  const candidates: Candidate[] = []
  for (const scope of await scopesOf(view, query)) {
    const entries = await entriesOf(mirrors, scope, query)
    if (entries !== undefined) addCandidates(entries, query, candidates)
    else if (query.storeIds?.length === 1) return { found: false, missing: 'store' }
  }
  candidates.sort(newestFirst)
  const items: FoundMemory[] = []
  let last: Candidate | undefined
  for (const candidate of candidates) {
    if (!(await turn.next())) return page(items, last)
    const found = await lookAt(view, candidate, query)
    if (found !== undefined && items.length === query.limit) return page(items, last)
    if (found !== undefined) items.push(found)
    last = candidate
  }
  return page(items, undefined)
}

async function entriesOf(
  mirrors: Mirrors<Signature>,
  scope: StoreScope,
  { asOf: seq, prefix }: WordsQuery,
): Promise<Iterable<Candidate> | undefined> {
  const mirror = await mirrors.reach(scope)
  if (seq === undefined || mirror === undefined) return mirror?.entries
  // What has not changed since has its signature among those of the present.
  const past = await listPast({ view: mirrors.view, scope, seq }, prefix)
  return past?.map((entry) => mirror.at(entry) ?? entry)
}

function page(
  items: readonly FoundMemory[],
  last: Candidate | undefined,
): Found<FoundPage<FoundMemory>> {
  return { found: true, value: { items, next: last && positionOf(last) } }
}

function positionOf({ updatedAt, versionId }: Pick<Candidate, 'updatedAt' | 'versionId'>): string {
  return `${updatedAt} ${versionId}`
}

function newestFirst(a: Position, b: Position): number {
  return b.updatedAt - a.updatedAt || compareBytes(b.versionId, a.versionId)
}

type Position = { readonly updatedAt: number; readonly versionId: string }

function readPosition(after: string | undefined): Position | undefined {
  if (after === undefined) return undefined
  const [updatedAt = '', versionId = ''] = after.split(' ')
  return { updatedAt: Number(updatedAt), versionId }
}

function addCandidates(
  entries: Iterable<Candidate>,
  query: WordsQuery,
  candidates: Candidate[],
): void {
  const keys = keysOf(query.query)
  const after = readPosition(query.after)
  for (const entry of entries) {
    if (entry.kept !== undefined && !mayHave(entry.kept, keys)) continue
    if (after !== undefined && newestFirst(after, entry) >= 0) continue
    if (isWanted(entry, query)) candidates.push(entry)
  }
}

function isWanted(
  { path, updatedAt }: Pick<Memory, 'path' | 'updatedAt'>,
  { prefix, updatedFrom, updatedTo }: WordsQuery,
): boolean {
  if (updatedFrom !== undefined && updatedAt < updatedFrom) return false
  if (updatedTo !== undefined && updatedAt > updatedTo) return false
  return isWithin(path, prefix)
}

/** A candidate as it lives now, or lived then, when it is what was asked for. */
async function lookAt(
  view: SearchView,
  candidate: Candidate,
  query: WordsQuery,
): Promise<FoundMemory | undefined> {
  if (query.actor !== undefined && (await actorOf(view, candidate)) !== query.actor)
    return undefined
  const memory = await readMemory(view, candidate, query.asOf)
  if (memory === undefined) return undefined
  const { storeId, id: memoryId, versionId, path, updatedAt, content = '' } = memory
  const isSame = versionId === candidate.versionId
  if (!isSame && !isWanted(memory, query)) return undefined
  const snippet = matchSearch(query.query, content)
  if (snippet === undefined) return undefined
  const entry = isSame ? candidate : { ...candidate, versionId, actor: undefined }
  const actor = (await actorOf(view, entry)) ?? undefined
  if (query.actor !== undefined && actor !== query.actor) return undefined
  return { storeId, memoryId, versionId, path, actor, updatedAt, snippet }
}

async function readMemory(
  view: SearchView,
  { scope, memoryId }: Candidate,
  seq: number | undefined,
): Promise<Memory | undefined> {
  if (seq !== undefined) return readPast({ view, scope, seq }, { memoryId })
  const live = await view.memory(scope, memoryId, { content: true })
  return live.found ? live.value : undefined
}

async function actorOf(
  view: SearchView,
  entry: Pick<Candidate, 'scope' | 'versionId' | 'actor'>,
): Promise<string | null> {
  if (entry.actor !== undefined) return entry.actor
  const version = await view.version(entry.scope, entry.versionId, { content: false })
  if (!version.found) return null
  entry.actor = version.value.createdBy ?? null
  return entry.actor
}

/** Makes the signatures that are missing, one memory at a time, between the questions. */
export async function fillIn(
  mirrors: Mirrors<Signature>,
  nextTurn: () => Promise<unknown>,
): Promise<void> {
  for (const mirror of Array.from(mirrors.all)) {
    for (const entry of Array.from(mirror.entries)) {
      if (entry.kept !== undefined || !mirror.has(entry)) continue
      await nextTurn()
      const { scope, memoryId, versionId } = entry
      const live = await mirrors.view.memory(scope, memoryId, { content: true })
      if (!live.found || live.value.versionId !== versionId) continue
      if (!mirrors.keep(mirror, entry, signatureOf(live.value.content ?? ''))) return
    }
  }
}
