import { expect, test } from 'vitest'
import { checkBetas } from './betas.ts'

const memory = 'agent-memory-2026-07-22'
const agents = 'managed-agents-2026-04-01'

test.each([
  [memory],
  [agents],
  [` ${memory} `],
  [`${memory},${memory}`],
  [`files-api-2025-04-14, ${memory}`],
  [`oauth-2025-04-20,${agents}`],
  [`,${memory},,`],
])('[R-2.3-4] %j names one of the two betas', (header) => {
  expect(checkBetas(header, true)).toBeUndefined()
  expect(checkBetas(header, false)).toBeUndefined()
})

test.each([[undefined], [''], [' , '], ['files-api-2025-04-14'], ['something-new-2027-01-31']])(
  '[R-2.3-2] %j names neither: served, and 404 when headers are strict',
  (header) => {
    expect(checkBetas(header, false)).toBeUndefined()
    const problem = checkBetas(header, true)
    expect(problem?.code).toBe('not_found')
    expect(problem?.message).toContain(memory)
  },
)

test('[R-2.3-1] both at once are refused, and the message names them', () => {
  for (const header of [`${memory},${agents}`, `${agents}, x-2025-01-01 ,${memory}`]) {
    const problem = checkBetas(header, false)
    expect(problem?.code).toBe('invalid')
    expect(problem?.message).toContain(memory)
    expect(problem?.message).toContain(agents)
  }
})

test.each([
  ['nonsense', '`nonsense`'],
  ['agent-memory', '`agent-memory`'],
  ['Agent-Memory-2026-07-22', '`Agent-Memory-2026-07-22`'],
  ['agent_memory-2026-07-22', '`agent_memory-2026-07-22`'],
  ['2026-07-22', '`2026-07-22`'],
  [`${memory},x y`, '`x y`'],
  ['a,b', '`a`, `b`'],
])('[R-2.3-3] %j holds no beta name and gets the documented sentence', (header, shown) => {
  expect(checkBetas(header, false)).toEqual({
    code: 'invalid',
    field: 'anthropic-beta',
    message: `Unexpected value(s) ${shown} for the \`anthropic-beta\` header. Please consult our documentation at platform.claude.com/docs or try again without the header.`,
  })
})

test('[R-2.3-3] a huge header is refused with a short message', () => {
  const problem = checkBetas('x'.repeat(10_000), false)
  expect(problem?.message.length).toBeLessThan(400)
})
