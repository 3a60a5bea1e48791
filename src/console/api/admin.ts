import type { WireActivity } from '../../wire/activity.ts'
import type { WireForgetPreview } from '../../wire/forget.ts'
import type { WireKey, WireNewKey, WireWorkspace } from '../../wire/key.ts'
import type { WirePage } from '../../wire/page.ts'
import { request } from './request.ts'

const root = '/palimpsest/v1'

export const getActivity = (days: number, signal?: AbortSignal) =>
  request<WireActivity>('GET', `${root}/activity`, { query: { days }, signal })

export const listKeys = (workspaceId: string | undefined, signal?: AbortSignal) =>
  request<WirePage<WireKey>>('GET', `${root}/keys`, {
    query: { workspace_id: workspaceId },
    signal,
  })

export interface NewKeyFields {
  readonly name: string
  readonly role: WireKey['role']
  readonly workspace_id: string | undefined
}

export const createKey = (fields: NewKeyFields) =>
  request<WireNewKey>('POST', `${root}/keys`, { body: fields })

export const revokeKey = ({ id, workspace_id }: WireKey) =>
  request<WireKey>('POST', `${root}/keys/${encodeURIComponent(id)}/revoke`, {
    query: { workspace_id },
  })

export const listWorkspaces = (signal?: AbortSignal) =>
  request<WirePage<WireWorkspace>>('GET', `${root}/workspaces`, { signal })

export const createWorkspace = (name: string) =>
  request<WireWorkspace>('POST', `${root}/workspaces`, { body: { name } })

/** Everything that has a text, in whatever place; nothing of it is touched. */
export const findEverywhere = (text: string, signal: AbortSignal) =>
  request<WireForgetPreview>('POST', `${root}/forget`, {
    body: { subject: { text: [text], case_sensitive: true }, dry_run: true },
    signal,
  })
