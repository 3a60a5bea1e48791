import { notFound } from '../../domain/errors.ts'
import type { UseCase } from '../app.ts'
import { permitSessions, reachSession } from '../sessions/reach.ts'
import { reportTurn } from './report-turn.ts'

export const getTurn: UseCase<'getTurn'> = async (app, caller, input) => {
  permitSessions(caller, 'read')
  const session = await reachSession(app, caller, input.sessionId)
  const turn = await app.storage.view.sessions.turn(session.id, input.turnId)
  if (turn === undefined) throw notFound('turn')
  return reportTurn(app, turn)
}
