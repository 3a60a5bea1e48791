import type { StoreId } from '../../domain/ids.ts'
import type { App } from '../app.ts'

/** Waits for the next change of a store; begun before a read, so that nothing slips in between. */
export interface Changed {
  /** Resolves at the next change, or when the signal ends the waiting. Ends the subscription. */
  wait(signal: AbortSignal): Promise<void>
  end(): void
}

export function changed({ storage }: App, ...storeIds: readonly StoreId[]): Changed {
  const happened = Promise.withResolvers<void>()
  const awaited: ReadonlySet<string> = new Set(storeIds)
  const end = storage.subscribe((id) => {
    if (awaited.has(id)) happened.resolve()
  })
  return {
    end,
    async wait(signal) {
      const stop = () => happened.resolve()
      signal.addEventListener('abort', stop, { once: true })
      if (!signal.aborted) await happened.promise
      signal.removeEventListener('abort', stop)
      end()
    },
  }
}
