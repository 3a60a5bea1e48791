import { expect, test } from 'vitest'
import { Parts } from './parts.ts'

test('parts are closed in reverse, all of them, and the first failure is told', async () => {
  const closed: string[] = []
  const parts = new Parts()
  parts.defer(() => {
    closed.push('first')
  })
  parts.defer(() => {
    throw new Error('second')
  })
  parts.use({ [Symbol.asyncDispose]: async () => void closed.push('third') })
  await expect(parts[Symbol.asyncDispose]()).rejects.toThrow('second')
  expect(closed).toEqual(['third', 'first'])
})

test('parts that were handed on are closed by who has them, once', async () => {
  let closings = 0
  const parts = new Parts()
  parts.defer(() => {
    closings += 1
  })
  const moved = parts.move()
  await parts[Symbol.asyncDispose]()
  expect(closings).toBe(0)
  await moved[Symbol.asyncDispose]()
  await moved[Symbol.asyncDispose]()
  expect(closings).toBe(1)
})
