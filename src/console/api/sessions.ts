import type { WireAgent } from '../../wire/agent.ts'
import type { WireEnvironment } from '../../wire/environment.ts'
import type { WireVersion } from '../../wire/memory-version.ts'
import type { WirePage } from '../../wire/page.ts'
import type { WireSession } from '../../wire/session.ts'
import type { WireEvent } from '../../wire/session-event.ts'
import { request } from './request.ts'
import { storeAddress } from './stores.ts'

const root = '/v1/sessions'

export const sessionAddress = (id: string) => `${root}/${encodeURIComponent(id)}`

export interface SessionsFilter {
  readonly storeId?: string | undefined
  readonly page?: string | undefined
  readonly archived: boolean
}

/** Newest first. */
export const listSessions = (filter: SessionsFilter, signal?: AbortSignal) =>
  request<WirePage<WireSession>>('GET', root, {
    query: {
      limit: 50,
      memory_store_id: filter.storeId,
      include_archived: filter.archived,
      page: filter.page,
    },
    signal,
  })

export const getSession = (id: string, signal?: AbortSignal) =>
  request<WireSession>('GET', sessionAddress(id), { signal })

const eventsPerPage = 1_000

/** The log from its beginning; those that wait to be read stand behind all others. */
export async function listEvents(id: string, signal?: AbortSignal): Promise<WireEvent[]> {
  const found: WireEvent[] = []
  let page: string | undefined
  do {
    const query = { limit: eventsPerPage, page }
    const path = `${sessionAddress(id)}/events`
    const answer: WirePage<WireEvent> = await request('GET', path, { query, signal })
    found.push(...answer.data)
    page = answer.next_page ?? undefined
  } while (page !== undefined)
  return found
}

export const sendMessage = (id: string, text: string) =>
  request<WirePage<WireEvent>>('POST', `${sessionAddress(id)}/events`, {
    body: { events: [{ type: 'user.message', content: [{ type: 'text', text }] }] },
  })

export const interrupt = (id: string) =>
  request<unknown>('POST', `${sessionAddress(id)}/events`, {
    body: { events: [{ type: 'user.interrupt' }] },
  })

export const confirmTool = (id: string, toolUseId: string, result: 'allow' | 'deny') =>
  request<unknown>('POST', `${sessionAddress(id)}/events`, {
    body: { events: [{ type: 'user.tool_confirmation', tool_use_id: toolUseId, result }] },
  })

export interface NewSession {
  readonly agent: string
  readonly environment_id: string
  readonly title: string | null
  readonly resources: readonly {
    readonly type: 'memory_store'
    readonly memory_store_id: string
    readonly access: 'read_only' | 'read_write'
  }[]
}

export const createSession = (session: NewSession) =>
  request<WireSession>('POST', root, { body: session })

export const listAgents = (signal?: AbortSignal) =>
  request<WirePage<WireAgent>>('GET', '/v1/agents', { query: { limit: 100 }, signal })

export const listEnvironments = (signal?: AbortSignal) =>
  request<WirePage<WireEnvironment>>('GET', '/v1/environments', { query: { limit: 100 }, signal })

/** What the session wrote in one of its stores, newest first. */
export const listWrites = (sessionId: string, storeId: string, signal?: AbortSignal) =>
  request<WirePage<WireVersion>>('GET', `${storeAddress(storeId)}/memory_versions`, {
    query: { session_id: sessionId, limit: 100 },
    signal,
  })
