import { apiContract } from './api.contract.ts'
import { openInProcess, temporaryPlace } from './support/in-process.ts'
import { openConnected, openOfficial } from './support/over-http.ts'

apiContract('in process, over SQLite', async (limits) =>
  openInProcess(await temporaryPlace(), limits),
)

apiContract('through our client, over SQLite', async (limits) =>
  openConnected(await temporaryPlace(), limits),
)

for (const generation of ['1.x', '0.x'] as const) {
  apiContract(`through the official SDK ${generation}, over SQLite`, async (limits) =>
    openOfficial(generation, await temporaryPlace(), limits),
  )
}
