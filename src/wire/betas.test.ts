import { describe, expect, test } from 'vitest'
import { checkBetas } from './betas.ts'

const memory = 'agent-memory-2026-07-22'
const agents = 'managed-agents-2026-04-01'
const strict = { family: 'memory', isStrict: true } as const
const lenient = { family: 'memory', isStrict: false } as const

test.each([
  [memory],
  [agents],
  [` ${memory} `],
  [`${memory},${memory}`],
  [`files-api-2025-04-14, ${memory}`],
  [`oauth-2025-04-20,${agents}`],
  [`,${memory},,`],
])('[R-2.3-4] %j names one of the two betas', (header) => {
  expect(checkBetas(header, strict)).toBeUndefined()
  expect(checkBetas(header, lenient)).toBeUndefined()
})

test.each([[undefined], [''], [' , '], ['files-api-2025-04-14'], ['something-new-2027-01-31']])(
  '[R-2.3-2] %j names neither: served, and 404 when headers are strict',
  (header) => {
    expect(checkBetas(header, lenient)).toBeUndefined()
    const problem = checkBetas(header, strict)
    expect(problem?.code).toBe('not_found')
    expect(problem?.message).toContain(memory)
  },
)

test('[R-2.3-1] both at once are refused, and the message names them', () => {
  for (const header of [`${memory},${agents}`, `${agents}, x-2025-01-01 ,${memory}`]) {
    const problem = checkBetas(header, lenient)
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
  expect(checkBetas(header, lenient)).toEqual({
    code: 'invalid',
    field: 'anthropic-beta',
    message: `Unexpected value(s) ${shown} for the \`anthropic-beta\` header. Please consult our documentation at platform.claude.com/docs or try again without the header.`,
  })
})

test('[R-2.3-3] a huge header is refused with a short message', () => {
  const problem = checkBetas('x'.repeat(10_000), lenient)
  expect(problem?.message.length).toBeLessThan(400)
})

describe('the operations of agents', () => {
  const ask = (header: string | undefined, isStrict: boolean) =>
    checkBetas(header, { family: 'agents', isStrict })

  test.each([[agents], [`${memory},${agents}`], [`${agents}, files-api-2025-04-14`]])(
    '[R-S1.0-1] %j names them',
    (header) => expect(ask(header, true)).toBeUndefined(),
  )

  test.each([[undefined], [''], [memory], ['files-api-2025-04-14']])(
    '[R-S1.0-1] %j does not: served, and 404 when headers are strict',
    (header) => {
      expect(ask(header, false)).toBeUndefined()
      const problem = ask(header, true)
      expect(problem?.code).toBe('not_found')
      expect(problem?.message).toContain(agents)
    },
  )

  test('[R-S1.0-2] a made-up word is refused', () => {
    expect(ask('nonsense', false)?.code).toBe('invalid')
  })
})
