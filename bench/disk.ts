// Floor F: how often per second this disk makes one overwritten 4 KB block durable.
import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { answerCalls } from './child.ts'
import { quantile, rounded } from './statistic.ts'

export interface ProbeInput {
  readonly directory: string
  readonly milliseconds: number
}

export interface Probe {
  readonly perSecond: number
  readonly p50Us: number
  readonly p99Us: number
}

export interface DiskCalls {
  probe(input: ProbeInput): Probe
}

const blockBytes = 4_096
const blocks = 1_024
const files = new Map<string, number>()

/** Preallocated once, so that no overwrite has to grow the file. */
function fileIn(directory: string): number {
  const known = files.get(directory)
  if (known !== undefined) return known
  const path = join(directory, `probe-${process.pid}.bin`)
  const fd = openSync(path, 'w')
  rmSync(path)
  const block = Buffer.alloc(blockBytes, 1)
  for (let index = 0; index < blocks; index += 1) writeSync(fd, block, 0, blockBytes)
  fsyncSync(fd)
  files.set(directory, fd)
  return fd
}

function probe({ directory, milliseconds }: ProbeInput): Probe {
  const fd = fileIn(directory)
  const block = Buffer.alloc(blockBytes, 2)
  const times: number[] = []
  const start = performance.now()
  let now = start
  for (let index = 0; now - start < milliseconds; index += 1) {
    writeSync(fd, block, 0, blockBytes, (index % blocks) * blockBytes)
    fdatasyncSync(fd)
    const end = performance.now()
    times.push((end - now) * 1_000)
    now = end
  }
  const sorted = Float64Array.from(times).sort()
  return {
    perSecond: Math.round((times.length / (now - start)) * 1_000),
    p50Us: rounded(quantile(sorted, 0.5)),
    p99Us: rounded(quantile(sorted, 0.99)),
  }
}

answerCalls<DiskCalls>({ probe }, async () => {
  for (const fd of files.values()) closeSync(fd)
})
