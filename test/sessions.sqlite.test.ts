import { sessionsContract } from './sessions.contract.ts'
import { temporaryPlace } from './support/in-process.ts'
import { openStage } from './support/stage.ts'

sessionsContract('SQLite', async () => {
  const place = await temporaryPlace()
  const stage = await openStage(place)
  return {
    ...stage,
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
})
