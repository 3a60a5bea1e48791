import type { Bench } from '../bench.ts'
import type { Finding, Result } from '../finding.ts'
import { usageOf } from '../process-usage.ts'
import { microsecondsOf, SessionClient, type LoggedEvent } from '../session-client.ts'
import { median, quantile, rounded, spreadOf } from '../statistic.ts'

const tools = [{ type: 'agent_toolset_20260401' }]

interface Cast {
  readonly client: SessionClient
  readonly agentId: string
  readonly environmentId: string
  readonly storeId: string
}

/** Sessions with a model that answers at once: what is measured is the server. */
export async function sessions(bench: Bench): Promise<Result> {
  const served = await bench.serve({ model: 'demo', sandbox: 'off' })
  const client = new SessionClient(served)
  const cast = await assemble(client)
  const { pid } = served.child
  // A server that has just started runs everything for the first time.
  await oneAfterAnother(cast, pid, bench.quick ? 3 : 15)
  const turns = await oneAfterAnother(cast, pid, bench.quick ? 3 : 30)
  const crowd = await manySessions(cast, bench.quick ? 20 : 200)
  const listing = await longLog(bench, cast, bench.quick ? 1_000 : 5_000)
  client.close()
  return {
    findings: [
      limit('turn of one model request, one session', turns.said, 15),
      {
        name: 'processor time of the server for both kinds of turn, on average',
        value: turns.cpuMs,
        unit: 'ms',
      },
      limit('turn that reads and writes memory (three requests)', turns.remembered),
      limit('event to a stream that follows it', turns.delivery, 10),
      { name: 'event to a stream, p99', value: turns.deliveryP99, unit: 'ms' },
      {
        name: `events lost or doubled, ${crowd.sessions} sessions of ${turnsEach} turns`,
        value: crowd.faults,
        unit: 'count',
        goal: { atMost: 0 },
        note: `${crowd.events} events, ${crowd.perSecond} turns a second`,
      },
      limit(`list of a log of ${listing.events} events`, listing.times, 100),
    ],
    data: { turns, crowd, listing },
  }
}

function limit(name: string, milliseconds: readonly number[], atMost?: number): Finding {
  const spread = spreadOf(milliseconds)
  const goal = atMost === undefined ? undefined : { atMost }
  return { name, value: spread.median, unit: 'ms', goal, spread }
}

async function assemble(client: SessionClient): Promise<Cast> {
  type Made = { readonly id: string }
  const agent = await client.post<Made>('/v1/agents', { name: 'bench', model: 'demo', tools })
  const environment = await client.post<Made>('/v1/environments', { name: 'bench' })
  const store = await client.post<Made>('/v1/memory_stores', { name: 'bench' })
  return { client, agentId: agent.id, environmentId: environment.id, storeId: store.id }
}

async function newSession({ client, agentId, environmentId, storeId }: Cast): Promise<string> {
  const { id } = await client.post<{ id: string }>('/v1/sessions', {
    agent: agentId,
    environment_id: environmentId,
    resources: [{ type: 'memory_store', memory_store_id: storeId }],
  })
  return id
}

interface Turn {
  readonly status: string
  readonly output: readonly { readonly content: readonly { readonly text: string }[] }[]
}

async function turn({ client }: Cast, sessionId: string, input: string): Promise<number> {
  const began = performance.now()
  const { status } = await client.post<Turn>(`/v1/sessions/${sessionId}/turns`, { input })
  if (status !== 'completed') throw new Error(`the turn is ${status}`)
  return performance.now() - began
}

/** Sessions one after another, followed as an application follows them. */
async function oneAfterAnother(cast: Cast, pid: number, rounds: number) {
  const said: number[] = []
  const remembered: number[] = []
  const delays: number[] = []
  const before = usageOf(pid)
  for (let round = 0; round < rounds; round += 1) {
    const sessionId = await newSession(cast)
    const stream = await cast.client.follow(sessionId)
    for (let number = 0; number < 5; number += 1) {
      said.push(await turn(cast, sessionId, 'Hello'))
      const fact = `I'm Visitor${round}. Remember that number ${number} is mine.`
      remembered.push(await turn(cast, sessionId, fact))
    }
    await stream.until('session.status_idle', 10)
    stream.close()
    for (const { arrivedAtUs, processedAtUs } of stream.frames) {
      delays.push((arrivedAtUs - processedAtUs) / 1_000)
    }
  }
  const cpuMs = (usageOf(pid).cpuUs - before.cpuUs) / 1_000 / (rounds * 10)
  const sorted = delays.toSorted((a, b) => a - b)
  return {
    said,
    remembered,
    cpuMs: rounded(cpuMs),
    delivery: [median(delays)],
    deliveryP99: rounded(quantile(sorted, 0.99)),
  }
}

