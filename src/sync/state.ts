import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../domain/errors.ts'
import type { Baseline } from './plan.ts'

/** Names the store a directory belongs to, and what both had when they were last equal. */
export const markerName = '.palimpsest-sync.json'

export interface SyncState {
  readonly storeId: string
  readonly base: Map<string, Baseline>
}

/**
 * The state of a directory; undefined where it has none, so that nothing missing in it counts as
 * deleted.
 * @throws DomainError `invalid` for a directory of another store
 */
export async function readState(root: string, storeId: string): Promise<SyncState | undefined> {
  let text: string
  try {
    text = await readFile(join(root, markerName), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const { store, base } = parse(text)
  if (store !== storeId) {
    const message = `${root} belongs to ${store}, not to ${storeId} (${markerName})`
    throw new DomainError({ code: 'invalid', message })
  }
  return { storeId, base: new Map(Object.entries(base)) }
}

function parse(text: string) {
  try {
    const { store, base } = JSON.parse(text) as { store: string; base: Record<string, Baseline> }
    if (typeof store === 'string' && typeof base === 'object') return { store, base }
  } catch {
    // Said below: whatever it is, it is not a state of ours.
  }
  throw new DomainError({
    code: 'invalid',
    message: `${markerName} is damaged; delete it to begin anew`,
  })
}

export async function writeState(root: string, { storeId, base }: SyncState): Promise<void> {
  const place = join(root, markerName)
  const text = JSON.stringify({ store: storeId, base: Object.fromEntries(base) })
  await writeFile(`${place}.next`, text, { mode: 0o600 })
  await rename(`${place}.next`, place)
}
