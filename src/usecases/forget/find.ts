import { setImmediate as nextTurn } from 'node:timers/promises'
import { domainToUnicode } from 'node:url'
import type { ReceiptDocument } from '../../domain/forget/receipt.ts'
import { hasMarks, hasMetadata, isOfStores, type Subject } from '../../domain/forget/subject.ts'
import { Matcher } from '../../domain/forget/words.ts'
import type { StoreId, WorkspaceId } from '../../domain/ids.ts'
import type { Store } from '../../domain/memory/store.ts'
import { isWithin } from '../../domain/memory/path.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { Session } from '../../domain/session/session.ts'
import type { Webhook } from '../../domain/webhook/webhook.ts'
import type { TextCursor, TextRow } from '../../storage/port/forget.ts'
import type { Storage, VersionsQuery } from '../../storage/port.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App } from '../app.ts'
import { findFiles, type FoundFiles } from './session-files.ts'
import { findReasons } from './told-reasons.ts'

/** What bears the marks of a subject now. */
export interface Findings {
  /** Those that go as a whole. */
  readonly stores: readonly Store[]
  readonly memories: readonly FoundMemory[]
  /** Those that go as a whole. */
  readonly sessions: readonly Session[]
  readonly rows: readonly FoundRow[]
  /** What sessions left on this machine. */
  readonly files: readonly FoundFiles[]
  /** Receipts of before whose reason bears a text. */
  readonly receipts: readonly ReceiptDocument[]
  /** Sessions that are attached to stores that go. */
  readonly attached: readonly Session[]
  /** Webhooks whose URL bears a text: without it they would tell nobody, so it stays. */
  readonly webhooks: readonly Webhook[]
}

const nothing: Findings = {
  stores: [],
  memories: [],
  sessions: [],
  rows: [],
  files: [],
  receipts: [],
  attached: [],
  webhooks: [],
}

export interface FoundMemory {
  readonly storeId: StoreId
  readonly memoryId: string
  readonly path: string
  /** Those that are not redacted. */
  readonly versionIds: readonly string[]
}

export interface FoundRow extends TextRow {
  readonly place: string
}

interface Search {
  readonly app: App
  readonly storage: Storage
  readonly workspaceId: WorkspaceId
  readonly subject: Subject
}

/** Reads everything once, in slices small enough for others to get their turn. */
export async function find(given: Omit<Search, 'storage'>): Promise<Findings> {
  const search = { ...given, storage: given.app.storage }
  const { subject } = search
  const stores = await chosenStores(search)
  const isWhole = !hasMarks(subject)
  const sessions = await chosenSessions(search)
  if (isWhole) {
    const gone = new Set(sessions.map(({ id }) => id))
    const attached = (await sessionsOf(search, stores)).filter(({ id }) => !gone.has(id))
    return { ...nothing, stores, sessions, attached }
  }
  const memories: FoundMemory[] = []
  for (const store of stores) memories.push(...(await findMemories(search, store.id)))
  const owners = isOfStores(subject)
    ? new Set([...sessions, ...(await sessionsOf(search, stores))].map(({ id }) => id))
    : undefined
  const rows = await findRows(search, stores, owners)
  const webhooks = await findWebhooks(search)
  const receipts = await findReceipts(search)
  const files = await findLeft(search, rows, owners)
  return { ...nothing, memories, rows, files, receipts, webhooks }
}

const pageSize = 100

async function chosenStores({ storage, workspaceId, subject }: Search): Promise<Store[]> {
  const chosen: Store[] = []
  let after: { readonly createdAt: number; readonly id: string } | undefined
  for (;;) {
    const range = { createdFrom: undefined, createdTo: undefined, after, limit: pageSize }
    const page = await storage.view.stores({ workspaceId, includeArchived: true, ...range })
    chosen.push(...page.filter((store) => isChosen(subject, store)))
    after = page.at(-1)
    if (page.length < pageSize) return chosen
    await nextTurn()
  }
}

function isChosen(subject: Subject, store: Store): boolean {
  const isNamed = subject.stores.length === 0 || subject.stores.includes(store.id)
  return isNamed && hasMetadata(subject, store.metadata)
}

/** Those with the metadata, where there is any; stores alone choose none. */
async function chosenSessions(search: Search): Promise<Session[]> {
  const { subject } = search
  if (subject.metadata === undefined || subject.stores.length > 0) return []
  const all = await allSessions(search, undefined)
  return all.filter(({ metadata }) => hasMetadata(subject, metadata))
}

/** Sessions to which one of the stores is attached, also when that is gone. */
export async function sessionsOf(
  search: Pick<Search, 'storage' | 'workspaceId'>,
  stores: readonly { readonly id: string }[],
): Promise<Session[]> {
  const found = new Map<string, Session>()
  for (const { id } of stores) {
    for (const session of await allSessions(search, id)) found.set(session.id, session)
  }
  return [...found.values()]
}

async function allSessions(
  { storage, workspaceId }: Pick<Search, 'storage' | 'workspaceId'>,
  storeId: string | undefined,
): Promise<Session[]> {
  const sessions: Session[] = []
  const everything = {
    workspaceId,
    includeArchived: true,
    order: 'desc',
    agentId: undefined,
    agentVersion: undefined,
    storeId,
    statuses: undefined,
    createdFrom: undefined,
    createdTo: undefined,
  } as const
  for (;;) {
    const after = sessions.at(-1)
    const page = await storage.view.sessions.sessions({ ...everything, after, limit: pageSize })
    sessions.push(...page)
    if (page.length < pageSize) return sessions
    await nextTurn()
  }
}

