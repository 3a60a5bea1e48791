import type { WireBlame } from '../../wire/blame.ts'
import type { WireDiff } from '../../wire/diff.ts'
import type { WireLogEntry } from '../../wire/logged.ts'
import type { WireListItem, WireMemory } from '../../wire/memory.ts'
import type { WireVersion } from '../../wire/memory-version.ts'
import type { WireMomentReport } from '../../wire/moment.ts'
import type { WirePage } from '../../wire/page.ts'
import type { WirePlan } from '../../wire/plan.ts'
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
}

/** Newest first. */
export const listLog = (
  storeId: string,
  { path, within, actor, kind }: LogFilter,
  paged: { readonly page: string | undefined; readonly signal: AbortSignal },
) =>
  request<WirePage<WireLogEntry>>('GET', `${ownAddress(storeId)}/log`, {
    query: {
      path,
      path_prefix: within,
      actor,
      'operations[]': kind,
      limit: 50,
      page: paged.page,
    },
    signal: paged.signal,
  })

export const getMoment = (storeId: string, seq: number | undefined, signal?: AbortSignal) =>
  request<WireMomentReport>('GET', `${ownAddress(storeId)}/moment`, {
    query: { at_seq: seq },
    signal,
  })

/** What lived in the store after a change, in the order of paths. */
export const listAsOf = (
  storeId: string,
  seq: number,
  paged: { readonly page: string | undefined; readonly signal: AbortSignal },
) =>
  request<WirePage<WireListItem>>('GET', `${ownAddress(storeId)}/memories`, {
    query: { at_seq: seq, limit: 100, page: paged.page },
    signal: paged.signal,
  })

/** With its content. */
export const getAsOf = (storeId: string, path: string, seq: number, signal?: AbortSignal) =>
  request<WireMemory>('GET', `${ownAddress(storeId)}/memory`, {
    query: { path, at_seq: seq },
    signal,
  })

export const getBlame = (storeId: string, versionId: string, signal?: AbortSignal) =>
  request<WireBlame>('GET', `${ownAddress(storeId)}/blame`, {
    query: { version_id: versionId },
    signal,
  })

export const diffVersions = (storeId: string, from: string, to: string, signal?: AbortSignal) =>
  request<WireDiff>('GET', `${ownAddress(storeId)}/diff`, {
    query: { from_version: from, to_version: to },
    signal,
  })

const version = (storeId: string, id: string) =>
  `${storeAddress(storeId)}/memory_versions/${encodeURIComponent(id)}`

/** With its content, unless that was erased. */
export const getVersion = (storeId: string, id: string, signal?: AbortSignal) =>
  request<WireVersion>('GET', version(storeId, id), { signal })

export const redactVersion = (storeId: string, id: string) =>
  request<WireVersion>('POST', `${version(storeId, id)}/redact`)

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
  | { readonly type: 'revert'; readonly body: { readonly actor: string } }

/** Says what would be done, or does it if the store still is what the plan was made for. */
export const takeBack = (
  storeId: string,
  { type, body }: Undo,
  how: { readonly dry_run: true } | { readonly expected_seq: number },
) => request<WirePlan>('POST', `${ownAddress(storeId)}/${type}`, { body: { ...body, ...how } })
