import { renderSeries, renderHead } from './histogram-text.ts'

const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

interface Operation {
  readonly statuses: Map<number, number>
  /** One for each bound, not cumulative; what took longer is only in `count`. */
  readonly counts: Float64Array
  sum: number
  count: number
}

/**
 * Requests by operation and status, and their durations: counted on every request, so counted
 * plainly.
 */
export class RequestCounts {
  readonly #operations = new Map<string, Operation>()

  /** @param seconds undefined when the duration says nothing, as of a stream */
  add(name: string, status: number, seconds: number | undefined): void {
    let operation = this.#operations.get(name)
    if (operation === undefined) {
      const counts = new Float64Array(bounds.length)
      operation = { statuses: new Map(), counts, sum: 0, count: 0 }
      this.#operations.set(name, operation)
    }
    operation.statuses.set(status, (operation.statuses.get(status) ?? 0) + 1)
    if (seconds === undefined) return
    operation.sum += seconds
    operation.count += 1
    const index = bounds.findIndex((bound) => seconds <= bound)
    if (index !== -1) operation.counts[index] = (operation.counts[index] ?? 0) + 1
  }

  /** In the text format of Prometheus. */
  render(): string {
    const requests = 'palimpsest_http_requests_total'
    const seconds = 'palimpsest_http_request_seconds'
    const lines = renderHead(requests, 'counter', 'Answered requests.')
    for (const [name, { statuses }] of this.#operations) {
      for (const [status, count] of statuses) {
        lines.push(`${requests}{operation="${name}",status="${status}"} ${count}`)
      }
    }
    lines.push('', ...renderHead(seconds, 'histogram', 'From the head of a request to its answer.'))
    for (const [name, { counts, sum, count }] of this.#operations) {
      let total = 0
      const cumulative = Array.from(counts, (value) => (total += value))
      lines.push(
        ...renderSeries(seconds, { bounds, counts: cumulative, sum, count }, `operation="${name}"`),
      )
    }
    return `\n${lines.join('\n')}\n`
  }
}
