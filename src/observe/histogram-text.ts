/** Cumulative buckets: `counts[i]` observations were at most `bounds[i]`. */
export interface Buckets {
  readonly bounds: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

/** A histogram that was counted elsewhere, in the text format of Prometheus. */
export function renderHistogram(name: string, help: string, buckets: Buckets): string {
  const lines = [...renderHead(name, 'histogram', help), ...renderSeries(name, buckets, '')]
  return `\n${lines.join('\n')}\n`
}

export function renderHead(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

/** @param labels like `operation="getMemory"`, "" for none */
export function renderSeries(name: string, buckets: Buckets, labels: string): string[] {
  const prefix = labels === '' ? '' : `${labels},`
  const suffix = labels === '' ? '' : `{${labels}}`
  const lines = buckets.bounds.map(
    (bound, index) => `${name}_bucket{${prefix}le="${bound}"} ${buckets.counts[index] ?? 0}`,
  )
  lines.push(`${name}_bucket{${prefix}le="+Inf"} ${buckets.count}`)
  lines.push(`${name}_sum${suffix} ${buckets.sum}`, `${name}_count${suffix} ${buckets.count}`)
  return lines
}
