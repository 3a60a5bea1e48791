import type { QueryClient } from '@tanstack/preact-query'
import { useEffect, useRef } from 'preact/hooks'
import { readAnew } from '../api/anew.ts'
import { followChanges } from '../api/change-feed.ts'
import { getUsage } from '../api/stores.ts'

/** Many changes at once are one reason to look again. */
const gatherMs = 300

/**
 * Tells when something changed in a store, or may have before it was followed. The page that asks
 * shows by itself what fails.
 */
export function useFollow(storeId: string, onChange: () => unknown): void {
  const current = useRef(onChange)
  current.current = onChange
  useEffect(() => {
    const end = new AbortController()
    const { signal } = end
    let timer: ReturnType<typeof setTimeout> | undefined
    const tell = () => {
      timer = undefined
      void current.current()
    }
    const tellSoon = () => (timer ??= setTimeout(tell, gatherMs))
    const follow = ({ seq: after }: { readonly seq: number }) => {
      if (signal.aborted) return
      // What was read before may be older than this.
      tellSoon()
      return followChanges(
        storeId,
        { after, signal },
        { onChange: tellSoon, onState: () => undefined },
      )
    }
    getUsage(storeId, signal).then(follow, () => undefined)
    return () => {
      clearTimeout(timer)
      end.abort()
    }
  }, [storeId])
}

/** What this tab knows of a store's past and present is asked for again where it is shown. */
export async function forgetHistory(client: QueryClient, storeId: string): Promise<void> {
  const keys = [
    'log',
    'moment',
    'since',
    'memory-now',
    'memory',
    'entry',
    'usage',
    'memory-id',
    'memory-path',
    'erased',
  ]
  await Promise.all(keys.map((key) => readAnew(client, [key, storeId])))
}
