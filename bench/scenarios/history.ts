import { startPostgres } from '../../test/support/postgres-server.ts'
import type { Bench, Served } from '../bench.ts'
import type { Filled } from '../fill.ts'
import { ratio, type Finding, type Result } from '../finding.ts'
import {
  getAsOfRequest,
  getRequest,
  listAsOfRequest,
  listRequest,
  type Template,
} from '../request.ts'
import { median, rounded, spreadOf } from '../statistic.ts'

const memories = 2_000

/** The past against the present in a store of 250,000 versions; restoring and blaming. */
export async function history(bench: Bench): Promise<Result> {
  const served = await bench.serve()
  const reads = await readThePast(bench, served, bench.quick ? 25_000 : 250_000)
  const restored = await restoreAll(bench, served)
  const blamed = await blameOne(bench, served)
  return {
    findings: [...reads.findings, ...restored.findings, ...blamed.findings],
    data: { reads: reads.data, restored: restored.data, blamed: blamed.data },
  }
}

/** The past against the present on PostgreSQL, in a store of 25,000 versions. */
export async function historyOnPostgres(bench: Bench): Promise<Result> {
  const given = process.env['TEST_POSTGRES_URL']
  await using database = given ? undefined : await startPostgres()
  const served = await bench.serve({ database: given ?? database?.url ?? '' })
  return await readThePast(bench, served, 25_000)
}

async function readThePast(bench: Bench, served: Served, versions: number): Promise<Result> {
  const shape = { stores: 1, memories, versions, contentBytes: 1_024, directories: 20 }
  const filled: Filled = await served.child.call('fill', shape)
  const { key } = served
  const middle = Math.floor(versions / 2)
  const at = `at_seq=${middle}`
  const pairs: Readonly<Record<string, readonly [now: Template, past: Template]>> = {
    'list 20': [
      listRequest(key, filled.storeIds, '?limit=20'),
      listAsOfRequest(key, filled.storeIds, `?limit=20&${at}`),
    ],
    'list 100': [
      listRequest(key, filled.storeIds, '?limit=100'),
      listAsOfRequest(key, filled.storeIds, `?limit=100&${at}`),
    ],
    'list directories': [
      listRequest(key, filled.storeIds, '?depth=1&limit=20'),
      listAsOfRequest(key, filled.storeIds, `?depth=1&limit=20&${at}`),
    ],
    get: [getRequest(key, filled.places), getAsOfRequest(key, filled.places, middle)],
  }
  const findings: Finding[] = []
  const data: Record<string, unknown> = {}
  for (const [name, [now, past]] of Object.entries(pairs)) {
    const taken = await compare(bench, served, { now, past })
    const spread = spreadOf(
      taken.past.map((time, round) => time / (taken.now[round] ?? Number.NaN)),
    )
    const note = `p50 ${rounded(median(taken.past))} µs against ${rounded(median(taken.now))} µs`
    findings.push(ratio(`${name}: as of ${middle} / now`, spread, { atMost: 2 }, note))
    data[name] = taken
  }
  return { findings, data }
}

interface Compared {
  readonly now: Template
  readonly past: Template
}

/** Rounds in turns: a slow moment hits both. The first only makes everything warm. */
async function compare(bench: Bench, { child, port }: Served, templates: Compared) {
  const taken = { now: [] as number[], past: [] as number[] }
  for (let round = 0; round < (bench.quick ? 4 : 13); round += 1) {
    for (const name of ['now', 'past'] as const) {
      const stop = { requests: bench.quick ? 100 : 400 }
      const plan = { port, connections: 1, template: templates[name], stop }
      const { p50Us } = await bench.measure(child.pid, plan)
      if (round > 0) taken[name].push(p50Us)
    }
  }
  return taken
}

/** Back and forth between two states that differ in every memory. */
async function restoreAll(bench: Bench, served: Served): Promise<Result> {
  const shape = {
    stores: 1,
    memories,
    versions: 2 * memories,
    contentBytes: 1_024,
    directories: 20,
  }
  const { storeIds }: Filled = await served.child.call('fill', shape)
  const seqs = [1 + memories, 1 + 2 * memories]
  const seconds: number[] = []
  for (let round = 0; round < (bench.quick ? 2 : 10); round += 1) {
    const body = { at_seq: seqs[round % 2] }
    const { milliseconds, answer } = await send(served, `${storeIds[0]}/restore`, body)
    const count = (answer['changes'] as unknown[]).length
    if (count !== memories) throw new Error(`a restore made ${count} changes`)
    seconds.push(milliseconds / 1_000)
  }
  const spread = spreadOf(seconds)
  const name = `restore of ${memories} memories`
  const finding: Finding = { name, value: spread.median, unit: 's', goal: { atMost: 1 }, spread }
  return { findings: [finding], data: seconds }
}

/** A memory of 40 lines, one of which each version changes. */
async function blameOne(bench: Bench, served: Served): Promise<Result> {
  const { storeIds } = await served.child.call('fill', {
    stores: 1,
    memories: 1,
    versions: 1,
    contentBytes: 100,
    directories: 1,
  })
  const versions = bench.quick ? 200 : 1_000
  const lines = Array.from({ length: 40 }, (_none, index) => `line ${index} ${'x'.repeat(90)}`)
  const operations = Array.from({ length: versions - 1 }, (_none, index) => {
    lines[(index * 7) % 40] = `version ${index} ${'y'.repeat(90)}`
    return { type: 'update', target: { path: '/blamed' }, content: `${lines.join('\n')}\n` }
  })
  const made = [{ type: 'create', path: '/blamed', content: 'begun\n' }, ...operations]
  for (let start = 0; start < made.length; start += 200) {
    await send(served, `${storeIds[0]}/batch`, { operations: made.slice(start, start + 200) })
  }
  const milliseconds: number[] = []
  for (let round = 0; round < (bench.quick ? 5 : 30); round += 1) {
    const taken = await send(served, `${storeIds[0]}/blame?path=%2Fblamed`)
    if (round > 0) milliseconds.push(taken.milliseconds)
  }
  const spread = spreadOf(milliseconds)
  const name = `blame of ${versions} versions`
  const finding: Finding = { name, value: spread.median, unit: 'ms', goal: { atMost: 100 }, spread }
  return { findings: [finding], data: milliseconds }
}

async function send({ port, key }: Served, path: string, body?: object) {
  const start = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/palimpsest/v1/memory_stores/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Readonly<Record<string, unknown>>
  const milliseconds = performance.now() - start
  if (!response.ok) throw new Error(`${path} answered ${JSON.stringify(answer)}`)
  return { milliseconds, answer }
}