const turnsEach = 5

/** Many sessions at once over one store; every log is compared with its stream and the store. */
async function manySessions(cast: Cast, count: number) {
  const names = Array.from({ length: count }, (_, index) => `Visitor${1_000 + index}`)
  const ids = await Promise.all(names.map(() => newSession(cast)))
  const streams = await Promise.all(ids.map((id) => cast.client.follow(id)))
  const began = performance.now()
  await Promise.all(
    ids.map(async (id, index) => {
      for (let number = 0; number < turnsEach; number += 1) {
        const fact = `I'm ${names[index]}. Remember that number ${number} is mine.`
        await turn(cast, id, fact)
      }
    }),
  )
  const seconds = (performance.now() - began) / 1_000
  await Promise.all(streams.map((stream) => stream.until('session.status_idle', turnsEach)))
  let [faults, events] = [0, 0]
  for (const [index, id] of ids.entries()) {
    const log = await cast.client.events(id)
    const told = streams[index]?.frames.map((frame) => frame.id) ?? []
    streams[index]?.close()
    events += log.length
    faults += faultsIn(log, told)
  }
  faults += await missingFacts(cast, names)
  const perSecond = rounded((count * turnsEach) / seconds)
  return { sessions: count, events, faults, seconds, perSecond }
}

function faultsIn(log: readonly LoggedEvent[], told: readonly string[]): number {
  const ids = log.map(({ id }) => id)
  const times = log.map(({ processed_at: at }) => (at === null ? -1 : microsecondsOf(at)))
  const countOf = (type: string) => log.filter((event) => event.type === type).length
  return [
    ids.length - new Set(ids).size,
    told.length - new Set(told).size,
    ids.filter((id) => !told.includes(id)).length,
    told.filter((id) => !ids.includes(id)).length,
    times.filter((time, index) => index > 0 && time <= (times[index - 1] ?? 0)).length,
    Math.abs(countOf('user.message') - turnsEach),
    Math.abs(countOf('agent.message') - turnsEach),
    Math.abs(countOf('session.status_idle') - turnsEach),
    Math.abs(countOf('agent.tool_use') - countOf('agent.tool_result')),
  ].reduce((sum, count) => sum + count, 0)
}

/** Facts that were told and are not in the store, or are there twice. */
async function missingFacts({ client, storeId }: Cast, names: readonly string[]): Promise<number> {
  let missing = 0
  for (const name of names) {
    const path = `/users/${name.toLowerCase()}/`
    const { data } = await client.get<{ data: readonly { content?: string }[] }>(
      `/v1/memory_stores/${storeId}/memories?view=full&path_prefix=${encodeURIComponent(path)}`,
    )
    const text = data[0]?.content ?? ''
    for (let number = 0; number < turnsEach; number += 1) {
      missing += Math.abs(text.split(`number ${number} is mine`).length - 2)
    }
  }
  return missing
}

/** A log as long as that of a session of weeks, read from its beginning to its end. */
async function longLog(bench: Bench, cast: Cast, count: number) {
  const sessionId = await newSession(cast)
  const content = [{ type: 'text', text: 'Nothing to see here, only a line of a conversation.' }]
  const batch = Array.from({ length: 500 }, () => ({ type: 'user.message', content }))
  const stream = await cast.client.follow(sessionId)
  let sent = 0
  while (sent < count) {
    await cast.client.post(`/v1/sessions/${sessionId}/events`, { events: batch })
    sent += batch.length
    await stream.until('user.message', sent)
  }
  await stream.until('session.status_idle', 1)
  stream.close()
  const times: number[] = []
  let events = 0
  for (let round = 0; round < bench.rounds + 1; round += 1) {
    const began = performance.now()
    events = (await cast.client.events(sessionId)).length
    times.push(performance.now() - began)
  }
  return { events, times: times.slice(1) }
}
