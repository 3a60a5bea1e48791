// Writers that race: each round, all of them update one memory on the same precondition.
import { createHash } from 'node:crypto'
import { Connection, type Answer } from './connection.ts'
import { updateText } from './request.ts'

export interface RacePlan {
  readonly port: number
  readonly key: string
  readonly storeId: string
  readonly memoryId: string
  /** SHA-256 of the memory's content before the first round. */
  readonly sha256: string
  readonly writers: number
  readonly rounds: number
}

export interface Races {
  readonly rounds: number
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  /** Rounds by how many writers won: only "1" may be there. */
  readonly winners: Readonly<Record<string, number>>
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
}

export async function runRaces(plan: RacePlan): Promise<Races> {
  const winners: Record<string, number> = {}
  const statuses: Record<string, number> = {}
  let expected = plan.sha256
  const writers = await openWriters(plan)
  const start = performance.now()
  for (let round = 0; round < plan.rounds; round += 1) {
    const contents = writers.map((_, writer) => `round ${round}, writer ${writer}, ${start}`)
    const answers = await Promise.all(
      writers.map((write, writer) => write(updateText(plan, contents[writer] ?? '', expected))),
    )
    const won = answers.flatMap(({ status }, writer) => (status === 200 ? [writer] : []))
    winners[won.length] = (winners[won.length] ?? 0) + 1
    for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1
    if (won.length !== 1) throw new Error(`round ${round} had ${won.length} winners`)
    expected = createHash('sha256')
      .update(contents[won[0] ?? 0] ?? '')
      .digest('hex')
  }
  const seconds = (performance.now() - start) / 1_000
  const requests = plan.rounds * plan.writers
  const perSecond = Math.round(requests / seconds)
  return { rounds: plan.rounds, requests, seconds, perSecond, winners, statuses }
}

async function openWriters({ port, writers }: RacePlan) {
  return Promise.all(
    Array.from({ length: writers }, async () => {
      let waiting = Promise.withResolvers<Answer>()
      const connection = await Connection.open(port, {
        onAnswer: (answer) => waiting.resolve(answer),
        onError: (error) => waiting.reject(error),
      })
      return (text: string) => {
        waiting = Promise.withResolvers<Answer>()
        connection.send(Buffer.from(text))
        return waiting.promise
      }
    }),
  )
}
