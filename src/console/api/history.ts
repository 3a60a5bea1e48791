import type { WireBlame } from '../../wire/blame.ts'
import type { WireDiff } from '../../wire/diff.ts'
import type { WireLogEntry } from '../../wire/logged.ts'
import type { WireListItem, WireMemory } from '../../wire/memory.ts'
import type { WireVersion } from '../../wire/memory-version.ts'
import type { WireMomentReport } from '../../wire/moment.ts'
import type { WirePage } from '../../wire/page.ts'
import type { WirePlan } from '../../wire/plan.ts'
import { isGone } from './failure.ts'
import { rememberOwn } from './own-versions.ts'
import { request } from './request.ts'
import { ownAddress, storeAddress } from './stores.ts'

export interface LogFilter {
  /** Exactly here. */
  readonly path?: string | undefined
  /** Below this directory. */
  readonly within?: string | undefined
  /** The id of a key, a session, a person. */
  readonly actor?: string | undefined
  /** A kind of change. */
  readonly kind?: string | undefined
  readonly memoryId?: string | undefined
  /** Only what was done at exactly this time. */
  readonly at?: string | undefined
}

const entriesPerPage = 50

/** Newest first. */
export const listLog = (
  storeId: string,
  { path, within, actor, kind, memoryId, at }: LogFilter,
  paged: { readonly page?: string | undefined; readonly signal: AbortSignal },
) =>
  request<WirePage<WireLogEntry>>('GET', `${ownAddress(storeId)}/log`, {
    query: {
      path,
      path_prefix: within,
      actor,
      'operations[]': kind,
      memory_id: memoryId,
      'created_at[gte]': at,
      'created_at[lte]': at,
      limit: entriesPerPage,
      page: paged.page,
    },
    signal: paged.signal,
  })

/** The memory at a path, or the last that was there; undefined when there was none. */
export async function findMemoryId(
  storeId: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await getAsOf(storeId, { path, seq: undefined }, signal)).id
  } catch (error) {
    if (!isGone(error)) throw error
    const { data } = await listLog(storeId, { path }, { signal })
    return data[0]?.memory_id ?? undefined
  }
}

/** One entry, however far back it is; undefined when it is no longer kept. */
export async function findEntry(
  storeId: string,
  wanted: { readonly version?: string | undefined; readonly seq?: number | undefined },
  signal: AbortSignal,
): Promise<WireLogEntry | undefined> {
  const { version: id, seq } = wanted
  const at =
    id === undefined
      ? (await getMoment(storeId, seq, signal)).at
      : (await getVersion(storeId, id, signal)).created_at
  let page: string | undefined
  do {
    const answer: WirePage<WireLogEntry> =
      at === null ? { data: [], next_page: null } : await listLog(storeId, { at }, { page, signal })
    const found = answer.data.find((entry) => isWanted(entry, wanted))
    if (found !== undefined) return found
    page = answer.next_page ?? undefined
  } while (page !== undefined)
  return undefined
}

/** The change that erased a version; undefined when it is no longer kept. */
export async function findErasure(
  storeId: string,
  versionId: string,
  signal: AbortSignal,
): Promise<WireLogEntry | undefined> {
  const { memory_id: memoryId, redacted_at: at } = await getVersion(storeId, versionId, signal)
  if (at === null) return undefined
  const { data } = await listLog(storeId, { memoryId, kind: 'redacted', at }, { signal })
  return data.find((entry) => entry.memory_version_id === versionId)
}

/** A redaction names the version that it erased; asked for by its id is the version itself. */
export function isWanted(
  entry: WireLogEntry,
  {
    version: id,
    seq,
  }: { readonly version?: string | undefined; readonly seq?: number | undefined },
): boolean {
  if (seq !== undefined) return entry.seq === seq
  return id !== undefined && entry.memory_version_id === id && entry.kind !== 'redacted'
}

