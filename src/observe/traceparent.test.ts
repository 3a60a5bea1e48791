import { expect, test } from 'vitest'
import { parseTraceParent } from './traceparent.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

test('a traceparent names trace, span and flags', () => {
  expect(parseTraceParent(`00-${trace}-${span}-01`)).toEqual({
    traceId: trace,
    spanId: span,
    flags: 1,
  })
  expect(parseTraceParent(`cc-${trace}-${span}-00-future`)?.flags).toBe(0)
})

test.each([
  [undefined],
  [''],
  ['nonsense'],
  [`00-${trace}-${span}`],
  [`00-${trace}-${span}-01-more`],
  [`ff-${trace}-${span}-01`],
  [`00-${trace.toUpperCase()}-${span}-01`],
  [`00-${'0'.repeat(32)}-${span}-01`],
  [`00-${trace}-${'0'.repeat(16)}-01`],
])('%j is ignored', (header) => {
  expect(parseTraceParent(header)).toBeUndefined()
})
