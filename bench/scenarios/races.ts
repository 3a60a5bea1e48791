import type { Bench } from '../bench.ts'
import { ratio, type Result } from '../finding.ts'
import type { Load } from '../load.ts'
import type { Races } from '../race.ts'
import { updateRequest } from '../request.ts'
import { spreadOf } from '../statistic.ts'

const writers = 32
const contentBytes = 1_024

interface Round {
  readonly races: Races
  readonly plain: Load
}

/** 32 writers of one memory: with a precondition one wins each round; without, all write. */
export async function races(bench: Bench): Promise<Result> {
  const served = await bench.serve()
  const { port, key, child } = served
  const shape = { stores: 1, memories: 1, versions: 1, contentBytes, directories: 1 }
  const rounds: Round[] = []
  for (let index = 0; index < bench.rounds; index += 1) {
    const { places, sha256 } = await child.call('fill', shape)
    const [place = { storeId: '', memoryId: '' }] = places
    const race = { port, key, ...place, sha256, writers, rounds: bench.quick ? 50 : 300 }
    const raced = await bench.loader.call('race', race)
    const template = updateRequest(key, [place], contentBytes)
    const stop = { milliseconds: bench.roundMs }
    const plain = await bench.measure(child.pid, { port, connections: writers, template, stop })
    rounds.push({ races: raced, plain })
  }
  const ruled = rounds.reduce((sum, round) => sum + round.races.rounds, 0)
  const won = rounds.reduce((sum, round) => sum + (round.races.winners[1] ?? 0), 0)
  const failed = rounds.flatMap((round) =>
    Object.entries(round.races.statuses).filter(([status]) => !['200', '409'].includes(status)),
  )
  const against = (value: (round: Round) => number) => spreadOf(rounds.map(value))
  const note = `${writers} writers, each round all of them at once`
  return {
    findings: [
      {
        name: 'rounds with exactly one winner',
        value: won / ruled,
        unit: 'ratio',
        goal: { atLeast: 1 },
        note: `${won} of ${ruled}`,
      },
      {
        name: 'answers other than 200 and 409',
        value: failed.length,
        unit: 'count',
        goal: { atMost: 0 },
      },
      ratio(
        'answers with a precondition / plain updates',
        against((round) => round.races.perSecond / round.plain.perSecond),
        { atLeast: 0.5 },
        note,
      ),
    ],
    data: { rounds },
  }
}
