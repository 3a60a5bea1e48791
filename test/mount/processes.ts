// The processes of a mount: one holds it, and those it starts serve it.
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { sh, until } from './mounted-store.ts'

/** Whether a process is there and has not ended; nobody may have asked how it did. */
export function isRunning(pid: number): boolean {
  try {
    return !/^.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The worker that serves, once there is one, not the one that waits to replace it. */
export async function workerBelow(holder: number): Promise<number> {
  let found = ''
  const look = async () => {
    const { out } = await sh(
      '/',
      `pgrep -P ${holder} | while read p; do
      ls -l /proc/$p/fd 2>/dev/null | grep -q '/journal' && echo $p; done`,
    )
    return (found = out)
  }
  await expect.poll(look).toMatch(/^[1-9]\d*\n$/)
  return Number(found)
}

/** Kills them at once; one may have ended with another. */
export async function killProcesses(pids: readonly number[]): Promise<void> {
  await sh('/', `kill -9 ${pids.join(' ')}`)
  await until(() => !pids.some(isRunning), 'the end of all')
}
