// What a process used, as Linux counts it.
import { readdirSync, readFileSync } from 'node:fs'

/** One tick of the counters in /proc/…/stat, in µs: USER_HZ is 100 on every Linux of today. */
const tickUs = 10_000

export interface Usage {
  /** Processor time of all threads, in microseconds. */
  readonly cpuUs: number
  /** Of the first thread alone: the one that serves HTTP. */
  readonly mainCpuUs: number
  /** Bytes that the process caused to be written to a disk. */
  readonly writtenBytes: number
  readonly residentBytes: number
  readonly residentMaxBytes: number
}

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const io = readFileSync(`/proc/${pid}/io`, 'utf8')
  const kilobytes = (name: string) => 1_024 * field(status, name)
  return {
    cpuUs: ticksOf(`/proc/${pid}/stat`) * tickUs,
    mainCpuUs: ticksOf(`/proc/${pid}/task/${pid}/stat`) * tickUs,
    writtenBytes: field(io, 'write_bytes'),
    residentBytes: kilobytes('VmRSS'),
    residentMaxBytes: kilobytes('VmHWM'),
  }
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1])
}

/** User and system time; the name in the second field may hold anything, so it is cut off first. */
function ticksOf(file: string): number {
  const text = readFileSync(file, 'utf8')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/**
 * Starts watching processes other than these.
 * @returns a function that says how many processors' worth of them ran since
 */
export function watchStrangers(own: readonly number[]): () => number {
  const begunAt = performance.now()
  const before = allTicks(own)
  return () => {
    let ticks = 0
    for (const [pid, count] of allTicks(own)) ticks += count - (before.get(pid) ?? count)
    return (ticks * tickUs) / ((performance.now() - begunAt) * 1_000)
  }
}

function allTicks(own: readonly number[]): Map<number, number> {
  const found = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!(pid > 0) || own.includes(pid)) continue
    try {
      found.set(pid, ticksOf(`/proc/${pid}/stat`))
    } catch {
      // It ended between the listing and the look.
    }
  }
  return found
}
