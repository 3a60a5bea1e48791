import type { Bench, Measured } from '../bench.ts'
import type { FillInput } from '../fill.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import type { Load, LoadCalls, LoadPlan } from '../load.ts'
import type { PlainCalls } from '../plain-server.ts'
import { createRequest, getRequest, type Place } from '../request.ts'
import { slowDownWrites } from '../slow-disk.ts'
import { median, spreadOf } from '../statistic.ts'

const contentBytes = 4_096
const connections = 64
const shape: FillInput = { stores: 1_000, memories: 40, versions: 40, contentBytes, directories: 1 }
/** Of the 40,000 memories, those that are read over and over. */
const often = 1_000

/** Writes that are let through to the disk in a second while it is slow. */
const slowWritesPerSecond = 20
const writers = 8

interface Round {
  readonly get: Measured
  /** Gets of any of the memories, far more than a server keeps at hand. */
  readonly anywhere: Measured
  readonly text: Measured
  readonly json: Measured
  readonly bytes: Measured
  readonly slow: Slow | undefined
}

/** Gets while the disk is slow, and the creates that waited for it meanwhile. */
interface Slow {
  readonly get: Measured
  readonly creates: Load
}

/** Gets by id of 4 KB memories, against a plain HTTP server that answers the same bytes (R). */
export async function reads(bench: Bench): Promise<Result> {
  const served = await bench.serve()
  const { port, key, child } = served
  const { storeIds, places } = await child.call('fill', shape)
  const stop = { milliseconds: bench.roundMs }
  const template = getRequest(key, places.slice(0, often))
  const plan: LoadPlan = { port, connections, template, stop, warmMilliseconds: 300 }
  const anywhere = { ...plan, template: getRequest(key, places) }
  const plain = bench.child<PlainCalls>('plain-server')
  const body = await bodyOf(served, places[0])
  const text = await plain.call('start', { body, as: 'text' })
  const json = await plain.call('start', { body, as: 'json' })
  const bytes = await plain.call('start', { body, as: 'bytes' })
  const writing = bench.child<LoadCalls>('load')

  const measureSlow = async (): Promise<Slow | undefined> => {
    using slow = slowDownWrites(child.pid, served.directory, slowWritesPerSecond)
    if (slow === undefined) return undefined
    const create = createRequest(key, storeIds, contentBytes)
    const creating = writing.call('run', {
      port,
      connections: writers,
      template: create,
      stop: { milliseconds: bench.roundMs + 500 },
    })
    const get = await bench.measure(child.pid, plan)
    return { get, creates: await creating }
  }
  const rounds: Round[] = []
  for (let index = 0; index < bench.rounds; index += 1) {
    rounds.push({
      get: await bench.measure(child.pid, plan),
      anywhere: await bench.measure(child.pid, anywhere),
      text: await bench.measure(plain.pid, { ...plan, port: text.port }),
      json: await bench.measure(plain.pid, { ...plan, port: json.port }),
      bytes: await bench.measure(plain.pid, { ...plan, port: bytes.port }),
      slow: await measureSlow(),
    })
  }
  await bench.profile('get', served, plan)
  return { findings: findingsOf(rounds), data: { rounds, bodyBytes: body.length } }
}

async function bodyOf(
  { port, key }: { readonly port: number; readonly key: string },
  place: Place | undefined,
): Promise<string> {
  if (place === undefined) throw new Error('nothing was filled in')
  const path = `/v1/memory_stores/${place.storeId}/memories/${place.memoryId}`
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'x-api-key': key } })
  return response.text()
}

const goal = { atLeast: 0.75, aim: 1.3 }

function findingsOf(rounds: readonly Round[]): Finding[] {
  const over = (value: (round: Round) => number) => spreadOf(rounds.map(value))
  const number = (name: string, unit: Finding['unit'], value: (round: Round) => number) => ({
    name,
    unit,
    value: median(rounds.map(value)),
    spread: over(value),
  })
  return [
    number('R: the same text, encoded for each answer', 'per second', (r) => r.text.perSecond),
    number('R from JSON: the text made for each answer', 'per second', (r) => r.json.perSecond),
    number('R from bytes: encoded once', 'per second', (r) => r.bytes.perSecond),
    number('gets', 'per second', ({ get }) => get.perSecond),
    number(
      `gets among ${shape.stores * shape.memories} memories`,
      'per second',
      (r) => r.anywhere.perSecond,
    ),
    ratio(
      'gets / R',
      over((r) => r.get.perSecond / r.text.perSecond),
      goal,
      `${connections} connections, ${often} memories`,
    ),
    ratio(
      'gets / R from JSON',
      over((r) => r.get.perSecond / r.json.perSecond),
    ),
    ratio(
      `gets among ${shape.stores * shape.memories} memories / R`,
      over((r) => r.anywhere.perSecond / r.text.perSecond),
    ),
    number('p50 of a get', 'µs', ({ get }) => get.p50Us),
    number('p99 of a get', 'µs', ({ get }) => get.p99Us),
    number('processor time of the server for a get', 'µs', ({ get }) => get.serverCpuUs),
    number('processor time of R for an answer', 'µs', ({ text }) => text.serverCpuUs),
    ...slowFindings(rounds),
  ]
}

function slowFindings(rounds: readonly Round[]): Finding[] {
  const slow = rounds.flatMap((round) => (round.slow ? [{ ...round, slow: round.slow }] : []))
  if (slow.length === 0) {
    const note = 'this machine does not let writes of one process be slowed down (cgroup v1, blkio)'
    return [{ name: 'rounds with a slow disk', value: 0, unit: 'count', note }]
  }
  const over = (value: (round: (typeof slow)[number]) => number) => spreadOf(slow.map(value))
  const creates = over((round) => round.slow.creates.p50Us / 1_000)
  const p99 = over((round) => round.slow.get.p99Us)
  return [
    {
      name: 'p50 of a create while the disk is slow',
      value: creates.median,
      unit: 'ms',
      spread: creates,
      note: `${writers} connections create; ${slowWritesPerSecond} writes a second reach the disk`,
    },
    ratio(
      'gets / R while the disk is slow',
      over((round) => round.slow.get.perSecond / round.text.perSecond),
      goal,
    ),
    ratio(
      'gets while the disk is slow / gets',
      over((round) => round.slow.get.perSecond / round.get.perSecond),
    ),
    { name: 'p99 of a get while the disk is slow', value: p99.median, unit: 'µs', spread: p99 },
    {
      name: 'slowest get while the disk is slow',
      value: Math.max(...slow.map((round) => round.slow.get.maxUs / 1_000)),
      unit: 'ms',
    },
  ]
}
