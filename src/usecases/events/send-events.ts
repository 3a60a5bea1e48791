import { provenance, type Caller } from '../../domain/caller.ts'
import { forbidden } from '../../domain/errors.ts'
import type { InboundEvent } from '../../domain/session/event.ts'
import { parseInboundList } from '../../domain/session/parse-events.ts'
import type { UseCase } from '../app.ts'
import { permitSessions, reachSession } from '../sessions/reach.ts'

export const sendEvents: UseCase<'sendEvents'> = async (app, caller, input) => {
  permitSessions(caller, 'write')
  const events = parseInboundList(input.events, app.clock())
  for (const event of events) permitEvent(caller, event)
  const { workspaceId, id: sessionId } = await reachSession(app, caller, input.sessionId)
  const by = provenance(caller)
  return app.storage.commit({ type: 'send_events', workspaceId, sessionId, events, by })
}

/** An API client must not be able to forge what a tool said, nor a worker what a user said. */
function permitEvent({ worker }: Caller, { type }: InboundEvent): void {
  const isResult = type === 'user.tool_result'
  if (worker === undefined && isResult) {
    throw forbidden('`user.tool_result` takes the credential of a worker')
  }
  if (worker !== undefined && !isResult && type !== 'user.custom_tool_result') {
    throw forbidden(`a worker may not send \`${type}\``)
  }
}
