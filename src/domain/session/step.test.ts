import { describe, expect, test } from 'vitest'
import type { EventId } from '../ids.ts'
import type { LogEntry, SessionEvent } from './event.ts'
import { denialOf, openCalls, step, type StepRules } from './step.ts'

const rules: StepRules = {
  environmentKind: 'cloud',
  isKnown: (name) => ['read', 'write'].includes(name),
  requestsMax: 5,
  failuresMax: 3,
  contextTokensMax: 1_000,
}

type Draft = {
  readonly type: SessionEvent['type']
  readonly id?: string
  readonly [key: string]: unknown
}

let names = 0

/** A log in which everything is processed but what `waits`. */
function log(...drafts: readonly Draft[]): LogEntry[] {
  return drafts.map(({ waits, raw, ...event }, index) => {
    names += 1
    const named = { id: `sevt_${names}`, ...event }
    const processedAt = waits === true ? undefined : index + 1
    return { event: named as unknown as SessionEvent, processedAt, raw }
  })
}

const said: Draft = { type: 'user.message', id: 'm1', content: [] }
const waiting: Draft = { ...said, waits: true }
const start: Draft = { type: 'span.model_request_start', id: 's1' }
const usage = {
  inputTokens: 10,
  outputTokens: 1,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
}
const ended: Draft = { type: 'span.model_request_end', isError: false, modelUsage: usage }
const failed: Draft = { ...ended, isError: true }
const use = (id: string, name = 'write', evaluatedPermission = 'allow'): Draft => {
  return { type: 'agent.tool_use', id, name, input: {}, evaluatedPermission }
}
const result = (toolUseId: string): Draft => ({ type: 'agent.tool_result', toolUseId, content: [] })
const idle = (type: string): Draft => ({ type: 'session.status_idle', stopReason: { type } })

describe('what a session does next', () => {
  test.each<[string, readonly Draft[], object]>([
    ['nothing was ever said', [], { type: 'finish', why: 'end_turn' }],
    [
      'a message waits',
      [waiting],
      { type: 'call_model', consume: ['m1'], failures: 0, isFirst: true },
    ],
    ['a message was taken and nobody answered', [said], { type: 'call_model', consume: [] }],
    ['the model answered', [said, start, ended], { type: 'finish', why: 'end_turn' }],
    ['a request is open', [said, start], { type: 'close_request', startId: 's1' }],
    [
      'a call is open',
      [said, start, use('t1'), ended],
      { type: 'run_tools', calls: [{ id: 't1' }] },
    ],
    [
      'one of two calls has its result',
      [said, start, use('t1'), use('t2'), ended, result('t1')],
      { type: 'run_tools', calls: [{ id: 't2' }] },
    ],
    [
      'all calls have results',
      [said, start, use('t1'), ended, result('t1')],
      { type: 'call_model', isFirst: false },
    ],
    [
      'the operator added to the prompt, and nobody spoke',
      [{ type: 'system.message', content: [], waits: true }],
      { type: 'finish' },
    ],
    ['a request failed', [said, start, failed], { type: 'call_model', failures: 1 }],
    [
      'requests failed too often',
      [said, start, failed, start, failed, start, failed],
      { type: 'finish', why: 'failures' },
    ],
    [
      'a success came between failures',
      [said, start, failed, start, use('t'), ended, result('t'), start, failed],
      { type: 'call_model', failures: 1 },
    ],
    [
      'the model paused',
      [said, start, { ...ended, raw: { stopReason: 'pause_turn' } }],
      { type: 'call_model' },
    ],
    [
      'an interrupt waits, whatever else',
      [said, start, use('t1'), ended, { type: 'user.interrupt', waits: true }],
      { type: 'interrupt' },
    ],
    [
      'an interrupt was taken',
      [said, { type: 'user.interrupt' }, idle('end_turn')],
      { type: 'finish' },
    ],
    [
      'a turn ended and another message waits',
      [said, start, failed, idle('retries_exhausted'), waiting],
      { type: 'call_model', failures: 0, isFirst: true },
    ],
    [
      'a turn was cut in the middle of a request',
      [said, start, idle('end_turn'), waiting],
      { type: 'call_model', isFirst: true },
    ],
  ])('%s', (_name, drafts, expected) => {
    expect(step(log(...drafts), rules)).toMatchObject(expected)
  })

  test('a turn of too many requests ends; the next message counts from zero', () => {
    const loop = Array.from({ length: 5 }, (_, n) => [
      start,
      use(`t${n}`),
      ended,
      result(`t${n}`),
    ]).flat()
    expect(step(log(said, ...loop), rules)).toEqual({ type: 'finish', why: 'request_limit' })
    expect(step(log(said, ...loop.slice(4)), rules)).toMatchObject({ type: 'call_model' })
    expect(step(log(said, ...loop, idle('retries_exhausted'), waiting), rules)).toMatchObject({
      type: 'call_model',
    })
  })

  test('a rest for answers does not begin a new turn', () => {
    const loop = Array.from({ length: 5 }, (_, n) => [
      start,
      use(`t${n}`),
      ended,
      result(`t${n}`),
    ]).flat()
    const drafts = [said, ...loop.slice(0, 8), idle('requires_action'), ...loop.slice(8)]
    expect(step(log(...drafts), rules)).toEqual({ type: 'finish', why: 'request_limit' })
  })

  test('a context that is nearly full is summarised first, and once', () => {
    const full = { ...ended, modelUsage: { ...usage, cacheReadInputTokens: 990 } }
    expect(step(log(said, start, full, waiting), rules)).toEqual({ type: 'compact' })
    const compacted: Draft = { type: 'agent.thread_context_compacted' }
    const after = [said, start, full, waiting, start, full, compacted]
    expect(step(log(...after), rules)).toMatchObject({ type: 'call_model' })
  })

  test('what the model was due to answer before a summary, it still is', () => {
    const full = { ...ended, modelUsage: { ...usage, inputTokens: 2_000 } }
    const drafts = [said, start, use('t'), full, result('t'), start, ended]
    const compacted: Draft = { type: 'agent.thread_context_compacted' }
    expect(step(log(...drafts, compacted), rules)).toMatchObject({ type: 'call_model' })
    expect(step(log(...drafts), rules)).toMatchObject({ type: 'finish' })
  })
})

