import { useQuery } from '@tanstack/preact-query'
import type { WireActor } from '../../wire/actor.ts'
import type { WireKey } from '../../wire/key.ts'
import type { WirePage } from '../../wire/page.ts'
import { request } from '../api/request.ts'
import { Foreign } from '../parts/visible-text.tsx'
import { identity } from './identity.ts'

/** Who did something, as people call them where that is known, with the id that finds them. */
export function ActorName({ actor }: { readonly actor: WireActor | null | undefined }) {
  const names = useKeyNames()
  if (actor === undefined) return <span class="actor">…</span>
  if (actor === null) return <span class="actor">somebody unknown</span>
  const { kind, id } = nameActor(actor)
  const name = names?.get(id)
  return (
    <span class="actor" title={id}>
      {kind} {name === undefined ? <code>{id}</code> : <Foreign text={`“${name}”`} />}
      {isMine(id) && ' (yours)'}
    </span>
  )
}

/** Names of keys are for admins; others see ids. */
function useKeyNames(): ReadonlyMap<string, string> | undefined {
  const { data } = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => request<WirePage<WireKey>>('GET', '/palimpsest/v1/keys', { signal }),
    select: (page) => new Map(page.data.map(({ id, name }) => [id, name])),
    enabled: identity.value?.role === 'admin',
    staleTime: 60_000,
  })
  return data
}

function isMine(id: string): boolean {
  const actor = identity.value?.actor
  return actor?.type === 'api_actor' && actor.api_key_id === id
}

function nameActor(actor: WireActor): { readonly kind: string; readonly id: string } {
  switch (actor.type) {
    case 'session_actor':
      return { kind: 'agent session', id: actor.session_id }
    case 'api_actor':
      return { kind: 'API key', id: actor.api_key_id }
    case 'user_actor':
      return { kind: 'user', id: actor.user_id }
    case 'service_account_actor':
      return { kind: 'service account', id: actor.service_account_id }
  }
}
