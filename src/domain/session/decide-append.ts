import { makeEventId } from '../ids.ts'
import { refuse, type Refused } from '../memory/decide.ts'
import type { ModelRequestEnd, RunnerEvent, SessionUsage } from './event.ts'
import {
  append,
  blockers,
  closeCall,
  consume,
  hasMessage,
  interrupt,
  openCall,
  queueWork,
  reschedule,
  rest,
  run,
  usageAt,
  type LogDraft,
} from './log-draft.ts'
import type { AppendBatch, Appended, TurnEnd } from './runner-port.ts'

export const leaseLost: Refused = refuse({
  code: 'conflict',
  message: 'another process runs the session, or it runs no more',
})

/** The runner's append, made while its lease holds. */
export function decideAppend(
  draft: LogDraft,
  batch: AppendBatch,
): Refused | { readonly kind: 'appended'; readonly answer: Appended } {
  const { status } = draft.session
  if (status !== 'running' && status !== 'rescheduling') return leaseLost
  if (status === 'rescheduling' && batch.end !== 'rescheduled') run(draft)
  const consumed = new Set<string>(batch.consume)
  for (const input of draft.session.waiting) {
    if (consumed.has(input.id)) consume(draft, input)
  }
  for (const { event, raw } of batch.events ?? []) {
    append(draft, event, raw)
    note(draft, event)
  }
  if (batch.end !== undefined) end(draft, batch.end)
  queueWork(draft)
  return { kind: 'appended', answer: appended(draft) }
}

function note(draft: LogDraft, event: RunnerEvent): void {
  switch (event.type) {
    case 'agent.tool_use': {
      const { id, name, evaluatedPermission } = event
      return openCall(draft, { id, kind: 'built_in', name, permission: evaluatedPermission })
    }
    case 'agent.custom_tool_use':
      return openCall(draft, {
        id: event.id,
        kind: 'custom',
        name: event.name,
        permission: 'allow',
      })
    case 'agent.tool_result':
      return closeCall(draft, event.toolUseId)
    case 'span.model_request_end':
      draft.session = { ...draft.session, usage: added(draft.session.usage, event) }
      return
    default:
  }
}

function added(usage: SessionUsage, { modelUsage }: ModelRequestEnd): SessionUsage {
  return {
    ...usage,
    inputTokens: usage.inputTokens + modelUsage.inputTokens,
    outputTokens: usage.outputTokens + modelUsage.outputTokens,
    cacheReadInputTokens: usage.cacheReadInputTokens + modelUsage.cacheReadInputTokens,
    cacheCreationInputTokens: usage.cacheCreationInputTokens + modelUsage.cacheCreationInputTokens,
  }
}

function end(draft: LogDraft, end: TurnEnd): void {
  if (typeof end === 'object')
    return restThenGoOn(draft, () => rest(draft, { type: 'refusal' }, end.details))
  switch (end) {
    case 'end_turn':
      if (!hasMessage(draft.session)) rest(draft, { type: 'end_turn' })
      return
    case 'requires_action': {
      const eventIds = blockers(draft.session)
      if (eventIds.length > 0) rest(draft, { type: 'requires_action', eventIds })
      return
    }
    case 'rescheduled':
      return reschedule(draft)
    case 'retries_exhausted':
      // What waits is left to the next message: a session that cannot run must not run in a loop.
      for (const input of draft.session.waiting) consume(draft, input)
      return rest(draft, { type: 'retries_exhausted' })
    case 'interrupted':
      return restThenGoOn(draft, () => {
        interrupt(draft)
        rest(draft, { type: 'end_turn' })
      })
  }
}

/** Messages that were queued meanwhile begin a turn of their own. */
function restThenGoOn(draft: LogDraft, restNow: () => void): void {
  restNow()
  if (hasMessage(draft.session)) run(draft)
}

function appended({ session }: LogDraft): Appended {
  return {
    status: session.status === 'terminated' ? 'idle' : session.status,
    stopReason: session.stopReason,
    waiting: session.waiting.length > 0,
    interrupted: session.waiting.some(({ type }) => type === 'user.interrupt'),
  }
}

/** Archiving ends a session for good; what runs has to be interrupted first. */
export function decideArchive(draft: LogDraft): Refused | undefined {
  const { session, now } = draft
  if (session.archivedAt !== undefined) return undefined
  if (session.status === 'running' || session.status === 'rescheduling') {
    return refuse({
      code: 'invalid',
      message: `Session ${session.id} cannot be archived while its status is "${session.status}". Only pending or idle sessions may be archived.`,
    })
  }
  append(draft, { id: makeEventId(now), type: 'session.status_terminated' })
  draft.session = {
    ...draft.session,
    status: 'terminated',
    usage: usageAt(session, now),
    restingSince: undefined,
    archivedAt: now,
    updatedAt: now,
  }
  return undefined
}
