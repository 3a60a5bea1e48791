import { readdirSync, readFileSync } from 'node:fs'
import type { ShellProcess } from './shell-process.ts'

const everyMs = 200
const pageBytes = 4_096

/**
 * Ends a shell whose processes together use more memory than they may: the kernel's own limits are
 * per process, and control groups are not everywhere ours to use.
 */
export class MemoryWatch {
  readonly #shell: ShellProcess
  readonly #bytesMax: number
  readonly #timer: NodeJS.Timeout
  exceeded = false

  constructor(shell: ShellProcess, bytesMax: number) {
    this.#shell = shell
    this.#bytesMax = bytesMax
    this.#timer = setInterval(() => this.#look(), everyMs)
    this.#timer.unref()
  }

  end(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { pid, isOver } = this.#shell
    if (isOver || pid === undefined) return this.end()
    if (bytesBelow(pid) <= this.#bytesMax) return
    this.exceeded = true
    this.#shell.kill()
    this.end()
  }
}

interface Known {
  readonly parent: number
  readonly bytes: number
}

/** Resident memory of a process and of everything it began. */
function bytesBelow(root: number): number {
  const all = new Map<number, Known>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const known = pid > 0 ? readProcess(pid) : undefined
    if (known !== undefined) all.set(pid, known)
  }
  let bytes = 0
  for (const [pid, known] of all) if (descends(all, pid, root)) bytes += known.bytes
  return bytes
}

function readProcess(pid: number): Known | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), bytes: Number(fields[21]) * pageBytes }
  } catch {
    return undefined
  }
}

function descends(all: ReadonlyMap<number, Known>, pid: number, root: number): boolean {
  let at = pid
  for (let steps = 0; at > 1 && steps < 1_000; steps += 1) {
    if (at === root) return true
    at = all.get(at)?.parent ?? 0
  }
  return false
}