/** Versions read together: with their content, which is up to 100 kB each, only a few. */
const versionsMax = 200
const versionsWithTextMax = 12

const anyVersion = {
  memoryId: undefined,
  operation: undefined,
  actors: [],
  createdFrom: undefined,
  createdTo: undefined,
} as const

async function findMemories(search: Search, storeId: StoreId): Promise<FoundMemory[]> {
  const { storage, workspaceId, subject } = search
  const matcher = new Matcher(subject.words)
  const content = subject.words.texts.length > 0
  const limit = content ? versionsWithTextMax : versionsMax
  const scope = { workspaceId, storeId }
  const matched = new Set<string>()
  for await (const version of allVersions(storage, scope, { content, limit })) {
    if (matched.has(version.memoryId)) continue
    if (bears(subject, matcher, version)) matched.add(version.memoryId)
  }
  const found: FoundMemory[] = []
  for (const memoryId of matched) {
    const memory = await historyOf(storage, scope, memoryId)
    if (memory !== undefined) found.push(memory)
  }
  return found
}

function bears({ path, prefix }: Subject, matcher: Matcher, version: Version): boolean {
  if (version.path === undefined) return false
  if (version.path === path) return true
  if (prefix !== undefined && isWithin(version.path, prefix)) return true
  return matcher.holds(version.path) || matcher.holds(version.content ?? '')
}

async function* allVersions(
  storage: Storage,
  scope: StoreScope,
  query: Pick<VersionsQuery, 'content' | 'limit'> & Partial<VersionsQuery>,
): AsyncGenerator<Version> {
  let beforeSeq: number | undefined
  for (;;) {
    const page = await storage.view.versions(scope, { ...anyVersion, ...query, beforeSeq })
    // A store that is gone has nothing left to find.
    if (!page.found) return
    yield* page.value
    beforeSeq = page.value.at(-1)?.seq
    if (page.value.length < query.limit) return
    await nextTurn()
  }
}

/** All that is left of a memory's history, whatever it holds; undefined when that is nothing. */
export async function historyOf(
  storage: Storage,
  scope: StoreScope,
  memoryId: string,
): Promise<FoundMemory | undefined> {
  const query = { memoryId, content: false, limit: versionsMax }
  const versions = await Array.fromAsync(allVersions(storage, scope, query))
  const left = versions.filter(({ redactedAt }) => redactedAt === undefined)
  const path = left[0]?.path
  if (path === undefined) return undefined
  return { storeId: scope.storeId, memoryId, path, versionIds: left.map(({ id }) => id) }
}

/** Where stores were chosen: only what belongs to them, and to sessions that do. */
async function findRows(
  search: Search,
  stores: readonly Store[],
  owners: ReadonlySet<string> | undefined,
): Promise<FoundRow[]> {
  const { storage, subject } = search
  const { forgetting } = storage
  if (subject.words.texts.length === 0) return []
  const storeIds = new Set<string>(stores.map(({ id }) => id))
  const found: FoundRow[][] = []
  for (const place of forgetting.places) {
    if (owners === undefined) found.push(await rowsIn(search, place, undefined))
    else if (forgetting.isOfSessions(place)) {
      for (const owner of owners) found.push(await rowsIn(search, place, owner))
    } else if (forgetting.isOfStores(place)) {
      for (const { id } of stores) found.push(await rowsIn(search, place, id))
    } else if (place === 'stores') {
      const rows = await rowsIn(search, place, undefined)
      found.push(rows.filter(({ name }) => storeIds.has(String(name))))
    }
  }
  return found.flat()
}

/** Where rows of a session bear a text, what it left goes unread. */
async function findLeft(
  { app, storage, workspaceId, subject }: Search,
  rows: readonly FoundRow[],
  among: ReadonlySet<string> | undefined,
): Promise<FoundFiles[]> {
  const { forgetting } = storage
  const ofSessions = rows.filter(({ place }) => forgetting.isOfSessions(place))
  const bearing = new Set(ofSessions.map(({ owner }) => owner))
  return findFiles({ app, workspaceId, words: subject.words, among, bearing })
}

/** They belong to no store: where stores were chosen, none is looked at. */
async function findReceipts(search: Search): Promise<readonly ReceiptDocument[]> {
  const { storage, workspaceId, subject } = search
  const isLookedAt = !isOfStores(subject) && subject.words.texts.length > 0
  return isLookedAt ? findReasons(storage, workspaceId, subject.words) : []
}

/** As receipts. */
async function findWebhooks({ storage, workspaceId, subject }: Search): Promise<Webhook[]> {
  if (isOfStores(subject)) return []
  const matcher = new Matcher(subject.words)
  const webhooks = await storage.view.webhooks.webhooks(workspaceId)
  return webhooks.filter(({ url }) => spellingsOf(url).some((text) => matcher.holds(text)))
}

/** A URL as it is written and as people read it. */
function spellingsOf(url: string): readonly string[] {
  const { hostname } = new URL(url)
  const read = url.replaceAll('+', ' ').replaceAll(/(?:%[0-9a-f]{2})+/gi, decoded)
  return [url, read, domainToUnicode(hostname)]
}

function decoded(escapes: string): string {
  return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString()
}

async function rowsIn(
  { storage, workspaceId, subject }: Search,
  place: string,
  owner: string | undefined,
): Promise<FoundRow[]> {
  const { words } = subject
  const found: FoundRow[] = []
  let after: TextCursor | undefined
  do {
    const slice = await storage.forgetting.texts({ workspaceId, place, owner, words, after })
    found.push(...slice.rows.map((row) => ({ ...row, place })))
    after = slice.next
    await nextTurn()
  } while (after !== undefined)
  return found
}
