import type { ActorId } from '../domain/caller.ts'
import { literal, object, string, type Schema } from './schema.ts'

/** Who did something (contract §8.4). */
export type WireActor =
  | { session_id: string; type: 'session_actor' }
  | { api_key_id: string; type: 'api_actor' }
  | { type: 'user_actor'; user_id: string }
  | { service_account_id: string; type: 'service_account_actor' }

/** Null for an actor that was not recorded, or that the wire has no word for. */
export function encodeActor(id: ActorId | undefined): WireActor | null {
  if (id === undefined) return null
  if (id.startsWith('apikey_')) return { api_key_id: id, type: 'api_actor' }
  if (id.startsWith('sesn_')) return { session_id: id, type: 'session_actor' }
  if (id.startsWith('user_')) return { type: 'user_actor', user_id: id }
  if (id.startsWith('svac_')) return { service_account_id: id, type: 'service_account_actor' }
  return null
}

export function decodeActor(actor: WireActor | null | undefined): ActorId | undefined {
  switch (actor?.type) {
    case 'api_actor':
      return actor.api_key_id
    case 'session_actor':
      return actor.session_id
    case 'user_actor':
      return actor.user_id
    case 'service_account_actor':
      return actor.service_account_id
    default:
      return undefined
  }
}

export const actorSchema: Schema = {
  description: 'Recorded at the time of the operation and never updated.',
  oneOf: [
    object({ api_key_id: string('Id of the key, not its secret.'), type: literal('api_actor') }),
    object({ session_id: string('The session.'), type: literal('session_actor') }),
    object({ type: literal('user_actor'), user_id: string('The person.') }),
    object({
      service_account_id: string('The service account.'),
      type: literal('service_account_actor'),
    }),
  ],
}
