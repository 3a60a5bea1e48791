import { apiContract } from './api.contract.ts'
import { temporaryPlace } from './support/in-process.ts'
import { openOfficial } from './support/over-http.ts'

for (const generation of ['1.x', '0.x'] as const) {
  apiContract(`through the official SDK ${generation}, over SQLite`, async (limits) =>
    openOfficial(generation, await temporaryPlace(), limits),
  )
}
