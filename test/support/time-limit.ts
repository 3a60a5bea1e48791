// A limit of time that runs out when the test says so: on a busy machine no length is right.
import { onTestFinished, vi } from 'vitest'

/** What is limited to exactly so many milliseconds ends when the controller is aborted. */
export function limitOf(ms: number): AbortController {
  const over = new AbortController()
  const timeout = AbortSignal.timeout.bind(AbortSignal)
  const spy = vi.spyOn(AbortSignal, 'timeout')
  spy.mockImplementation((asked) => (asked === ms ? over.signal : timeout(asked)))
  onTestFinished(() => spy.mockRestore())
  return over
}
