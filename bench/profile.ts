// Turns the profiles of a server's threads into what a reader wants first: where the time went.
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ThreadProfile } from './profiler.ts'
import { rounded } from './statistic.ts'

const shownMax = 30

/** Writes `.cpuprofile` files and returns the functions with the most self time, as lines. */
export function keepProfiles(
  profiles: readonly ThreadProfile[],
  directory: string,
  name: string,
): string[] {
  return profiles.flatMap(({ thread, profile }) => {
    const file = join(directory, `${name}-${thread}.cpuprofile`)
    writeFileSync(file, JSON.stringify(profile))
    return [`${name}, thread ${thread} (${basename(file)}):`, ...topFunctions(profile)]
  })
}

function topFunctions(profile: ThreadProfile['profile']): string[] {
  const placeOf = new Map<number, string>()
  for (const { id, callFrame } of profile.nodes) {
    const { functionName, url, lineNumber } = callFrame
    const place =
      url === '' ? '' : ` ${url.replace(/^.*\/(src|node_modules)\//, '')}:${lineNumber + 1}`
    placeOf.set(id, `${functionName || '(anonymous)'}${place}`)
  }
  const self = new Map<string, number>()
  const deltas = profile.timeDeltas ?? []
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const place = placeOf.get(id) ?? ''
    self.set(place, (self.get(place) ?? 0) + (deltas[index] ?? 0))
  }
  const total = [...self.values()].reduce((sum, time) => sum + time, 0)
  const idle = self.get('(idle)') ?? 0
  const busy = Math.max(1, total - idle)
  return [
    `  busy ${rounded((busy / total) * 100)} % of ${rounded(total / 1e6)} s; of the busy time:`,
    ...[...self]
      .filter(([place]) => place !== '(idle)')
      .sort(([, a], [, b]) => b - a)
      .slice(0, shownMax)
      .map(([place, time]) => `  ${((time / busy) * 100).toFixed(1).padStart(5)} %  ${place}`),
  ]
}
