import type { App } from '../app.ts'
import { tend } from './tend.ts'

const tendEveryMs = 500
/** How long a session rests before its worker is asked to save its memory. */
const idleGraceMs = 1_000
const itemsMax = 1_000

/**
 * Looks after the items that workers have, for as long as it is not disposed of.
 * @param onError the next round tries again; nothing depends on this one
 */
export function keepWork(app: App, onError: (error: unknown) => void): AsyncDisposable {
  let round: Promise<void> = Promise.resolve()
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    round = tendAll(app)
      .catch(onError)
      .finally(() => (isRunning = false))
  }, tendEveryMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await round
    },
  }
}

async function tendAll(app: App): Promise<void> {
  const items = await app.storage.view.sessions.liveWork(undefined, itemsMax)
  for (const item of items) {
    if (item.state !== 'queued') await tend(app, item, idleGraceMs)
  }
}
