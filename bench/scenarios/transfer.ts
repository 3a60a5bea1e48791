import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { exportArchive } from '../../src/cli/transfer/export-files.ts'
import { exportGit } from '../../src/cli/transfer/export-git.ts'
import { openSource } from '../../src/cli/transfer/import-source.ts'
import { checkSource, importStore } from '../../src/cli/transfer/import-store.ts'
import { connect } from '../../src/client/connect.ts'
import { mirror } from '../../src/transfer/mirror.ts'
import type { Bench } from '../bench.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import { median, spreadOf } from '../statistic.ts'

const versions = 20_000
const shape = { stores: 1, memories: 1_000, versions, contentBytes: 1_024, directories: 20 }

interface Round {
  /** Versions a second. */
  readonly git: number
  readonly archive: number
  readonly import: number
  readonly mirror: number
}

/** A history out of a server and into it, by the command line's own functions over HTTP. */
export async function transfer(bench: Bench): Promise<Result> {
  const { child, port, key } = await bench.serve()
  const { storeIds } = await child.call('fill', shape)
  const storeId = storeIds[0] ?? ''
  using api = connect({ baseUrl: `http://127.0.0.1:${port}`, headers: { 'x-api-key': key } })
  const rate = async (run: () => Promise<unknown>): Promise<number> => {
    const start = performance.now()
    await run()
    return Math.round(versions / ((performance.now() - start) / 1_000))
  }
  const rounds: Round[] = []
  const directory = bench.newDirectory()
  const [repository, file] = [join(directory, 'git'), join(directory, 'archive.tar.gz')]
  while (rounds.length < Math.min(3, bench.rounds)) {
    const name = `round ${rounds.length}`
    const git = await rate(() => exportGit(api, { storeId, place: repository }))
    const archive = await rate(() => exportArchive(api, { storeId, place: file }))
    const imported = await rate(async () => {
      const input = { place: file, format: 'archive', includesHidden: false } as const
      await using source = await openSource(input)
      await importStore(api, await checkSource(source), name)
    })
    const copy = await api.createStore({ name: `copy of ${name}` })
    const target = { api, storeId: copy.id }
    const mirrored = await rate(() => mirror({ source: { api, storeId }, target, isDryRun: false }))
    rounds.push({ git, archive, import: imported, mirror: mirrored })
    rmSync(repository, { recursive: true })
    rmSync(file)
  }
  return { findings: findingsOf(rounds), data: rounds }
}

function findingsOf(rounds: readonly Round[]): Finding[] {
  const speed = (name: string, value: (round: Round) => number, atLeast?: number): Finding => ({
    name,
    value: median(rounds.map(value)),
    unit: 'per second',
    spread: spreadOf(rounds.map(value)),
    goal: atLeast === undefined ? undefined : { atLeast },
  })
  return [
    speed('versions of 1 KB into a git repository', ({ git }) => git, 2_000),
    speed('versions of 1 KB into an archive', ({ archive }) => archive),
    speed('versions of 1 KB out of an archive into a store', (round) => round.import),
    speed('versions of 1 KB from store to store', (round) => round.mirror),
    ratio('git / archive', spreadOf(rounds.map((round) => round.git / round.archive))),
  ]
}
