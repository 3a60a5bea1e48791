import type { Bench } from './bench.ts'
import type { Result } from './finding.ts'
import { creates } from './scenarios/creates.ts'
import { depth } from './scenarios/depth.ts'
import { footprint } from './scenarios/footprint.ts'
import { growth, manyStores } from './scenarios/growth.ts'
import { history, historyOnPostgres } from './scenarios/history.ts'
import { peers } from './scenarios/peers.ts'
import { postgres } from './scenarios/postgres.ts'
import { races } from './scenarios/races.ts'
import { reads } from './scenarios/reads.ts'
import { search } from './scenarios/search.ts'
import { sessions } from './scenarios/sessions.ts'
import { transfer } from './scenarios/transfer.ts'
import { written } from './scenarios/written.ts'

export interface Scenario {
  readonly name: string
  readonly about: string
  /** Needs something beside the project: runs only when it is named. */
  readonly optional?: boolean
  readonly run: (bench: Bench) => Promise<Result>
}

export const scenarios: readonly Scenario[] = [
  { name: 'creates', about: 'durable creates of 4 KB against F, H and E', run: creates },
  { name: 'reads', about: 'gets by id against R, also while the disk is slow', run: reads },
  { name: 'growth', about: 'cost in a store of 250,000 versions against small ones', run: growth },
  { name: 'depth', about: 'listings of depth 1 against what they return', run: depth },
  { name: 'history', about: 'reading as of a moment, restoring, blaming', run: history },
  {
    name: 'history-postgres',
    about: 'reading as of a moment on PostgreSQL',
    run: historyOnPostgres,
  },
  { name: 'stores', about: 'cost among 100,000 stores against 10', run: manyStores },
  { name: 'races', about: '32 writers of one memory, with and without preconditions', run: races },
  { name: 'search', about: 'words and patterns in a full store of 100 MiB', run: search },
  { name: 'written', about: 'bytes that reach the disk for a create of 1 KB', run: written },
  {
    name: 'footprint',
    about: 'cold start and resident memory of the built program',
    run: footprint,
  },
  {
    name: 'sessions',
    about: 'turns, logs and streams with a model that answers at once',
    run: sessions,
  },
  { name: 'transfer', about: 'a history into git and an archive, and into a store', run: transfer },
  { name: 'postgres', about: 'creates on PostgreSQL against pgbench', run: postgres },
  { name: 'peers', about: 'other keepers of memory, from npm', optional: true, run: peers },
]
