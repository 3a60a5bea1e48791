import { startPostgres } from '../../test/support/postgres-server.ts'
import type { Bench, Measured, Served } from '../bench.ts'
import type { Child } from '../child.ts'
import { ratio, type Finding, type Goal, type Result } from '../finding.ts'
import type { LoadCalls, LoadPlan } from '../load.ts'
import { findPgbench, insertsPerSecond } from '../pgbench.ts'
import type { ProxyCalls } from '../postgres-proxy.ts'
import { createRequest, textOf, type Template } from '../request.ts'
import { median, rounded, spreadOf } from '../statistic.ts'

const contentBytes = 4_096
const connections = 16
const shape = { stores: 1_000, memories: 0, versions: 0, contentBytes, directories: 1 }

interface Round {
  readonly inserts: number
  readonly one: Measured
  /** Creates a second of two server processes together. */
  readonly two: number
  readonly hot: Measured
}

/** Creates over HTTP on PostgreSQL, against single inserts by pgbench. */
export async function postgres(bench: Bench): Promise<Result> {
  const program = findPgbench()
  if (program === undefined) {
    const note = 'not measured: pgbench is not installed'
    return { findings: [{ name: 'pgbench', value: 0, unit: 'count', note }], data: {} }
  }
  const given = process.env['TEST_POSTGRES_URL']
  await using database = given ? undefined : await startPostgres()
  const url = given ?? database?.url ?? ''
  const first = await bench.serve({ database: url })
  const second = await bench.serve({ database: url })
  const { key, child } = first
  const { storeIds } = await child.call('fill', shape)
  const create = createRequest(key, storeIds, contentBytes)
  const other = bench.child<LoadCalls>('load')
  const directory = bench.newDirectory()
  const seconds = Math.max(1, Math.round(bench.roundMs / 1_000))

  const rounds: Round[] = []
  for (let index = 0; index < bench.rounds; index += 1) {
    const body = textOf(contentBytes).replace(/[^ -~]/g, '0')
    const options = { program, url, directory, connections, seconds, body }
    rounds.push({
      inserts: await insertsPerSecond(options),
      one: await bench.measure(child.pid, planOf(bench, first, create)),
      two: await together(bench, { first, second, other, template: create }),
      hot: await bench.measure(
        child.pid,
        planOf(bench, first, createRequest(key, storeIds.slice(0, 1), contentBytes)),
      ),
    })
  }
  await bench.profile('postgres-create', first, planOf(bench, first, create))
  const trips = {
    one: await roundTrips(bench, { url, key, template: create, clients: 1 }),
    many: await roundTrips(bench, { url, key, template: create, clients: connections }),
  }
  return { findings: findingsOf(rounds, trips), data: { rounds, trips } }
}

function planOf(bench: Bench, { port }: Served, template: Template): LoadPlan {
  const stop = { milliseconds: bench.roundMs }
  return { port, connections, template, stop, warmMilliseconds: 300 }
}

interface Pair {
  readonly first: Served
  readonly second: Served
  readonly other: Child<LoadCalls>
  readonly template: Template
}

/** Both servers at once, each with half of the connections. */
async function together(bench: Bench, { first, second, other, template }: Pair): Promise<number> {
  const half = { ...planOf(bench, first, template), connections: connections / 2 }
  const [a, b] = await Promise.all([
    bench.loader.call('run', half),
    other.call('run', { ...half, port: second.port }),
  ])
  return a.perSecond + b.perSecond
}

interface TripOptions {
  readonly url: string
  readonly key: string
  readonly template: Template
  readonly clients: number
}

/** Round trips between server and database for each create. */
async function roundTrips(bench: Bench, options: TripOptions): Promise<number> {
  const proxy = bench.child<ProxyCalls>('postgres-proxy')
  const served = await bench.serve({ database: await proxy.call('listen', options.url) })
  const { template, clients } = options
  const plan = { port: served.port, connections: clients, template }
  await bench.loader.call('run', { ...plan, stop: { requests: 200 } })
  const before = await proxy.call('roundTrips', undefined)
  const requests = bench.quick ? 500 : 2_000
  await bench.loader.call('run', { ...plan, stop: { requests } })
  const trips = (await proxy.call('roundTrips', undefined)) - before
  await served.child[Symbol.asyncDispose]()
  return rounded(trips / requests)
}

function findingsOf(
  rounds: readonly Round[],
  trips: { readonly one: number; readonly many: number },
): Finding[] {
  const over = (value: (round: Round) => number) => spreadOf(rounds.map(value))
  const rate = (name: string, value: (round: Round) => number): Finding => ({
    name,
    value: median(rounds.map(value)),
    unit: 'per second',
    spread: over(value),
  })
  const against = (name: string, value: (round: Round) => number, goal: Goal) =>
    ratio(
      `${name} / pgbench`,
      over((round) => value(round) / round.inserts),
      goal,
    )
  const atLeast = 0.35
  return [
    rate('pgbench: single inserts of 4 KB, 16 connections', ({ inserts }) => inserts),
    rate('creates, one server process', ({ one }) => one.perSecond),
    rate('creates, two server processes', ({ two }) => two),
    rate('creates in one hot store', ({ hot }) => hot.perSecond),
    against('creates, one server process', ({ one }) => one.perSecond, { atLeast }),
    against('creates, two server processes', ({ two }) => two, { atLeast }),
    against('creates in one hot store', ({ hot }) => hot.perSecond, { atLeast: 0.1 }),
    {
      name: 'round trips of a create, 1 connection',
      value: trips.one,
      unit: 'count',
      goal: { atMost: 2 },
    },
    { name: 'round trips of a create, 16 connections', value: trips.many, unit: 'count' },
    {
      name: 'p50 of a create, one server process',
      value: median(rounds.map(({ one }) => one.p50Us)),
      unit: 'µs',
    },
    {
      name: 'processor time of the server for a create',
      value: median(rounds.map(({ one }) => one.serverCpuUs)),
      unit: 'µs',
    },
  ]
}
