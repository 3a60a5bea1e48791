import { watch as watchFiles } from 'node:fs'
import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { Sync } from './sync.ts'

/** Changes that come together are one pass. */
const gatherMs = 50
const retryMs = 2_000

export interface WatchOptions {
  readonly sync: Sync
  readonly api: Api
  readonly storeId: string
  readonly root: string
  /**
   * Hints can be lost, and not every server gives them: everything is looked at again after this
   * time.
   */
  readonly rescanMs: number
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
}

/** Syncs whenever either side says that something changed, until the signal. */
export async function watch(options: WatchOptions): Promise<void> {
  const { sync, root, tell, rescanMs, signal } = options
  let hint = Promise.withResolvers<void>()
  const files = watchFiles(root, { recursive: true }, () => hint.resolve())
  files.on('error', () => undefined) // what it does not tell, the next look sees
  const following = follow(options, () => hint.resolve())
  while (!signal.aborted) {
    try {
      await sync.run()
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'unavailable') throw error
      tell(`the server cannot be reached: ${error.message}`)
      await sleep(retryMs, signal)
    }
    await Promise.race([hint.promise, sleep(rescanMs, signal)])
    hint = Promise.withResolvers<void>()
    await sleep(gatherMs, signal)
  }
  files.close()
  await following
}

async function follow(options: WatchOptions, hint: () => void): Promise<void> {
  const { signal } = options
  while (!signal.aborted) {
    try {
      await listen(options, hint)
    } catch (error) {
      // Another server of this API has no feed; the regular look has to do.
      if (error instanceof DomainError && error.code === 'not_found') return
    }
    await sleep(retryMs, signal)
  }
}

async function listen({ api, storeId, signal }: WatchOptions, hint: () => void): Promise<void> {
  const { seq: after } = await api.getUsage({ storeId })
  for await (const change of api.watchChanges({ storeId, after, signal })) {
    if (change.seq > after) hint()
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  const stop = () => {
    clearTimeout(timer)
    resolve()
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', stop))
}
