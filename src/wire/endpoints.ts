import type { Verb } from '../api.ts'
import { activityEndpoints } from './activity.ts'
import { actorEndpoints } from './known-actor.ts'
import { agentEndpoints } from './agent-endpoints.ts'
import type { BetaFamily } from './betas.ts'
import type { Endpoint } from './endpoint.ts'
import { environmentEndpoints } from './environment-endpoints.ts'
import { eventEndpoints } from './event-endpoints.ts'
import { historyEndpoints } from './history-endpoints.ts'
import { forgetEndpoints } from './forget-endpoints.ts'
import { guardEndpoints } from './guard-endpoints.ts'
import { keyEndpoints } from './key-endpoints.ts'
import { memoryEndpoints } from './memory-endpoints.ts'
import { memoryStoreEndpoints } from './memory-store-endpoints.ts'
import { memoryVersionEndpoints } from './memory-version-endpoints.ts'
import { ownEndpoints } from './own-endpoints.ts'
import { searchEndpoints } from './search-endpoints.ts'
import { transferEndpoints } from './transfer-endpoints.ts'
import { sessionEndpoints } from './session-endpoints.ts'
import { webhookEndpoints } from './webhook-endpoints.ts'
import { workEndpoints } from './work-endpoints.ts'

/** Every operation, by the verb it is: a verb without one does not compile. */
export const endpoints: { readonly [V in Verb]: Endpoint<V> } = {
  ...memoryStoreEndpoints,
  ...memoryEndpoints,
  ...memoryVersionEndpoints,
  ...ownEndpoints,
  ...historyEndpoints,
  ...searchEndpoints,
  ...transferEndpoints,
  ...keyEndpoints,
  ...actorEndpoints,
  ...agentEndpoints,
  ...environmentEndpoints,
  ...sessionEndpoints,
  ...eventEndpoints,
  ...workEndpoints,
  ...webhookEndpoints,
  ...guardEndpoints,
  ...forgetEndpoints,
  ...activityEndpoints,
}

/** The table as a list, for those who walk over it and care for no verb in particular. */
export const endpointList: readonly Endpoint[] = Object.values(endpoints)

/** The operations of the official API begin with this; all others are this server's own. */
export const officialPrefix = '/v1/'

/** And those of memory with this. */
const memoryPrefix = '/v1/memory_stores'

/**
 * Whose rules the beta header of an operation follows; undefined where none is looked at. Turns are
 * this server's own, and the SDKs' plain `post` asks for them without the header.
 */
export function betaFamilyOf({ path }: Pick<Endpoint, 'path'>): BetaFamily | undefined {
  if (path.startsWith(memoryPrefix)) return 'memory'
  if (!path.startsWith(officialPrefix) || /\/turns(\/|$)/.test(path)) return undefined
  return 'agents'
}
