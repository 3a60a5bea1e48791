import { lstat, readdir, rename, rm, stat } from 'node:fs/promises'
import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * A file or directory that is made beside its place and takes it when it is whole. What is left of
 * one whose process was killed is removed by the next for the same place.
 */
export interface Partial extends AsyncDisposable {
  /** Where to write meanwhile; nothing is there yet. */
  readonly path: string
  /**
   * Takes the place.
   * @param from what of it, where not all
   * @throws Error when something stands there by now
   */
  finish(from?: string): Promise<void>
}

/** @throws Error when the place is taken */
export async function startPartial(place: string): Promise<Partial> {
  const folder = await stat(dirname(place)).catch(() => undefined)
  if (!folder?.isDirectory()) throw new Error(`there is no directory ${dirname(place)}`)
  await refuseTaken(place)
  await removeLeftovers(place)
  const path = join(dirname(place), `.${basename(place)}.${process.pid}.partial`)
  const removal = removeOnSignal(path)
  return {
    path,
    finish: async (from = path) => {
      await refuseTaken(place)
      await rename(from, place)
    },
    [Symbol.asyncDispose]: async () => {
      removal[Symbol.dispose]()
      await rm(path, { recursive: true, force: true })
    },
  }
}

async function refuseTaken(place: string): Promise<void> {
  const stat = await lstat(place).catch(() => undefined)
  if (stat === undefined) return
  const isEmpty = stat.isDirectory() && (await readdir(place)).length === 0
  if (!isEmpty) throw new Error(`${place} exists: name a place where nothing is`)
}

async function removeLeftovers(place: string): Promise<void> {
  const folder = dirname(place)
  const prefix = `.${basename(place)}.`
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith('.partial')) continue
    const pid = Number(name.slice(prefix.length, -'.partial'.length))
    if (!Number.isInteger(pid) || pid < 1 || isRunning(pid)) continue
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Removes a path also when the process is interrupted, and then lets the signal do its work. */
export function removeOnSignal(path: string): Disposable {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const remove = (signal: NodeJS.Signals) => {
    rmSync(path, { recursive: true, force: true })
    end()
    process.kill(process.pid, signal)
  }
  const end = () => {
    for (const signal of signals) process.off(signal, remove)
  }
  for (const signal of signals) process.once(signal, remove)
  return { [Symbol.dispose]: end }
}
