import { quietProbesPerSecond, type Bench, type Measured, type Served } from '../bench.ts'
import type { EngineCalls, EngineRun } from '../engine.ts'
import type { FillInput } from '../fill.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import type { LoadPlan } from '../load.ts'
import { createRequest, type Template } from '../request.ts'
import { median, spreadOf } from '../statistic.ts'

const contentBytes = 4_096
const connections = 64
const shape: FillInput = { stores: 1_000, memories: 0, versions: 0, contentBytes, directories: 1 }

interface Round {
  /** Blocks that the disk made durable in a second, before and after: F. */
  readonly f: number
  readonly one: Measured
  readonly many: Measured
  readonly h: Measured
  readonly hOne: Measured
  readonly e: EngineRun
}

/** Durable creates of 4 KB, against the disk (F), the HTTP stack (H) and the engine (E). */
export async function creates(bench: Bench): Promise<Result> {
  const real = await serve(bench, false)
  const pretending = await serve(bench, true)
  const engine = bench.child<EngineCalls>('engine')
  await engine.call('open', { directory: bench.newDirectory(), stores: shape.stores })
  const load = ({ served, template }: Target, clients: number) =>
    bench.measure(served.child.pid, planOf(bench, { served, template }, clients))

  const quiet: Round[] = []
  let dropped = 0
  while (quiet.length < bench.rounds && dropped < bench.rounds * 2) {
    const before = await bench.probe()
    const one = await load(real, 1)
    const hOne = await load(pretending, 1)
    const many = await load(real, connections)
    const h = await load(pretending, connections)
    const run = { inFlight: connections, milliseconds: bench.roundMs, contentBytes }
    const e = await engine.call('run', run)
    const after = await bench.probe()
    const isQuiet = Math.min(before.perSecond, after.perSecond) >= quietProbesPerSecond
    if (isQuiet) quiet.push({ f: (before.perSecond + after.perSecond) / 2, one, many, h, hOne, e })
    else dropped += 1
  }
  const batches = {
    server: await real.served.child.call('stats', undefined),
    engine: await engine.call('stats', undefined),
  }
  await bench.profile('create', real.served, planOf(bench, real, connections))
  await bench.profile('create-h', pretending.served, planOf(bench, pretending, connections))
  return { findings: findingsOf(quiet, dropped), data: { quiet, dropped, batches } }
}

interface Target {
  readonly served: Served
  readonly template: Template
}

async function serve(bench: Bench, commitsFromMemory: boolean): Promise<Target> {
  const served = await bench.serve({}, { commitsFromMemory })
  const { storeIds } = await served.child.call('fill', shape)
  return { served, template: createRequest(served.key, storeIds, contentBytes) }
}

function planOf(bench: Bench, { served, template }: Target, clients: number): LoadPlan {
  const stop = { milliseconds: bench.roundMs }
  return { port: served.port, connections: clients, template, stop, warmMilliseconds: 300 }
}

function findingsOf(quiet: readonly Round[], dropped: number): Finding[] {
  const asked = quiet.length + dropped
  const note = `${dropped} of ${asked} rounds dropped: F under ${quietProbesPerSecond}/s`
  const rounds: Finding = {
    name: 'quiet rounds',
    value: quiet.length,
    unit: 'count',
    goal: { atLeast: 1 },
    note,
  }
  if (quiet.length === 0) return [rounds]
  const over = (value: (round: Round) => number) => spreadOf(quiet.map(value))
  const rate = (name: string, value: (round: Round) => number): Finding => ({
    name,
    value: median(quiet.map(value)),
    unit: 'per second',
    spread: over(value),
  })
  const cost = (name: string, value: (round: Round) => number): Finding => ({
    ...rate(name, value),
    unit: 'µs',
  })
  const p99 = over(({ many }) => many.p99Us / 1_000)
  return [
    rounds,
    rate('F: 4 KB overwrites made durable', ({ f }) => f),
    rate('H: creates with the commit answered from memory', ({ h }) => h.perSecond),
    rate('E: creates of the engine alone', ({ e }) => e.perSecond),
    rate('creates, 64 connections', ({ many }) => many.perSecond),
    rate('creates, 1 connection', ({ one }) => one.perSecond),
    ratio(
      'creates / H, 64 connections',
      over((r) => r.many.perSecond / r.h.perSecond),
      {
        atLeast: 0.33,
        aim: 0.6,
      },
    ),
    ratio(
      'creates / E, 64 connections',
      over((r) => r.many.perSecond / r.e.perSecond),
      {
        atLeast: 0.6,
        aim: 0.9,
      },
    ),
    ratio(
      'creates / F, 64 connections',
      over((r) => r.many.perSecond / r.f),
      {
        atLeast: 1.1,
        aim: 2,
      },
    ),
    ratio(
      'creates / F, 1 connection',
      over((r) => r.one.perSecond / r.f),
      { atLeast: 0.25 },
    ),
    {
      name: 'p99 of a create, 64 connections',
      value: p99.median,
      unit: 'ms',
      goal: { atMost: 30, aim: 8 },
      spread: p99,
    },
    cost('p50 of a create, 64 connections', ({ many }) => many.p50Us),
    cost('p50 of a create, 1 connection', ({ one }) => one.p50Us),
    cost('p99 of a create, 1 connection', ({ one }) => one.p99Us),
    cost('p50 of H, 1 connection', ({ hOne }) => hOne.p50Us),
    cost('processor time of the server for a create', ({ many }) => many.serverCpuUs),
    cost('of that, the HTTP thread', ({ many }) => many.mainCpuUs),
    cost('processor time of the server for a create of H', ({ h }) => h.serverCpuUs),
    cost('processor time of the engine alone for a create', ({ e }) => e.cpuUs),
  ]
}
