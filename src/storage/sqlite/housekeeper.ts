// Checkpoints and sweep plans: a thread of its own, so that neither the writer nor a read waits.
import { workerData, type MessagePort } from 'node:worker_threads'
import type { StoreId } from '../../domain/ids.ts'
import type { Retention } from '../../domain/limits.ts'
import { checkpoint, openHousekeeper } from './connection.ts'
import { findDirtyPages } from './page-gaps.ts'
import {
  nextStoreToSweep,
  planRemovals,
  sidOf,
  sliceRows,
  storesToReap,
  type Housekeeping,
  type RemoveVersions,
} from './reap.ts'

export interface HousekeeperData {
  readonly file: string
  /** The database file, opened once for the life of the process (see `open.ts`). */
  readonly descriptor: number
  readonly retention: Retention
  readonly port: MessagePort
}

export type ToHousekeeper =
  | { readonly type: 'checkpoint' }
  /** Plan the removals of the next store after this number. */
  | { readonly type: 'plan_next'; readonly afterSid: number; readonly now: number }
  | { readonly type: 'plan_store'; readonly storeId: StoreId; readonly now: number }
  | { readonly type: 'plan_reaping' }
  | { readonly type: 'find_dirty_pages' }
  | { readonly type: 'close' }

export type FromHousekeeper =
  | { readonly type: 'checkpointed' }
  | { readonly type: 'dirty_pages'; readonly pages: readonly number[] }
  | {
      readonly type: 'planned'
      /** Where to go on; undefined when every store was seen. */
      readonly nextSid: number | undefined
      readonly works: readonly Housekeeping[]
    }
  | { readonly type: 'closed' }

const { file, descriptor, retention, port } = workerData as HousekeeperData
const db = openHousekeeper(file)

port.on('message', (message: ToHousekeeper) => port.postMessage(answer(message)))

function answer(message: ToHousekeeper): FromHousekeeper {
  switch (message.type) {
    case 'checkpoint':
      checkpoint(db, 'PASSIVE')
      return { type: 'checkpointed' }
    case 'plan_next':
      return planNext(message.afterSid, message.now)
    case 'plan_store':
      return planStore(sidOf(db, message.storeId), message.now)
    case 'plan_reaping':
      return { type: 'planned', nextSid: undefined, works: storesToReap(db).map(reaping) }
    case 'find_dirty_pages':
      return { type: 'dirty_pages', pages: findDirtyPages(descriptor) }
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
  const isKeptForever = keepMs === undefined
  return planStore(isKeptForever ? undefined : nextStoreToSweep(db, afterSid, now - keepMs), now)
}

function planStore(sid: number | undefined, now: number): FromHousekeeper {
  if (sid === undefined) return { type: 'planned', nextSid: undefined, works: [] }
  const removals = planRemovals(db, sid, { retention, now })
  const works: RemoveVersions[] = []
  for (let start = 0; start < removals.length; start += sliceRows) {
    const versions = removals.slice(start, start + sliceRows)
    works.push({ type: 'remove_versions', sid, versions })
  }
  return { type: 'planned', nextSid: sid, works }
}
