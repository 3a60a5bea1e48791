import type { Problem } from '../errors.ts'
import type { EventId } from '../ids.ts'
import { refuse, type Refused } from '../memory/decide.ts'
import type { InboundEvent, LogEntry, UserToolConfirmation } from './event.ts'
import {
  append,
  answeredBy,
  blockers,
  closeCall,
  enqueue,
  interrupt,
  isAnswered,
  queueWork,
  rest,
  run,
  type LogDraft,
} from './log-draft.ts'
import type { Session } from './session.ts'

/** What sending starts from beside the draft of the log. */
export interface SendFacts {
  /** Results of earlier sends and appends for the calls that the events answer, by the call. */
  readonly answers: ReadonlyMap<string, LogEntry>
}

export type SendDecision =
  | Refused
  | { readonly kind: 'sent'; readonly entries: readonly LogEntry[] }

/** All events or none, each seeing what the ones before it did. */
export function decideSend(
  draft: LogDraft,
  facts: SendFacts,
  events: readonly InboundEvent[],
): SendDecision {
  const archived = refuseEnded(draft.session)
  if (archived) return archived
  const entries: LogEntry[] = []
  for (const [index, event] of events.entries()) {
    const entry = sendOne(draft, facts, event)
    if ('kind' in entry) return refuse(at(entry.problem, event, index))
    entries.push(entry)
  }
  settle(draft)
  queueWork(draft)
  return { kind: 'sent', entries }
}

export function refuseEnded({ id, archivedAt, status }: Session): Refused | undefined {
  if (archivedAt === undefined && status !== 'terminated') return undefined
  return refuse({ code: 'invalid', message: `Session ${id} is archived: it takes no more events.` })
}

function at(problem: Problem, event: InboundEvent, index: number): Problem {
  const message = `Invalid ${event.type} event at events[${index}]: ${problem.message}`
  return { ...problem, message }
}

function sendOne(draft: LogDraft, facts: SendFacts, event: InboundEvent): LogEntry | Refused {
  switch (event.type) {
    case 'user.message':
      return sendMessage(draft, event)
    case 'system.message':
      return enqueue(draft, event)
    case 'user.interrupt':
      return sendInterrupt(draft, event)
    case 'user.tool_confirmation':
      return sendConfirmation(draft, event)
    case 'user.tool_result':
    case 'user.custom_tool_result':
      return sendResult(draft, facts, event)
  }
}

const isIdle = ({ session }: LogDraft) => session.status === 'idle'

function sendMessage(draft: LogDraft, event: InboundEvent): LogEntry | Refused {
  settle(draft)
  const { stopReason } = draft.session
  if (isIdle(draft) && stopReason?.type === 'requires_action') {
    const ids = blockers(draft.session).join(' ')
    return wrong(
      `waiting on responses to events [${ids}]; only \`user.tool_confirmation\`, \`user.custom_tool_result\`, \`user.tool_result\`, or \`user.interrupt\` may be sent (a \`system.message\` may trail a tool result)`,
    )
  }
  if (isIdle(draft)) run(draft)
  return enqueue(draft, event)
}

/** A running session ends by its runner; one that waits is ended here. */
function sendInterrupt(draft: LogDraft, event: InboundEvent): LogEntry {
  if (!isIdle(draft)) return enqueue(draft, event)
  const isWaiting = draft.session.stopReason?.type === 'requires_action'
  interrupt(draft)
  const entry = append(draft, event)
  draft.session = { ...draft.session, workPauseMs: 0 }
  if (isWaiting) endWait(draft)
  return { ...entry, processedAt: undefined }
}

function endWait(draft: LogDraft): void {
  rest(draft, { type: 'end_turn' })
  if (draft.session.waiting.some(({ type }) => type === 'user.message')) run(draft)
}

function sendConfirmation(draft: LogDraft, event: UserToolConfirmation): LogEntry | Refused {
  const call = draft.session.calls.find(({ id }) => id === event.toolUseId)
  if (call === undefined || call.permission !== 'ask') {
    return wrong(`${event.toolUseId} is not a tool call that waits for a confirmation`)
  }
  if (call.confirmed !== undefined) {
    if (call.confirmed === event.result) return { event, processedAt: undefined, raw: undefined }
    return wrong(`${event.toolUseId} was already answered with "${call.confirmed}"`)
  }
  const calls = draft.session.calls.map((open) =>
    open.id === call.id ? { ...open, confirmed: event.result } : open,
  )
  const entry = append(draft, event)
  draft.session = { ...draft.session, calls }
  return { ...entry, processedAt: undefined }
}

type ResultEvent = Extract<InboundEvent, { type: 'user.tool_result' | 'user.custom_tool_result' }>

function sendResult(draft: LogDraft, facts: SendFacts, event: ResultEvent): LogEntry | Refused {
  const isCustom = event.type === 'user.custom_tool_result'
  const callId = answeredBy(event) as EventId
  const call = draft.session.calls.find(({ id }) => id === callId)
  if (call === undefined || isAnswered(draft.session, callId)) {
    return sendAgain(facts.answers.get(callId), event, callId)
  }
  if (isCustom !== (call.kind === 'custom')) {
    const wanted = isCustom ? 'user.tool_result' : 'user.custom_tool_result'
    return wrong(`${callId} is to be answered by a \`${wanted}\``)
  }
  if (!isCustom && draft.session.environmentKind === 'cloud') {
    return wrong(`${callId} is run by the server`)
  }
  if (call.permission === 'ask' && call.confirmed !== 'allow') {
    return wrong(`${callId} waits for a \`user.tool_confirmation\``)
  }
  countResult(draft)
  if (!isIdle(draft)) return enqueue(draft, event)
  const entry = append(draft, event)
  closeCall(draft, callId)
  return entry
}

/** A worker sends a result again when its answer was lost: the same one is fine, another is not. */
function sendAgain(
  known: LogEntry | undefined,
  event: ResultEvent,
  callId: EventId,
): LogEntry | Refused {
  if (known === undefined) return wrong(`${callId} is not a tool call that waits for a result`)
  if (sameResult(known.event, event)) return { ...known, event: { ...event, id: known.event.id } }
  return wrong(`${callId} already has another result`)
}

function sameResult(known: LogEntry['event'], event: ResultEvent): boolean {
  if (known.type !== event.type) return false
  const same = (known.isError ?? false) === (event.isError ?? false)
  return same && JSON.stringify(known.content ?? []) === JSON.stringify(event.content ?? [])
}

/** An item that got something done is followed by another without a pause. */
function countResult(draft: LogDraft): void {
  draft.session = { ...draft.session, workPauseMs: 0 }
  const { liveWorkId } = draft.session
  const item = liveWorkId === undefined ? undefined : draft.work.get(liveWorkId)
  if (item !== undefined) draft.work.set(item.id, { ...item, results: item.results + 1 })
}

/** Goes on when everything is answered, else says what is still missing. */
function settle(draft: LogDraft): void {
  const { status, stopReason } = draft.session
  if (status !== 'idle' || stopReason?.type !== 'requires_action') return
  const eventIds = blockers(draft.session)
  if (eventIds.length === 0) return run(draft)
  const said = stopReason.eventIds
  const isSame = said.length === eventIds.length && said.every((id) => eventIds.includes(id))
  if (!isSame) rest(draft, { type: 'requires_action', eventIds })
}

function wrong(message: string): Refused {
  return refuse({ code: 'invalid', message })
}
