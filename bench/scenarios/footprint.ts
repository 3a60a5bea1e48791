import type { Bench } from '../bench.ts'
import type { Finding, Result } from '../finding.ts'
import { build, startInstalled } from '../installed.ts'
import { usageOf } from '../process-usage.ts'
import { createRequest, getRequest, listRequest } from '../request.ts'
import { rounded, spreadOf } from '../statistic.ts'

const contentBytes = 4_096
const connections = 64
const megabyte = 1_000_000

/** How soon the built program answers, and what it keeps in memory. */
export async function footprint(bench: Bench): Promise<Result> {
  build()
  const home = bench.newDirectory()
  const first = await coldStarts(bench, home, () => bench.newDirectory())
  const stores = bench.quick ? 5_000 : 100_000
  const shape = { stores, memories: 1, versions: 1, contentBytes, directories: 1 }
  const served = await bench.serve()
  const filled = await served.child.call('fill', shape)
  await served.child[Symbol.asyncDispose]()
  const { directory, key } = served
  const again = await coldStarts(bench, home, () => directory)

  const flags = ['--workspace-stores-max', '10000000']
  await using installed = await startInstalled({ directory, home, flags })
  const { pid, port } = installed
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const idle = usageOf(pid).residentBytes / megabyte
  const load = async (template: ReturnType<typeof getRequest>) => {
    const stop = { milliseconds: bench.roundMs * 2 }
    await bench.loader.call('run', { port, connections, template, stop })
  }
  await load(createRequest(key, filled.storeIds, contentBytes))
  await load(getRequest(key, filled.places))
  await load(listRequest(key, filled.storeIds, '?view=full&limit=20'))
  const most = usageOf(pid).residentMaxBytes / megabyte
  return {
    findings: [
      start('first start, to the first answer', first),
      start(`start with ${stores} stores, to the first answer`, again),
      memory(`resident memory, idle, ${stores} stores`, idle, 120),
      memory('resident memory under load, at most', most, 300),
    ],
    data: { first, again, idle, most },
  }
}

async function coldStarts(bench: Bench, home: string, directory: () => string): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < bench.rounds; round += 1) {
    await using installed = await startInstalled({ directory: directory(), home })
    times.push(installed.firstAnswerMs / 1_000)
  }
  return times
}

function start(name: string, times: readonly number[]): Finding {
  const spread = spreadOf(times)
  return { name, value: spread.median, unit: 's', goal: { atMost: 0.5 }, spread }
}

function memory(name: string, megabytes: number, atMost: number): Finding {
  return { name, value: rounded(megabytes), unit: 'MB', goal: { atMost } }
}
