import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crashContract } from './crash.contract.ts'
import { undoKilledContract } from './undo-killed.contract.ts'

const place = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-crash-'))
  return {
    flags: ['--data-dir', directory],
    settled: async () => undefined,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

crashContract('SQLite', place)
undoKilledContract('SQLite', place)
