import type { Activity, StoreActivity } from '../api/activity.ts'
import { decodeActor, encodeActor, type WireActor } from './actor.ts'
import { endpoint } from './endpoint.ts'
import { expectObject } from './json.ts'
import { decodeStore, encodeStore, type WireStore } from './memory-store.ts'
import { integer } from './query.ts'
import { count, literal, object, ref, string, type Schema } from './schema.ts'
import { decodeUsage, encodeUsage, type WireUsage } from './usage.ts'

interface WireStoreActivity {
  fill: number
  memory_store: WireStore
  usage: WireUsage
  writes: number
}

export interface WireActivity {
  days: { date: string; created: number; modified: number; deleted: number }[]
  is_complete: boolean
  stores: WireStoreActivity[]
  stores_seen: number
  type: 'activity'
  writers: { actor: WireActor | null; writes: number }[]
}

function encodeActivity(activity: Activity): WireActivity {
  return {
    days: [...activity.days],
    is_complete: activity.isComplete,
    stores: activity.stores.map(({ store, usage, writes, fill }) => ({
      fill,
      memory_store: encodeStore(store),
      usage: encodeUsage(usage),
      writes,
    })),
    stores_seen: activity.storesSeen,
    type: 'activity',
    writers: activity.writers.map(({ actor, writes }) => ({ actor: encodeActor(actor), writes })),
  }
}

function decodeActivity(json: unknown, workspaceId: string): Activity {
  const wire = expectObject(json, 'activity') as WireActivity
  return {
    days: wire.days,
    isComplete: wire.is_complete,
    stores: wire.stores.map((one) => decodeStoreActivity(one, workspaceId)),
    storesSeen: wire.stores_seen,
    writers: wire.writers.map(({ actor, writes }) => ({ actor: decodeActor(actor) ?? '', writes })),
  }
}

function decodeStoreActivity(wire: WireStoreActivity, workspaceId: string): StoreActivity {
  return {
    store: decodeStore(wire.memory_store, workspaceId),
    usage: decodeUsage(wire.usage),
    writes: wire.writes,
    fill: wire.fill,
  }
}

const days = {
  type: 'array',
  items: object({ date: string('UTC.'), created: count, modified: count, deleted: count }),
  description: 'Oldest first, days without a write included.',
} as const satisfies Schema

export const activitySchema: Schema = object(
  {
    days,
    is_complete: {
      type: 'boolean',
      description: 'Whether every store and every write of the time was counted.',
    },
    stores: {
      type: 'array',
      items: object({
        fill: { type: 'number', description: 'How full the fullest of its limits is: 0 to 1.' },
        memory_store: ref('MemoryStore'),
        usage: ref('MemoryStoreUsage'),
        writes: count,
      }),
      description: 'Those that were written or are near a limit, at most 50.',
    },
    stores_seen: count,
    type: literal('activity'),
    writers: {
      type: 'array',
      items: object({
        actor: { oneOf: [ref('Actor'), { type: 'null' }] },
        writes: count,
      }),
      description: 'Who wrote most, at most 20.',
    },
  },
  'What was written in a workspace lately.',
)

const getActivity = endpoint({
  verb: 'getActivity',
  method: 'GET',
  path: '/palimpsest/v1/activity',
  query: {
    days: integer('Days to look back, today included.', { minimum: 1, maximum: 90, default: 14 }),
  },
  answer: ref('Activity'),
  docs: {
    group: 'Palimpsest: stores',
    summary: 'What was written lately',
    description:
      'Writes by day, by store and by writer over the last days (UTC), and stores that are near a limit. Looks at up to 2,000 stores and 100,000 writes, and says when there is more.',
    example: {
      search: '?days=7',
      answer: {
        days: [{ date: '2026-11-20', created: 3, modified: 1, deleted: 0 }],
        is_complete: true,
        stores: [],
        stores_seen: 1,
        type: 'activity',
        writers: [
          {
            actor: { api_key_id: 'apikey_011CZkZaBF1tNoB5wlCeusgx', type: 'api_actor' },
            writes: 4,
          },
        ],
      },
    },
  },
  toInput: ({ query }) => ({ days: query.days }),
  toRequest: ({ days: back }) => ({ query: { days: back } }),
  encode: encodeActivity,
  decode: decodeActivity,
})

export const activityEndpoints = { getActivity }
