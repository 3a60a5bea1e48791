import { UsageError } from './command.ts'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1_000,
  kb: 1_000,
  kib: 1_024,
  m: 1_000_000,
  mb: 1_000_000,
  mib: 1_048_576,
}

interface Range {
  readonly min: number
  readonly max: number
}

/** "20kB", "64 KiB" or "20000" in bytes. @throws UsageError */
export function parseByteSize(text: string, flag: string, { min, max }: Range): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim()) ?? []
  const factor = units[unit.toLowerCase()]
  if (number === '' || factor === undefined) {
    throw new UsageError(`--${flag} must be a size, like 20kB, 64KiB or 20000`)
  }
  const bytes = Math.floor(Number(number) * factor)
  if (bytes >= min && bytes <= max) return bytes
  throw new UsageError(`--${flag} must be from ${min} to ${max} bytes; ${text} is ${bytes}`)
}
