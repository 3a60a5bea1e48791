import { randomInt } from 'node:crypto'
import { chmod, chown, stat } from 'node:fs/promises'
import type { Owner } from '../files/work-tree.ts'

/**
 * Root runs every session's sandbox as a user of its own, that owns nothing else: so limits of a
 * user's processes hold for each, and whoever breaks out is nobody.
 */
export function newOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = sandboxUids.first + randomInt(sandboxUids.count)
  return { uid: id, gid: id }
}
const sandboxUids = { first: 1_600_000_000, count: 100_000_000 } as const

/** A directory that was handed over before keeps its owner. */
export async function ownerOf(directory: string): Promise<Owner | undefined> {
  const { uid } = await stat(directory)
  const isOurs = uid >= sandboxUids.first && uid < sandboxUids.first + sandboxUids.count
  return isOurs && process.getuid?.() === 0 ? { uid, gid: uid } : newOwner()
}

export async function handOver(directory: string, owner: Owner | undefined): Promise<void> {
  await chmod(directory, 0o700)
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid)
}
