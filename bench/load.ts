// The load: a process that keeps N connections busy, each with one request at a time.
import { answerCalls } from './child.ts'
import { Connection } from './connection.ts'
import type { Template } from './request.ts'
import { runRaces, type RacePlan, type Races } from './race.ts'
import { quantile, rounded } from './statistic.ts'

export interface LoadPlan {
  readonly port: number
  readonly connections: number
  readonly template: Template
  /** Ends after this time, or after so many requests. */
  readonly stop: { readonly milliseconds: number } | { readonly requests: number }
  /** Not counted at first. */
  readonly warmMilliseconds?: number
}

export interface Load {
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly p50Us: number
  readonly p90Us: number
  readonly p99Us: number
  readonly maxUs: number
  /** Processor time of the load itself for each request, in microseconds. */
  readonly loadCpuUs: number
}

export interface LoadCalls {
  run(plan: LoadPlan): Promise<Load>
  race(plan: RacePlan): Promise<Races>
}

/** Of requests. No two processes that load one server share any, so no path is used twice. */
let lastNumber = (process.pid % 10_000) * 100_000_000

/** Writes the next request of a template into bytes of its own. */
function writer({ bytes, slots, choices }: Template): () => Uint8Array {
  const request = Buffer.from(bytes)
  return () => {
    const choice = choices === 1 ? 0 : Math.floor(Math.random() * choices)
    lastNumber += 1
    for (const slot of slots) {
      if (slot.kind === 'choice') request.write(slot.values[choice] ?? '', slot.offset, 'latin1')
      else writeDigits(request, slot.offset, slot.digits)
    }
    return request
  }
}

function writeDigits(request: Buffer, offset: number, digits: number): void {
  let rest = lastNumber
  for (let index = offset + digits - 1; index >= offset; index -= 1) {
    request[index] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

async function run(plan: LoadPlan): Promise<Load> {
  const { stop, warmMilliseconds = 0 } = plan
  const requestsMax = 'requests' in stop ? stop.requests : Number.MAX_SAFE_INTEGER
  const milliseconds = 'milliseconds' in stop ? stop.milliseconds : Number.MAX_SAFE_INTEGER
  const begunAt = performance.now()
  const countFrom = begunAt + warmMilliseconds
  const times: number[] = []
  const failure = Promise.withResolvers<never>()
  let lastAt = countFrom
  let sent = 0
  let isCounting = warmMilliseconds === 0
  let cpu = process.cpuUsage()

  const loop = async () => {
    const next = writer(plan.template)
    const done = Promise.withResolvers<void>()
    let sentAt = 0
    const send = () => {
      if (sent >= requestsMax || performance.now() - countFrom >= milliseconds)
        return done.resolve()
      sent += 1
      sentAt = performance.now()
      connection.send(next())
    }
    const connection = await Connection.open(plan.port, {
      onAnswer: ({ status }) => {
        const now = performance.now()
        if (status !== 200) return failure.reject(new Error(`a request was answered ${status}`))
        if (!isCounting && now >= countFrom) {
          isCounting = true
          cpu = process.cpuUsage()
        } else if (isCounting) {
          times.push((now - sentAt) * 1_000)
          lastAt = now
        }
        send()
      },
      onError: (error) => failure.reject(error),
    })
    send()
    await done.promise
    connection.close()
  }
  const loops = Array.from({ length: plan.connections }, loop)
  await Promise.race([Promise.all(loops), failure.promise])
  return summary(times, (lastAt - countFrom) / 1_000, process.cpuUsage(cpu))
}

function summary(times: readonly number[], seconds: number, cpu: NodeJS.CpuUsage): Load {
  const sorted = Float64Array.from(times).sort()
  return {
    requests: times.length,
    seconds: rounded(seconds),
    perSecond: Math.round(times.length / seconds),
    p50Us: rounded(quantile(sorted, 0.5)),
    p90Us: rounded(quantile(sorted, 0.9)),
    p99Us: rounded(quantile(sorted, 0.99)),
    maxUs: rounded(quantile(sorted, 1)),
    loadCpuUs: rounded((cpu.user + cpu.system) / Math.max(1, times.length)),
  }
}

answerCalls<LoadCalls>({ run, race: runRaces })
