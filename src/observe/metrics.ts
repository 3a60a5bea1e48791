import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { renderHistogram, type Buckets } from './histogram-text.ts'
import { RequestCounts } from './request-counts.ts'

/** Counters of a storage engine, as `Storage.stats()` gives them. */
export interface StorageHistograms {
  readonly batchSizes: Buckets
  readonly commitSeconds: Buckets
  readonly writerWaitSeconds: Buckets
}

export interface Metrics {
  began(): void
  /** A request was answered. @param seconds undefined for streams, whose length says nothing */
  answered(operation: string, status: number, seconds: number | undefined): void
  ended(): void
  /** A write was refused because a capacity limit is reached. */
  limitHit(code: string): void
  /** The text that Prometheus scrapes. */
  render(): Promise<string>
}

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE

export interface MetricsOptions {
  readonly version: string
  readonly backend: string
  readonly storage: () => StorageHistograms
}

/** Labels name operations, statuses and limits, never a store or a tenant. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'palimpsest_build_info',
    help: 'Version of the program and its storage engine.',
    labelNames: ['version', 'node', 'backend'],
    registers,
  }).set({ version: options.version, node: process.version, backend: options.backend }, 1)
  let underWay = 0
  const inFlight = new Gauge({
    name: 'palimpsest_http_requests_in_flight',
    help: 'Requests under way, streams included.',
    registers,
  })
  const limitHits = new Counter({
    name: 'palimpsest_limit_hits_total',
    help: 'Writes refused because a capacity limit is reached.',
    labelNames: ['limit'],
    registers,
  })
  const requests = new RequestCounts()
  return {
    began: () => {
      underWay += 1
    },
    ended: () => {
      underWay -= 1
    },
    answered: (operation, status, seconds) => requests.add(operation, status, seconds),
    limitHit: (code) => limitHits.inc({ limit: code }),
    render: async () => {
      inFlight.set(underWay)
      return (await registry.metrics()) + requests.render() + renderStorage(options.storage())
    },
  }
}

function renderStorage(storage: StorageHistograms): string {
  return [
    renderHistogram(
      'palimpsest_storage_batch_size',
      'Writes that one commit made durable.',
      storage.batchSizes,
    ),
    renderHistogram(
      'palimpsest_storage_commit_seconds',
      'Time to make a batch durable.',
      storage.commitSeconds,
    ),
    renderHistogram(
      'palimpsest_storage_writer_wait_seconds',
      'Time a write waited for the writer.',
      storage.writerWaitSeconds,
    ),
  ].join('')
}
