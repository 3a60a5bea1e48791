import { afterAll, beforeAll, describe } from 'vitest'
import { openInProcess, temporaryPlace } from '../support/in-process.ts'
import { openConnected } from '../support/over-http.ts'
import type { OpenWorld, World } from '../support/world.ts'
import { roundTripContract } from './round-trip.contract.ts'

const doors: readonly [string, OpenWorld][] = [
  ['in process', async () => openInProcess(await temporaryPlace())],
  ['over HTTP', async () => openConnected(await temporaryPlace())],
]

describe.each(doors)('histories on SQLite, %s', (_door, open) => {
  let world: World
  beforeAll(async () => {
    world = await open()
  })
  afterAll(() => world[Symbol.asyncDispose]())
  roundTripContract({
    get world() {
      return world
    },
  })
})
