// Checkpoints and sweep plans: a thread of its own, so that neither the writer nor a read waits.
import { workerData, type MessagePort } from 'node:worker_threads'
import type { Retention } from '../../domain/limits.ts'
import { checkpoint, openHousekeeper } from './connection.ts'
import {
  nextStoreToSweep,
  planRemovals,
  sliceRows,
  storesToReap,
  type Housekeeping,
  type RemoveVersions,
} from './reap.ts'

export interface HousekeeperData {
  readonly file: string
  readonly retention: Retention
  readonly port: MessagePort
}

export type ToHousekeeper =
  | { readonly type: 'checkpoint' }
  /** Plan the removals of the next store after this one, or of exactly one store. */
  | { readonly type: 'plan_next'; readonly afterSid: number; readonly now: number }
  | { readonly type: 'plan_reaping' }
  | { readonly type: 'close' }

export type FromHousekeeper =
  | { readonly type: 'checkpointed' }
  | {
      readonly type: 'planned'
      /** Where to go on; undefined when every store was seen. */
      readonly nextSid: number | undefined
      readonly works: readonly Housekeeping[]
    }
  | { readonly type: 'closed' }

const { file, retention, port } = workerData as HousekeeperData
const db = openHousekeeper(file)

port.on('message', (message: ToHousekeeper) => port.postMessage(answer(message)))

function answer(message: ToHousekeeper): FromHousekeeper {
  switch (message.type) {
    case 'checkpoint':
      checkpoint(db, 'PASSIVE')
      return { type: 'checkpointed' }
    case 'plan_next':
      return planNext(message.afterSid, message.now)
    case 'plan_reaping':
      return { type: 'planned', nextSid: undefined, works: storesToReap(db).map(reaping) }
    case 'close':
      db.close()
      return { type: 'closed' }
  }
}

function reaping(sid: number): Housekeeping {
  return { type: 'reap_store', sid, rowsMax: sliceRows }
}

function planNext(afterSid: number, now: number): FromHousekeeper {
  const { keepMs } = retention
  const sid = keepMs === undefined ? undefined : nextStoreToSweep(db, afterSid, now - keepMs)
  if (sid === undefined) return { type: 'planned', nextSid: undefined, works: [] }
  const removals = planRemovals(db, sid, { retention, now })
  const works: RemoveVersions[] = []
  for (let start = 0; start < removals.length; start += sliceRows) {
    works.push({
      type: 'remove_versions',
      sid,
      versions: removals.slice(start, start + sliceRows),
    })
  }
  return { type: 'planned', nextSid: sid, works }
}
