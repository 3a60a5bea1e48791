import type { KnownActor } from '../api/actors.ts'
import { endpoint } from './endpoint.ts'
import { expectObject } from './json.ts'
import { encodeList, pageSchema, type WirePage } from './page.ts'
import { texts } from './query.ts'
import { object, orNull, ref, string, time, type Schema } from './schema.ts'
import { decodeTimeOrUndefined, encodeTimeOrNull } from './timestamp.ts'

export interface WireKnownActor {
  id: string
  name: string | null
  revoked_at: string | null
  type: 'api_actor' | 'session_actor'
}

function encodeKnownActor({ id, name, revokedAt }: KnownActor): WireKnownActor {
  return {
    id,
    name: name ?? null,
    revoked_at: encodeTimeOrNull(revokedAt),
    type: id.startsWith('sesn_') ? 'session_actor' : 'api_actor',
  }
}

function decodeKnownActor(json: unknown): KnownActor {
  const wire = expectObject(json) as WireKnownActor
  return {
    id: wire.id,
    name: wire.name ?? undefined,
    revokedAt: decodeTimeOrUndefined(wire.revoked_at),
  }
}

export const knownActorSchema: Schema = object(
  {
    id: string('`apikey_…` or `sesn_…`'),
    name: orNull({ type: 'string', description: 'What people call it; null without a title.' }),
    revoked_at: orNull({ ...time, description: 'Of a key; null while it works.' }),
    type: { type: 'string', enum: ['api_actor', 'session_actor'] },
  },
  'Who stands behind the id of an actor.',
)

const listActors = endpoint({
  verb: 'listActors',
  method: 'GET',
  path: '/palimpsest/v1/actors',
  query: { 'ids[]': texts('1 to 100 ids of API keys and sessions, as changes name them.') },
  answer: pageSchema(ref('KnownActor')),
  docs: {
    group: 'Palimpsest: keys and workspaces',
    summary: 'Name actors',
    description:
      'What keys (revoked ones included) and sessions of the workspace are called, in the order asked for. For every API key of the workspace; shows neither roles nor secrets. Ids that are not known are left out.',
    example: {
      search: '?ids[]=apikey_011CZkZaBF1tNoB5wlCeusgx',
      answer: {
        data: [
          {
            id: 'apikey_011CZkZaBF1tNoB5wlCeusgx',
            name: 'laptop',
            revoked_at: null,
            type: 'api_actor',
          },
        ],
        next_page: null,
      },
    },
  },
  toInput: ({ query }) => ({ ids: query['ids[]'] }),
  toRequest: ({ ids }) => ({ query: { 'ids[]': ids } }),
  encode: (actors) => encodeList(actors, encodeKnownActor),
  decode: (json) => (expectObject(json) as WirePage<unknown>).data.map(decodeKnownActor),
})

export const actorEndpoints = { listActors }
