import { useQueries, useQuery } from '@tanstack/preact-query'
import { Link } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import { nameOf } from '../api/actors.ts'
import { sessionLink } from '../frame/links.ts'
import { Foreign } from '../parts/visible-text.tsx'
import { identity } from './identity.ts'

interface ActorNameProps {
  readonly actor: WireActor | null | undefined
  /** Where a link fits: a session leads to what was said in it. */
  readonly isLink?: boolean
}

/** Who did something, as people call them where that is known, with the id that finds them. */
export function ActorName({ actor, isLink = false }: ActorNameProps) {
  const { data: name, isLoading } = useQuery(named(actor ? actorId(actor) : undefined))
  if (actor === undefined) return <span class="actor">…</span>
  if (actor === null) return <span class="actor">somebody unknown</span>
  const id = actorId(actor)
  const shown = isLoading ? '…' : name ? <Foreign text={`“${name}”`} /> : <code>{id}</code>
  return (
    <span class="actor" title={id}>
      {kinds[actor.type]}{' '}
      {isLink && actor.type === 'session_actor' ? (
        <Link href={sessionLink(id)}>{shown}</Link>
      ) : (
        shown
      )}
      {isMine(id) && ' (yours)'}
    </span>
  )
}

const kinds = {
  session_actor: 'agent session',
  api_actor: 'API key',
  user_actor: 'user',
  service_account_actor: 'service account',
} as const

/** The id that finds an actor, whatever kind it is. */
export function actorId(actor: WireActor): string {
  switch (actor.type) {
    case 'session_actor':
      return actor.session_id
    case 'api_actor':
      return actor.api_key_id
    case 'user_actor':
      return actor.user_id
    case 'service_account_actor':
      return actor.service_account_id
  }
}

/** The same for every place that shows the actor; undefined until it is known, and without one. */
const named = (id: string | undefined) => ({
  queryKey: ['actor', id],
  queryFn: () => nameOf(id ?? ''),
  enabled: id !== undefined,
  staleTime: 60_000,
})

/** One line of text: for choices, where nothing else fits. */
export function useActorWords(actors: readonly WireActor[]): (actor: WireActor) => string {
  const ids = [...new Set(actors.map(actorId))]
  const found = useQueries({ queries: ids.map(named) })
  const names = new Map(ids.map((id, index) => [id, found[index]?.data]))
  return (actor) => {
    const id = actorId(actor)
    const name = names.get(id) ?? undefined
    return `${kinds[actor.type]} ${name === undefined ? id : `“${name}”`}`
  }
}

function isMine(id: string): boolean {
  const actor = identity.value?.actor
  return actor?.type === 'api_actor' && actor.api_key_id === id
}
