// What sessions promise, over every engine: one suite, in process, with the tests as the model.
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { agentsContract } from './sessions/agents.contract.ts'
import { eventsContract } from './sessions/events.contract.ts'
import { forgetContract } from './sessions/forget.contract.ts'
import { lifeContract } from './sessions/life.contract.ts'
import { streamsContract } from './sessions/streams.contract.ts'
import { turnsContract } from './sessions/turns.contract.ts'
import { wallsContract } from './sessions/walls.contract.ts'
import { workContract } from './sessions/work.contract.ts'
import { findingsOf } from './support/verified.ts'
import type { OpenStage, Stage } from './support/stage.ts'

const parts = [
  agentsContract,
  lifeContract,
  eventsContract,
  streamsContract,
  turnsContract,
  workContract,
  wallsContract,
  forgetContract,
]

export function sessionsContract(engine: string, open: OpenStage): void {
  describe(`sessions over ${engine}`, () => {
    let opened: Stage | undefined
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(async () => {
      // Whatever the tests did: everything is still in order.
      if (opened !== undefined) expect(await findingsOf(opened.api)).toEqual([])
      await opened?.[Symbol.asyncDispose]()
    })
    const given = {
      get stage() {
        if (opened === undefined) throw new Error('the stage is not open')
        return opened
      },
    }
    for (const part of parts) part(given)
  })
}
