// Searches: threads of their own, each with connections that only read.
import { Pool } from 'pg'
import { workerData } from 'node:worker_threads'
import { serveSearch, type SearcherData } from '../search/serve.ts'
import { clientConfig, type Session } from './connection.ts'
import { failure } from './failure.ts'
import { historyReads } from './history/reads.ts'
import { viewHistory } from './view-history.ts'
import { viewMemories } from './view-memories.ts'
import { viewStores } from './view-stores.ts'

const connectionsMax = 3

const data = workerData as SearcherData & { readonly url: string }
const pool = new Pool({ ...clientConfig(data.url), max: connectionsMax })
// An idle connection that broke is replaced by the pool; without a listener it would end the
// thread.
pool.on('error', () => undefined)
const session: Session = {
  query: (statement) =>
    pool.query(statement).catch((error: unknown) => {
      throw failure(error)
    }),
}
const view = { ...viewStores(session), ...viewMemories(session), ...viewHistory(session) }
serveSearch({ ...view, history: historyReads(session) }, data)
