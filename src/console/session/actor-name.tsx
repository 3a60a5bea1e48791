import { useQuery } from '@tanstack/preact-query'
import { Link } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import { listKeys } from '../api/admin.ts'
import { listSessions } from '../api/sessions.ts'
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
  const names = useNames(actor?.type)
  if (actor === undefined) return <span class="actor">…</span>
  if (actor === null) return <span class="actor">somebody unknown</span>
  const id = actorId(actor)
  const name = names?.get(id)
  const shown = name === undefined ? <code>{id}</code> : <Foreign text={`“${name}”`} />
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

/** Names of keys are for admins, and old sessions are not looked up: others see ids. */
function useNames(type: WireActor['type'] | undefined): ReadonlyMap<string, string> | undefined {
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => listKeys(undefined, signal),
    select: (page) => new Map(page.data.map(({ id, name }) => [id, name])),
    enabled: type === 'api_actor' && identity.value?.role === 'admin',
    staleTime: 60_000,
  })
  const sessions = useQuery({
    queryKey: ['sessions', 'names'],
    queryFn: ({ signal }) => listSessions({ archived: true }, signal),
    select: (page) => new Map(page.data.flatMap(({ id, title }) => (title ? [[id, title]] : []))),
    enabled: type === 'session_actor',
    staleTime: 60_000,
  })
  return type === 'session_actor' ? sessions.data : keys.data
}

/** One line of text: for choices, where nothing else fits. */
export function useActorWords(): (actor: WireActor) => string {
  const keys = useNames('api_actor')
  const sessions = useNames('session_actor')
  return (actor) => {
    const id = actorId(actor)
    const name = keys?.get(id) ?? sessions?.get(id)
    return `${kinds[actor.type]} ${name === undefined ? id : `“${name}”`}`
  }
}

function isMine(id: string): boolean {
  const actor = identity.value?.actor
  return actor?.type === 'api_actor' && actor.api_key_id === id
}
