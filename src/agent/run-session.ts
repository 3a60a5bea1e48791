import type { AgentToolUse } from '../domain/session/event.ts'
import type { AppendBatch, Appended } from '../domain/session/runner-port.ts'
import { step, type Step, type StepRules } from '../domain/session/step.ts'
import { knowLog } from './known-log.ts'
import { contextTokensMax } from './loop-settings.ts'
import { callModel, summarize } from './call-model.ts'
import { offeredTools } from './prompt.ts'
import { endOfRequest, toolResult } from './reply-events.ts'
import { isToolName, runTool } from './tools/run-tool.ts'
import { sessionError, type Acting, type Running } from './running.ts'

/** Runs a session until it rests, is lost, or the server stops. */
export async function runSession(running: Running): Promise<void> {
  const { stopping } = running
  const lease = knowLog(running.lease)
  const rules = rulesOf(running)
  let { isTakenOver } = lease
  while (!lease.lost.aborted && !stopping.aborted) {
    const log = await lease.log()
    const next = step(log, rules)
    const appended = await act({ ...running, lease, log, isTakenOver }, next)
    if (appended === undefined || appended.status === 'idle') return
    isTakenOver = false
  }
}

function rulesOf({ lease, settings, prompt }: Running): StepRules {
  const { session } = lease
  const offered: readonly string[] = offeredTools(session, prompt)
  return {
    environmentKind: session.environmentKind,
    isKnown: (name) => offered.includes(name),
    requestsMax: settings.requestsMax,
    failuresMax: settings.triesMax,
    contextTokensMax: contextTokensMax(settings),
  }
}

/** @returns undefined when the session must be left as it is */
async function act(acting: Acting, next: Step): Promise<Appended | undefined> {
  const { lease, makeEventId } = acting
  switch (next.type) {
    case 'interrupt':
      return lease.append({ end: 'interrupted' })
    case 'close_request': {
      const startId = next.startId
      const event = endOfRequest({ startId, makeEventId }, { isError: true })
      return lease.append({ events: [{ event }] })
    }
    case 'deny': {
      const answer = { text: next.text, isError: true }
      return lease.append({ events: [{ event: toolResult(makeEventId(), next.callId, answer) }] })
    }
    case 'run_tools':
      return runTools(acting, next.calls)
    case 'wait':
      return lease.append({ end: 'requires_action' })
    case 'compact':
      return summarize(acting)
    case 'call_model':
      return callModel(acting, next)
    case 'finish':
      return lease.append(endOf(next.why, acting))
  }
}

async function runTools(
  acting: Acting,
  calls: readonly AgentToolUse[],
): Promise<Appended | undefined> {
  const { lease, makeEventId } = acting
  let appended: Appended | undefined
  for (const call of calls) {
    const output = await runCall(acting, call)
    if (output === 'left') return undefined
    if (output === 'interrupted') return lease.append({ end: 'interrupted' })
    const event = toolResult(makeEventId(), call.id, output)
    appended = await lease.append({ events: [{ event }] })
    if (appended.interrupted) return appended
  }
  return appended
}

/** Tools that, run again after a server died in the middle, could do their work twice. */
const onceOnly: ReadonlySet<string> = new Set(['bash', 'edit'])
const unknownOutcome =
  'the server stopped while this was running, and whether it took effect is not known; ' +
  'look before you repeat it'

async function runCall(acting: Acting, call: AgentToolUse) {
  const { lease, prompt, stopping, isTakenOver } = acting
  const { name, input } = call
  const cutOff = { text: `${name}: ${unknownOutcome}`, isError: true }
  if (isTakenOver && onceOnly.has(name)) return cutOff
  if (!isToolName(name) || !offeredTools(lease.session, prompt).includes(name)) {
    const why = name === 'bash' ? prompt.noShellBecause : undefined
    return { text: `${name}: ${why ?? 'this tool is not available here'}`, isError: true }
  }
  const signal = AbortSignal.any([lease.lost, lease.interrupted, stopping])
  try {
    return await runTool(await acting.openWorld(), { name, input }, signal)
  } catch (error) {
    if (lease.lost.aborted) return 'left'
    if (stopping.aborted) return onceOnly.has(name) ? cutOff : 'left'
    if (lease.interrupted.aborted) return 'interrupted'
    throw error
  }
}

function endOf(why: Extract<Step, { type: 'finish' }>['why'], acting: Acting): AppendBatch {
  switch (why) {
    case 'end_turn':
      return { end: 'end_turn' }
    case 'request_limit': {
      const message = `the turn reached its limit of ${acting.settings.requestsMax} model requests`
      const event = sessionError(acting, 'tool_use_limit_reached_error', message)
      return { events: [event], end: 'retries_exhausted' }
    }
    case 'failures': {
      const event = sessionError(acting, 'unknown_error', 'the model request failed too often')
      return { events: [event], end: 'retries_exhausted' }
    }
  }
}
