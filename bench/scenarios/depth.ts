import type { Bench, Measured } from '../bench.ts'
import { ratio, type Result } from '../finding.ts'
import { listRequest } from '../request.ts'
import { spreadOf } from '../statistic.ts'

/** Listing of depth 1: what it costs follows from what it returns, not from what lies below. */
export async function depth(bench: Bench): Promise<Result> {
  const served = await bench.serve()
  const of = async (memories: number, directories: number) => {
    const input = { stores: 1, memories, versions: memories, contentBytes: 100, directories }
    const { storeIds } = await served.child.call('fill', input)
    return listRequest(served.key, storeIds, '?depth=1&limit=100')
  }
  const listings = {
    few: await of(20, 20),
    deep: await of(2_000, 20),
    wide: await of(2_000, 100),
  }
  const taken: Record<keyof typeof listings, Measured[]> = { few: [], deep: [], wide: [] }
  for (let round = 0; round < (bench.quick ? 3 : 20); round += 1) {
    for (const name of ['few', 'deep', 'wide'] as const) {
      const stop = { requests: bench.quick ? 100 : 400 }
      const plan = { port: served.port, connections: 1, template: listings[name], stop }
      taken[name].push(await bench.measure(served.child.pid, plan))
    }
  }
  const between = (a: keyof typeof listings, b: keyof typeof listings) =>
    spreadOf(taken[a].map(({ p50Us }, round) => p50Us / (taken[b][round]?.p50Us ?? Number.NaN)))
  return {
    findings: [
      ratio('20 directories: 2,000 memories below / 20 below', between('deep', 'few'), {
        atMost: 1.3,
      }),
      ratio('2,000 memories: 100 directories / 20', between('wide', 'deep'), { atMost: 5 }),
    ],
    data: { taken },
  }
}
