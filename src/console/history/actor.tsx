import { Link } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import { sessionLink } from '../frame/links.ts'

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

const kinds = {
  session_actor: 'agent session',
  api_actor: 'API key',
  user_actor: 'user',
  service_account_actor: 'service account',
} as const

/** Who did something, with the id that finds them; a session leads to what was said in it. */
export function ActorName({ actor }: { readonly actor: WireActor | null | undefined }) {
  if (actor === undefined) return <span>…</span>
  if (actor === null) return <span>somebody unknown</span>
  const id = actorId(actor)
  return (
    <span class="actor cut" title={id}>
      {kinds[actor.type]}{' '}
      {actor.type === 'session_actor' ? (
        <Link href={sessionLink(id)}>
          <code>{id}</code>
        </Link>
      ) : (
        <code>{id}</code>
      )}
    </span>
  )
}
