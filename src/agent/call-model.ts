import type { EventId } from '../domain/ids.ts'
import type { LogEntry, SessionErrorType } from '../domain/session/event.ts'
import type { Appended, NewEvent } from '../domain/session/runner-port.ts'
import type { Step } from '../domain/session/step.ts'
import { retryDelayMs } from './loop-settings.ts'
import { ModelFailure, type FailureKind, type MessagesRequest } from './messages.ts'
import { offeredTools } from './prompt.ts'
import { endOfRequest, replyEvents } from './reply-events.ts'
import { readReply, type Reply, type ReplyListener } from './reply.ts'
import { modelRequest, summaryRequest, type RequestParts } from './request.ts'
import { sessionError, type Acting } from './running.ts'
import type { SummaryRecord } from './transcript.ts'

type CallModel = Extract<Step, { type: 'call_model' }>

/** One model request, from its start in the log to its answer there, or to its failure. */
export async function callModel(acting: Acting, next: CallModel): Promise<Appended | undefined> {
  const { lease, settings, makeEventId } = acting
  if (next.isFirst) await lease.watched(settings.watchMs)
  const started = await start(acting, next.consume)
  if ('ended' in started) return started.ended
  const { startId } = started
  const request = modelRequest(await partsOf(acting, next.consume))
  const reply = await ask(acting, request, listenerOf(acting))
  if (reply === 'left') return undefined
  if (reply === 'interrupted') return interrupted(acting, startId)
  if (reply instanceof ModelFailure) return failed(acting, { startId, failure: reply, next })
  if (reply.stopReason === 'model_context_window_exceeded') {
    const failure = new ModelFailure('context_too_long', 'the context of the model is full')
    return failed(acting, { startId, failure, next })
  }
  const offered = offeredTools(lease.session, acting.prompt)
  const context = { session: lease.session, offered, startId, makeEventId }
  const { events, end } = replyEvents(reply, context)
  return lease.append(end === undefined ? { events } : { events, end })
}

/** Has the model say what is worth keeping, and begins the conversation anew from there. */
export async function summarize(acting: Acting): Promise<Appended | undefined> {
  const started = await start(acting, [])
  if ('ended' in started) return started.ended
  const { startId } = started
  const parts = await partsOf(acting, [])
  const silent = { ...listenerOf(acting), started: () => {}, text: () => {} }
  let reply = await ask(acting, summaryRequest(parts, false), silent)
  if (reply instanceof ModelFailure && reply.kind === 'context_too_long') {
    reply = await ask(acting, summaryRequest(parts, true), silent)
  }
  if (reply === 'left') return undefined
  if (reply === 'interrupted') return interrupted(acting, startId)
  if (reply instanceof ModelFailure && reply.kind === 'context_too_long') {
    return tooLongForGood(acting, startId, reply)
  }
  if (reply instanceof ModelFailure) {
    const failures = failuresIn(acting.log)
    return failed(acting, { startId, failure: reply, next: { failures } })
  }
  const texts = reply.blocks.flatMap(({ block }) => (block.type === 'text' ? [block.text] : []))
  const raw: SummaryRecord = { summary: texts.join('\n') || '(nothing was noted)' }
  const { makeEventId, lease } = acting
  const end = endOfRequest({ startId, makeEventId }, { usage: reply.usage, isError: false })
  const compacted = { id: makeEventId(), type: 'agent.thread_context_compacted' } as const
  return lease.append({ events: [{ event: end }, { event: compacted, raw }] })
}

async function partsOf(
  { lease, log, settings, prompt, retiredStores }: Acting,
  consume: readonly EventId[],
): Promise<RequestParts> {
  const counted = log.filter(
    ({ event, processedAt }) => processedAt !== undefined || consume.includes(event.id),
  )
  const retired = await retiredStores()
  return { session: lease.session, log: counted, settings, prompt, retired }
}

async function start(
  { lease, makeEventId }: Acting,
  consume: readonly EventId[],
): Promise<{ readonly startId: EventId } | { readonly ended: Appended }> {
  const startId = makeEventId()
  const event = { id: startId, type: 'span.model_request_start' } as const
  const appended = await lease.append({ consume, events: [{ event }] })
  return appended.status === 'idle' ? { ended: appended } : { startId }
}

