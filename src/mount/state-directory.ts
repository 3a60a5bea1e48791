import { createHash } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Moment } from '../domain/history/moment.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where mounts keep their journals and their control sockets, readable by their owner alone. */
export function stateRoot(env: Environment = process.env): string {
  const home = env['XDG_STATE_HOME'] || join(env['HOME'] ?? '/tmp', '.local', 'state')
  return join(home, 'palimpsest', 'mounts')
}

/** What `mount` leaves for `umount` and `status`. */
export interface MountRecord {
  readonly directory: string
  readonly storeId: string
  readonly socket: string
  /** The process that holds the device. */
  readonly pid: number
  /** Undefined: the present. */
  readonly asOf: Moment | undefined
}

/**
 * A mount point by its one name. The point itself is not looked at: what is mounted there may hang.
 */
export function canonical(directory: string): string {
  const absolute = resolve(directory)
  return absolute === '/' ? absolute : join(realpathSync(dirname(absolute)), basename(absolute))
}

/** What a mount shows, and where. */
interface Shown {
  readonly directory: string
  readonly storeId: string
  /** Undefined: the present. */
  readonly asOf: Moment | undefined
}

/**
 * The directory of a mount's state, one for each mount point, store and moment: what a mount of the
 * present still owes the store is nothing for one of the past to send.
 */
export function stateOf(root: string, { directory, storeId, asOf }: Shown): string {
  const facts = [directory, storeId, ...(asOf === undefined ? [] : [asOf.seq])].join('\0')
  const name = createHash('sha256').update(facts).digest('hex').slice(0, 16)
  const state = join(root, name)
  mkdirSync(state, { recursive: true, mode: 0o700 })
  return state
}

export function writeRecord(state: string, record: MountRecord): void {
  writeFileSync(join(state, 'mount.json'), JSON.stringify(record), { mode: 0o600 })
}

/** The mount is over; its journal stays, unless it showed the past and so owes nothing. */
export function removeRecord({ state, asOf }: Pick<Shown, 'asOf'> & { state: string }): void {
  rmSync(join(state, 'mount.json'), { force: true })
  if (asOf !== undefined) rmSync(state, { recursive: true, force: true })
}

/** The newest mount at a directory, alive or left behind by a killed holder. */
export function findMount(root: string, directory: string): MountRecord | undefined {
  return records(root).find((record) => record.directory === directory)
}

/** The directories of the mounts below a directory, each once. */
export function findMountsBelow(root: string, directory: string): string[] {
  const below = records(root).map((record) => record.directory)
  return [...new Set(below.filter((one) => dirname(one) === directory))]
}

/** Newest first. */
function records(root: string): MountRecord[] {
  const found = listed(root).flatMap((name) => {
    const path = join(root, name, 'mount.json')
    try {
      const record = JSON.parse(readFileSync(path, 'utf8')) as MountRecord
      return [{ record, at: statSync(path).mtimeMs }]
    } catch {
      return [] // Made a moment ago, or removed by hand.
    }
  })
  return found.sort((a, b) => b.at - a.at).map(({ record }) => record)
}

function listed(root: string): string[] {
  try {
    return readdirSync(root)
  } catch {
    return []
  }
}
