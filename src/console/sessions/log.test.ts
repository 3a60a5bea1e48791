import { expect, test } from 'vitest'
import type { WireEvent } from '../../wire/session-event.ts'
import { addEvent, readLog, statusOf, textOf, waitingTools, writesDuring } from './log.ts'

const event = (id: string, type: string, fields: object = {}): WireEvent => ({
  id,
  type,
  processed_at: null,
  ...fields,
})

test('a tool stands with its result, and what nobody reads is left out', () => {
  const log = readLog([
    event('1', 'user.message', { content: [{ type: 'text', text: 'hi' }] }),
    event('2', 'session.status_running'),
    event('3', 'agent.tool_use', { name: 'read' }),
    event('4', 'agent.tool_use', { name: 'write' }),
    event('5', 'agent.tool_result', { tool_use_id: '3' }),
    event('6', 'span.model_request_end'),
    event('7', 'agent.message', { content: [] }),
  ])
  expect(log.map((entry) => entry.kind)).toEqual(['message', 'tool', 'tool', 'message'])
  expect(log[1]).toMatchObject({ use: { id: '3' }, result: { id: '5' } })
  expect(log[2]).toMatchObject({ use: { id: '4' }, result: undefined })
})

test('an event that was seen while it waited is there once, at its place', () => {
  const waiting = [event('1', 'user.message'), event('2', 'user.message')]
  const seen = addEvent(waiting, { ...event('1', 'user.message'), processed_at: 'now' })
  expect(seen.map(({ id }) => id)).toEqual(['2', '1'])
  expect(addEvent(seen, { ...event('1', 'user.message'), processed_at: 'now' })).toEqual(seen)
  expect(
    addEvent([...seen, event('3', 'agent.message')], seen[1] ?? event('4', '')).at(-1)?.id,
  ).toBe('3')
})

test('tools wait only while the newest status says so', () => {
  const idle = event('9', 'session.status_idle', {
    stop_reason: { type: 'requires_action', event_ids: ['3'] },
  })
  expect([...waitingTools([event('3', 'agent.tool_use'), idle])]).toEqual(['3'])
  expect(waitingTools([idle, event('10', 'session.status_running')]).size).toBe(0)
  expect(statusOf([idle])).toBe('idle')
  expect(statusOf([])).toBeUndefined()
})

test('text of blocks', () => {
  const content = [{ text: 'a' }, { type: 'image' }, { text: 'b' }]
  expect(textOf(event('1', 'agent.message', { content }))).toBe('a\n\nb')
  expect(textOf(event('1', 'agent.message'))).toBe('')
})

test('a write stands with the tool that ran then, and that names its file if it names one', () => {
  const at = (second: number) => `2026-11-20T08:00:0${second}.000Z`
  const use = { ...event('1', 'agent.tool_use'), processed_at: at(1) }
  const result = { ...event('2', 'agent.tool_result'), processed_at: at(3) }
  const writes = [0, 1, 2, 3, 4].map((second) => ({ created_at: at(second), path: '/a.md' }))
  expect(writesDuring({ use, result }, writes)).toEqual(writes.slice(1, 4))
  expect(writesDuring({ use, result: undefined }, writes)).toEqual([])
  const named = (file: string) => ({ ...use, input: { file_path: file } })
  expect(writesDuring({ use: named('/mnt/memory/n/a.md'), result }, writes).length).toBe(3)
  expect(writesDuring({ use: named('/mnt/memory/n/b.md'), result }, writes)).toEqual([])
})
