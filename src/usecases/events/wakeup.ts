import type { Storage, Topic } from '../../storage/port.ts'

/** Something to wait for again and again: what comes while nobody waits is not missed. */
export interface Wakeup extends Disposable {
  /** Resolves at the next change, the signal's end, or after `maxMs`. */
  wait(maxMs: number, signal: AbortSignal): Promise<void>
  /** Wakes whoever waits. */
  wake(): void
}

/** @param isMeant says of a topic whether it concerns whoever waits */
export function wakeupOn(
  storage: Pick<Storage, 'subscribe'>,
  isMeant: (topic: Topic) => boolean,
): Wakeup {
  let isDue = false
  let resolveWait: (() => void) | undefined
  const wake = () => {
    isDue = true
    resolveWait?.()
  }
  const end = storage.subscribe((topic) => {
    if (isMeant(topic)) wake()
  })
  return {
    wake,
    [Symbol.dispose]: end,
    async wait(maxMs, signal) {
      if (!isDue && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        resolveWait = resolve
        const stop = () => resolve()
        const timer = setTimeout(stop, maxMs)
        signal.addEventListener('abort', stop, { once: true })
        await promise
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        resolveWait = undefined
      }
      isDue = false
    },
  }
}
