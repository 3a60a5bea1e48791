import { apiContract } from './api.contract.ts'
import { openInProcess, temporaryPlace } from './support/in-process.ts'
import { openConnected } from './support/over-http.ts'

apiContract('in process, over SQLite', async (limits) =>
  openInProcess(await temporaryPlace(), limits),
)

apiContract('through our client, over SQLite', async (limits) =>
  openConnected(await temporaryPlace(), limits),
)