export const getMoment = (storeId: string, seq: number | undefined, signal?: AbortSignal) =>
  request<WireMomentReport>('GET', `${ownAddress(storeId)}/moment`, {
    query: { at_seq: seq },
    signal,
  })

/** What lived in a directory after a change, and the directories in it, in the order of paths. */
export const listAsOf = (
  storeId: string,
  { seq, within }: { readonly seq: number; readonly within: string | undefined },
  paged: { readonly page: string | undefined; readonly signal: AbortSignal },
) =>
  request<WirePage<WireListItem>>('GET', `${ownAddress(storeId)}/memories`, {
    query: { at_seq: seq, path_prefix: within, depth: 1, limit: 100, page: paged.page },
    signal: paged.signal,
  })

interface PathThen {
  readonly path: string
  /** Undefined: now. */
  readonly seq: number | undefined
}

/** With its content. */
export const getAsOf = (storeId: string, { path, seq }: PathThen, signal?: AbortSignal) =>
  request<WireMemory>('GET', `${ownAddress(storeId)}/memory`, {
    query: { path, at_seq: seq },
    signal,
  })

export const getBlame = (storeId: string, versionId: string, signal?: AbortSignal) =>
  request<WireBlame>('GET', `${ownAddress(storeId)}/blame`, {
    query: { version_id: versionId },
    signal,
  })

interface TwoVersions {
  readonly from: string
  readonly to: string
}

export const diffVersions = (storeId: string, { from, to }: TwoVersions, signal?: AbortSignal) =>
  request<WireDiff>('GET', `${ownAddress(storeId)}/diff`, {
    query: { from_version: from, to_version: to },
    signal,
  })

/** What became of a memory since a change. */
export const diffSince = (storeId: string, { path, seq }: PathThen, signal?: AbortSignal) =>
  request<WireDiff>('GET', `${ownAddress(storeId)}/diff`, {
    query: { from_seq: seq, path, limit: 1 },
    signal,
  })

const version = (storeId: string, id: string) =>
  `${storeAddress(storeId)}/memory_versions/${encodeURIComponent(id)}`

/** With its content, unless that was erased. */
export const getVersion = (storeId: string, id: string, signal?: AbortSignal) =>
  request<WireVersion>('GET', version(storeId, id), { signal })

/** Every version of a memory with its text, newest first. */
export async function* listTexts(
  storeId: string,
  memoryId: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly WireVersion[]> {
  let page: string | undefined
  do {
    const query = { memory_id: memoryId, view: 'full', limit: 20, page }
    const path = `${storeAddress(storeId)}/memory_versions`
    const answer: WirePage<WireVersion> = await request('GET', path, { query, signal })
    yield answer.data
    page = answer.next_page ?? undefined
  } while (page !== undefined)
}

/** @param reason stays in the history */
export const redactVersion = (storeId: string, id: string, reason: string | undefined) =>
  request<WireVersion>(
    'POST',
    `${ownAddress(storeId)}/memory_versions/${encodeURIComponent(id)}/redact`,
    { body: { reason } },
  )

/** What is taken back, and how far. */
export type Undo =
  | {
      readonly type: 'restore'
      readonly body: {
        readonly at_seq?: number
        readonly version_id?: string
        readonly path?: string
        readonly path_prefix?: string
      }
    }
  | {
      readonly type: 'revert'
      readonly body: {
        readonly actor: string
        readonly since_seq?: number
        readonly until_seq?: number
      }
    }

/** Says what would be done, or does it if the store still is what the plan was made for. */
export async function takeBack(
  storeId: string,
  { type, body }: Undo,
  how: { readonly dry_run: true } | { readonly expected_seq: number },
) {
  const asked = { body: { ...body, ...how } }
  const plan = await request<WirePlan>('POST', `${ownAddress(storeId)}/${type}`, asked)
  if (!plan.dry_run) rememberOwn(plan.changes.map((change) => change.memory_version_id))
  return plan
}
