import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import type { DiskCalls, Probe } from './disk.ts'
import type { Load, LoadCalls, LoadPlan } from './load.ts'
import { nodeFlags } from './installed.ts'
import { keepProfiles } from './profile.ts'
import { usageOf, watchStrangers, type Usage } from './process-usage.ts'
import type { ServerCalls, StartInput, Started } from './server.ts'
import { rounded } from './statistic.ts'

export interface BenchOptions {
  /** Shorter and fewer rounds: to see that everything runs, not to quote. */
  readonly quick: boolean
  /** Where the data directories are made: what is measured is this disk. */
  readonly directory: string | undefined
  /** Where profiles are written; undefined takes none. */
  readonly profiles: string | undefined
}

/** A server under measurement, started. */
export interface Served extends Started {
  readonly child: Child<ServerCalls>
  readonly directory: string
}

/** A load, and what the server spent on it. */
export interface Measured extends Load {
  /** Processor time for each request, in µs: of the whole server, and of its HTTP thread. */
  readonly serverCpuUs: number
  readonly mainCpuUs: number
  /** How many processors' worth of other processes ran meanwhile. */
  readonly strangers: number
}

/** Rounds are only believed while the disk makes as many blocks durable in a second. */
export const quietProbesPerSecond = 5_000

/** What scenarios share: temporary directories, the load, the disk probe. */
export class Bench implements AsyncDisposable {
  readonly quick: boolean
  readonly #root: string
  readonly #profiles: string | undefined
  readonly #children = new AsyncDisposableStack()
  readonly #pids: number[] = [process.pid]
  #load: Child<LoadCalls> | undefined
  #disk: Child<DiskCalls> | undefined
  #directories = 0

  constructor({ quick, directory, profiles }: BenchOptions) {
    this.quick = quick
    this.#profiles = profiles
    this.#root = mkdtempSync(join(directory ?? tmpdir(), 'palimpsest-bench-'))
    if (profiles !== undefined) mkdirSync(profiles, { recursive: true })
  }

  /** Milliseconds of one measurement within a round. */
  get roundMs(): number {
    return this.quick ? 700 : 2_500
  }

  /** Rounds to collect. */
  get rounds(): number {
    return this.quick ? 2 : 7
  }

  newDirectory(): string {
    this.#directories += 1
    const directory = join(this.#root, String(this.#directories))
    mkdirSync(directory)
    return directory
  }

  /** A child that ends with the bench, or earlier by its own disposal. */
  child<Offer extends { [Name in keyof Offer]: (input: never) => unknown }>(
    module: string,
    execArgv: readonly string[] = [],
  ): Child<Offer> {
    const child = this.#children.use(new Child<Offer>(module, execArgv))
    this.#pids.push(child.pid)
    return child
  }

  async serve(
    settings: Readonly<Record<string, string>> = {},
    input: Omit<StartInput, 'settings'> = {},
  ): Promise<Served> {
    const directory = settings['data-dir'] ?? this.newDirectory()
    const child = this.child<ServerCalls>('server', ['--expose-gc', ...nodeFlags])
    const limits = {
      'workspace-stores-max': '10000000',
      'store-memories-max': '10000000',
      'store-versions-max': '10000000',
      'store-bytes-max': '1000000000000',
    }
    const all = { 'data-dir': directory, ...limits, ...settings }
    const started = await child.call('start', { settings: all, ...input })
    return { ...started, child, directory }
  }

  get loader(): Child<LoadCalls> {
    this.#load ??= this.child<LoadCalls>('load')
    return this.#load
  }

  /** Floor F, now. */
  probe(): Promise<Probe> {
    this.#disk ??= this.child<DiskCalls>('disk')
    const milliseconds = this.quick ? 200 : 400
    return this.#disk.call('probe', { directory: this.#root, milliseconds })
  }

  /** Runs a load and looks at what the process that answers it used. */
  async measure(pid: number, plan: LoadPlan): Promise<Measured> {
    const before = usageOf(pid)
    const watch = watchStrangers(this.#pids)
    const load = await this.loader.call('run', plan)
    const after = usageOf(pid)
    const { warmMilliseconds = 0 } = plan
    // The processors also worked while it warmed up, at much the same pace.
    const counted = load.requests * (1 + warmMilliseconds / 1_000 / load.seconds)
    return {
      ...load,
      serverCpuUs: perRequest(before, after, counted, 'cpuUs'),
      mainCpuUs: perRequest(before, after, counted, 'mainCpuUs'),
      strangers: rounded(watch()),
    }
  }

  /** Profiles every thread of a server during a load, when profiles are wanted. */
  async profile(name: string, served: Served, plan: LoadPlan): Promise<void> {
    if (this.#profiles === undefined) return
    await served.child.call('startProfile', undefined)
    await this.loader.call('run', plan)
    const profiles = await served.child.call('stopProfile', undefined)
    for (const line of keepProfiles(profiles, this.#profiles, name)) console.log(line)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#children[Symbol.asyncDispose]()
    rmSync(this.#root, { recursive: true, force: true })
  }
}

function perRequest(
  before: Usage,
  after: Usage,
  requests: number,
  name: 'cpuUs' | 'mainCpuUs',
): number {
  return rounded((after[name] - before[name]) / Math.max(1, requests))
}
