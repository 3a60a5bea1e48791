import { Link } from 'wouter-preact'
import type { WireActor } from '../../wire/actor.ts'
import { sessionLink } from '../frame/links.ts'
import { Foreign } from '../parts/visible-text.tsx'

/** Who it was, as far as an id says it; a session leads to what was said in it. */
export function WriterName({ actor }: { readonly actor: WireActor | null }) {
  if (actor === null) return <span class="soft">nobody known</span>
  switch (actor.type) {
    case 'session_actor':
      return (
        <Link href={sessionLink(actor.session_id)}>
          session <code>{actor.session_id}</code>
        </Link>
      )
    case 'api_actor':
      return (
        <span>
          key <code>{actor.api_key_id}</code>
        </span>
      )
    default:
      return <Foreign text={Object.values(actor).join(' ')} />
  }
}
