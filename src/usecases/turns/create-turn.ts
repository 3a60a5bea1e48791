import { invalid } from '../../domain/errors.ts'
import { makeEventId } from '../../domain/ids.ts'
import type { StoreId } from '../../domain/ids.ts'
import { readSwitch } from '../../domain/session/read-fields.ts'
import type { Session } from '../../domain/session/session.ts'
import { parseTurnInput } from '../../domain/session/parse-turn.ts'
import type { Turn } from '../../domain/session/turn.ts'
import type { App, UseCase } from '../app.ts'
import { given } from '../found.ts'
import { permitSessions, reachSession } from '../sessions/reach.ts'
import { waitForTurn } from './wait-for-turn.ts'

const timeoutSecondsMax = 540
const timeoutSecondsDefault = 300

export const createTurn: UseCase<'createTurn'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const content = parseTurnInput(input.input)
  const timeoutSeconds = given(input.timeoutSeconds, parseTimeout) ?? timeoutSecondsDefault
  const waitForMemory = given(input.waitForMemory, (it) => readSwitch(it, 'wait_for_memory'))
  if (given(input.stream, (it) => readSwitch(it, 'stream')) === true) {
    throw invalid('stream', 'is not supported by this server; follow the events of the session')
  }
  const session = await reachSession(app, caller, input.sessionId)
  const turn = await app.storage.commit({
    type: 'create_turn',
    workspaceId: session.workspaceId,
    sessionId: session.id,
    message: { id: makeEventId(app.clock()), type: 'user.message', content },
    idempotencyKey: input.idempotencyKey,
    stores: await sequences(app, session),
  })
  const waitMs = timeoutSeconds * 1_000
  return waitForTurn(app, turn, { waitMs, waitForMemory: waitForMemory ?? true })
}

function parseTimeout(input: unknown): number {
  if (typeof input === 'number' && input >= 0 && input <= timeoutSecondsMax) return input
  throw invalid('timeout_seconds', `must be a number from 0 to ${timeoutSecondsMax}`)
}

/** Where the stores stand before the turn; a store that is gone by now has nothing to tell. */
async function sequences({ storage }: App, session: Session): Promise<Turn['stores']> {
  const { workspaceId, stores } = session
  const found = await Promise.all(
    stores.map(async ({ storeId }) => ({
      storeId,
      usage: await storage.view.usage({ workspaceId, storeId }),
    })),
  )
  return found.flatMap(({ storeId, usage }): { storeId: StoreId; seq: number }[] =>
    usage === undefined ? [] : [{ storeId, seq: usage.seq }],
  )
}