function listenerOf({ lease, makeEventId }: Acting): ReplyListener {
  return {
    makeEventId,
    started: (type, id) => lease.publish({ type: 'event_start', event: { type, id } }),
    text: (eventId, index, text) => lease.publish({ type: 'event_delta', eventId, index, text }),
  }
}

async function ask(
  { model, lease, stopping }: Acting,
  request: MessagesRequest,
  listener: ReplyListener,
): Promise<Reply | ModelFailure | 'interrupted' | 'left'> {
  const signal = AbortSignal.any([lease.lost, lease.interrupted, stopping])
  try {
    if (!signal.aborted) return await readReply(model.stream(request, signal), listener)
  } catch (error) {
    if (!signal.aborted && error instanceof ModelFailure) return error
    if (!signal.aborted) throw error
  }
  return lease.lost.aborted || stopping.aborted ? 'left' : 'interrupted'
}

function interrupted({ lease, makeEventId }: Acting, startId: EventId): Promise<Appended> {
  const event = endOfRequest({ startId, makeEventId }, { isError: true })
  return lease.append({ events: [{ event }], end: 'interrupted' })
}

interface Failed {
  readonly startId: EventId
  readonly failure: ModelFailure
  readonly next: { readonly failures: number }
}

async function failed(
  acting: Acting,
  { startId, failure, next }: Failed,
): Promise<Appended | undefined> {
  const { lease, settings, makeEventId } = acting
  const closed: NewEvent = { event: endOfRequest({ startId, makeEventId }, { isError: true }) }
  if (failure.kind === 'context_too_long') {
    // Where a summary did not help, there is nothing left to try.
    if (isSummarized(acting.log)) return tooLongForGood(acting, startId, failure)
    const appended = await lease.append({ events: [closed] })
    if (appended.status === 'idle' || appended.interrupted) return appended
    return summarize({ ...acting, log: await lease.log() })
  }
  if (!failure.isTransient) {
    const type = failure.kind === 'billing' ? 'billing_error' : 'model_request_failed_error'
    const error = errorEvent(acting, type, { failure, status: 'terminal' })
    return lease.append({ events: [closed, error], end: 'retries_exhausted' })
  }
  const isLast = next.failures + 1 >= settings.triesMax
  const status = isLast ? 'exhausted' : 'retrying'
  const error = errorEvent(acting, transientType[failure.kind] ?? 'unknown_error', {
    failure,
    status,
  })
  const events = [closed, error]
  if (isLast) return lease.append({ events, end: 'retries_exhausted' })
  const appended = await lease.append({ events, end: 'rescheduled' })
  if (appended.status === 'idle' || appended.interrupted) return appended
  const delay = retryDelayMs(settings, next.failures, failure.retryAfterMs)
  await pause(delay, AbortSignal.any([lease.lost, lease.interrupted, acting.stopping]))
  return appended
}

const transientType: Partial<Record<FailureKind, SessionErrorType>> = {
  overloaded: 'model_overloaded_error',
  rate_limited: 'model_rate_limited_error',
  unreachable: 'model_request_failed_error',
}

function tooLongForGood(
  acting: Acting,
  startId: EventId,
  failure: ModelFailure,
): Promise<Appended> {
  const { lease, makeEventId } = acting
  const closed: NewEvent = { event: endOfRequest({ startId, makeEventId }, { isError: true }) }
  const error = sessionError(acting, 'compaction_limit_reached_error', failure.message)
  return lease.append({ events: [closed, error], end: 'retries_exhausted' })
}

/** Whether nothing but the failed request came after a summary. */
function isSummarized(log: readonly LogEntry[]): boolean {
  const at = log.findLastIndex(({ event }) => event.type === 'agent.thread_context_compacted')
  return at !== -1 && !log.slice(at).some(({ event }) => isSuccess(event))
}

function isSuccess(event: LogEntry['event']): boolean {
  return event.type === 'span.model_request_end' && !event.isError
}

function failuresIn(log: readonly LogEntry[]): number {
  const from = log.findLastIndex(({ event }) => isSuccess(event))
  const since = log.slice(from + 1)
  return since.filter(({ event }) => event.type === 'span.model_request_end').length
}

function errorEvent(
  acting: Acting,
  type: SessionErrorType,
  { failure, status }: { failure: ModelFailure; status: 'retrying' | 'exhausted' | 'terminal' },
): NewEvent {
  const { message } = failure
  const error = { type, message, retryStatus: { type: status } } as const
  return { event: { id: acting.makeEventId(), type: 'session.error', error } }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    function end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
