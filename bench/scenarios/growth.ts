import type { Bench, Measured, Served } from '../bench.ts'
import type { Filled, FillInput } from '../fill.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import {
  createRequest,
  getRequest,
  listRequest,
  updateRequest,
  versionsRequest,
  type Template,
} from '../request.ts'
import { median, rounded, spreadOf } from '../statistic.ts'

const contentBytes = 1_024
const goal = { atMost: 1.3 }

interface Subject {
  readonly served: Served
  readonly filled: Filled
  /** Stores whose lists are read: on every subject they return the same. */
  readonly listed: readonly string[]
  /** Whether what creates leave is deleted after each round, so that the store stays as large. */
  readonly tidies: boolean
}

/** Reads come first: they find what was filled in, not what a measurement left. */
const operations = {
  get: ({ served, filled }) => getRequest(served.key, filled.places),
  'list 20': ({ served, listed }) => listRequest(served.key, listed, '?limit=20'),
  'list versions': ({ served, listed }) => versionsRequest(served.key, listed, '?limit=20'),
  update: ({ served, filled }) => updateRequest(served.key, filled.places, contentBytes),
  create: ({ served, filled }) => createRequest(served.key, filled.storeIds, contentBytes),
} satisfies Record<string, (subject: Subject) => Template>

type Operation = keyof typeof operations
/** Median times of rounds in microseconds, by subject. */
type Times = Record<string, number[]>

/** One operation, one request after the other: what it takes is what it costs. */
async function measure(bench: Bench, subject: Subject, operation: Operation): Promise<Measured> {
  const { served, filled } = subject
  // Few creates, so that a store of 100 memories stays one.
  const requests = operation === 'create' ? 40 : bench.quick ? 100 : 400
  const measured = await bench.measure(served.child.pid, {
    port: served.port,
    connections: 1,
    template: operations[operation](subject),
    stop: { requests },
  })
  if (operation === 'create' && subject.tidies) {
    await served.child.call('empty', { storeIds: filled.storeIds, prefix: '/bench/' })
  }
  return measured
}

/** Rounds of one operation on every subject, in turns: a slow moment hits them all. */
async function rounds(
  bench: Bench,
  subjects: ReadonlyMap<string, Subject>,
  operation: Operation,
): Promise<Times> {
  const names = [...subjects.keys()]
  const times: Times = Object.fromEntries(names.map((name) => [name, []]))
  const count = bench.quick ? 3 : 25
  for (let round = 0; round < count; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { p50Us } = await measure(bench, subjects.get(name) as Subject, operation)
      times[name]?.push(p50Us)
    }
  }
  // The first round only makes everything warm.
  return Object.fromEntries(names.map((name) => [name, (times[name] ?? []).slice(1)]))
}

/** Every operation on every subject; ratios of the largest to each of the others. */
async function compare(
  bench: Bench,
  subjects: ReadonlyMap<string, Subject>,
  largest: string,
): Promise<Result> {
  const findings: Finding[] = []
  const data: Partial<Record<Operation, Times>> = {}
  for (const operation of Object.keys(operations) as Operation[]) {
    const times = await rounds(bench, subjects, operation)
    data[operation] = times
    const dear = times[largest] ?? []
    for (const [name, cheap] of Object.entries(times)) {
      if (name === largest) continue
      const spread = spreadOf(dear.map((time, round) => time / (cheap[round] ?? Number.NaN)))
      const note = `p50 ${rounded(median(dear))} µs against ${rounded(median(cheap))} µs`
      findings.push(ratio(`${operation}: ${largest} / ${name}`, spread, goal, note))
    }
  }
  return { findings, data }
}

/** Cost of every operation in a large store against small ones, in one server. */
export async function growth(bench: Bench): Promise<Result> {
  const served = await bench.serve()
  const of = async (memories: number, versions: number): Promise<Subject> => {
    const input: FillInput = { stores: 1, memories, versions, contentBytes, directories: 20 }
    const filled = await served.child.call('fill', input)
    return { served, filled, listed: filled.storeIds, tidies: true }
  }
  const versions = bench.quick ? 25_000 : 250_000
  const largest = `2,000 memories and ${versions} versions`
  const subjects = new Map([
    ['100', await of(100, 100)],
    ['1,000', await of(1_000, 1_000)],
    [largest, await of(2_000, versions)],
  ])
  return compare(bench, subjects, largest)
}

/** Cost of every operation in a database of many stores against one of few, as large in all. */
export async function manyStores(bench: Bench): Promise<Result> {
  const memories = bench.quick ? 10_000 : 100_000
  const of = async (stores: number): Promise<Subject> => {
    const served = await bench.serve()
    const each = { memories: memories / stores, versions: memories / stores, directories: 1 }
    const filled = await served.child.call('fill', { stores, ...each, contentBytes })
    const small = { stores, memories: 1, versions: 1, directories: 1, contentBytes }
    const listed = stores === memories ? filled : await served.child.call('fill', small)
    return { served, filled, listed: listed.storeIds, tidies: false }
  }
  const largest = `${memories} stores`
  const subjects = new Map([
    ['10 stores', await of(10)],
    [largest, await of(memories)],
  ])
  return compare(bench, subjects, largest)
}
