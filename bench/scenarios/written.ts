import type { Bench } from '../bench.ts'
import type { Finding, Result } from '../finding.ts'
import { usageOf } from '../process-usage.ts'
import { createRequest } from '../request.ts'
import { rounded, spreadOf } from '../statistic.ts'

const contentBytes = 1_024
const connections = 64

/** Bytes written to the disk for each create of 1 KB, checkpoints included. */
export async function written(bench: Bench): Promise<Result> {
  const served = await bench.serve()
  const { port, key, child } = served
  const shape = { stores: 1_000, memories: 1, versions: 1, contentBytes, directories: 1 }
  const { storeIds } = await child.call('fill', shape)
  const template = createRequest(key, storeIds, contentBytes)
  // Enough for several checkpoints: their share depends on how often hot pages are moved.
  const requests = bench.quick ? 20_000 : 60_000
  const rounds: number[] = []
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    const before = usageOf(child.pid).writtenBytes
    await bench.loader.call('run', { port, connections, template, stop: { requests } })
    rounds.push((usageOf(child.pid).writtenBytes - before) / requests / 1_000)
  }
  const spread = spreadOf(rounds)
  const finding: Finding = {
    name: 'written for a create of 1 KB',
    value: rounded(spread.median),
    unit: 'kB',
    goal: { atMost: 16 },
    spread,
    note: `${connections} connections, ${shape.stores} stores, ${requests} creates a round`,
  }
  return { findings: [finding], data: { rounds, stats: await child.call('stats', undefined) } }
}
