import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/preact-query'
import type { WireVersion } from '../../wire/memory-version.ts'
import type { WirePage } from '../../wire/page.ts'
import type { WireSession } from '../../wire/session.ts'
import {
  getSession,
  listAgents,
  listEnvironments,
  listSessions,
  listWrites,
} from '../api/sessions.ts'

export const sessionsKey = ['sessions'] as const
export const sessionKey = (id: string) => ['session', id] as const

export const useSessions = (filter: {
  readonly storeId: string | undefined
  readonly archived: boolean
}) =>
  useInfiniteQuery({
    queryKey: [...sessionsKey, filter],
    queryFn: ({ pageParam, signal }) => listSessions({ ...filter, page: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
  })

export const useSession = (id: string) =>
  useQuery({ queryKey: sessionKey(id), queryFn: ({ signal }) => getSession(id, signal) })

export const useAgents = () =>
  useQuery({ queryKey: ['agents'], queryFn: ({ signal }) => listAgents(signal) })

export const useEnvironments = () =>
  useQuery({ queryKey: ['environments'], queryFn: ({ signal }) => listEnvironments(signal) })

/** What the session wrote in all its stores, as far as the newest of each go. */
export function useAllWrites(session: WireSession, seen: number): readonly WireVersion[] {
  const found = useQueries({
    queries: session.resources.map(({ memory_store_id: storeId }) => ({
      queryKey: ['writes', session.id, storeId, seen],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        listWrites(session.id, storeId, signal),
      placeholderData: (before: WirePage<WireVersion> | undefined) => before,
    })),
  })
  return found.flatMap(({ data }) => data?.data ?? [])
}

/** @param seen grows with the log, so that new writes are looked for */
export const useWrites = (sessionId: string, storeId: string, seen: number) =>
  useQuery({
    queryKey: ['writes', sessionId, storeId, seen],
    queryFn: ({ signal }) => listWrites(sessionId, storeId, signal),
    placeholderData: (before) => before,
  })
