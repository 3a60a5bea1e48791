import type { Caller } from '../caller.ts'
import { makeRequestId } from '../ids.ts'
import type { Session } from './session.ts'

/** A session as a caller: it reaches its attached stores with the attached access, no more. */
export function sessionCaller(session: Session, now: number): Caller {
  return {
    workspaceId: session.workspaceId,
    actor: session.id,
    role: 'read_write',
    door: 'agent',
    requestId: makeRequestId(now),
    stores: new Map(session.stores.map(({ storeId, access }) => [storeId, access])),
  }
}