describe('calls that others answer', () => {
  const asked = [said, start, use('t1', 'write', 'ask'), ended]
  const confirmed = (answer: object): Draft => {
    return { type: 'user.tool_confirmation', toolUseId: 't1', ...answer }
  }

  test('one that is asked about waits, runs when allowed, and is refused when denied', () => {
    expect(step(log(...asked), rules)).toEqual({ type: 'wait' })
    expect(step(log(...asked, confirmed({ result: 'allow' })), rules)).toMatchObject({
      type: 'run_tools',
      calls: [{ id: 't1' }],
    })
    expect(step(log(...asked, confirmed({ result: 'deny', denyMessage: 'no' })), rules)).toEqual({
      type: 'deny',
      callId: 't1',
      text: 'Permission to use write has been rejected. Rejection message: no',
    })
    expect(denialOf('bash', undefined)).toBe('Permission to use bash has been rejected.')
  })

  test('a custom tool waits for its result, which may come early', () => {
    const call: Draft = { type: 'agent.custom_tool_use', id: 'c1', name: 'x', input: {} }
    const answer: Draft = { type: 'user.custom_tool_result', id: 'r1', customToolUseId: 'c1' }
    expect(step(log(said, start, call, ended), rules)).toEqual({ type: 'wait' })
    expect(step(log(said, start, call, ended, answer), rules)).toMatchObject({ consume: [] })
    expect(step(log(said, start, call, ended, { ...answer, waits: true }), rules)).toMatchObject({
      type: 'call_model',
      consume: ['r1'],
    })
  })

  test('what this server can run goes first, the rest waits', () => {
    const call: Draft = { type: 'agent.custom_tool_use', id: 'c1', name: 'x', input: {} }
    const drafts = [said, start, call, use('t1'), ended]
    expect(step(log(...drafts), rules)).toMatchObject({ type: 'run_tools', calls: [{ id: 't1' }] })
    expect(step(log(...drafts, result('t1')), rules)).toEqual({ type: 'wait' })
    expect(openCalls(log(...drafts, result('t1')))).toEqual(['c1'] satisfies string[] as EventId[])
  })

  test('a worker runs the tools of a self-hosted session, but none that does not exist', () => {
    const hosted: StepRules = { ...rules, environmentKind: 'self_hosted' }
    expect(step(log(said, start, use('t1'), ended), hosted)).toEqual({ type: 'wait' })
    expect(step(log(said, start, use('t1', 'nothing'), ended), hosted)).toMatchObject({
      type: 'run_tools',
    })
  })
})
