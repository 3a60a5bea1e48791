import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'

/**
 * Where sessions keep their scratch files, or their mounts. Root's sandboxes run as other users,
 * who could not pass through a directory that is root's alone.
 */
export function sessionDirectory(config: Config, what: 'sessions' | 'mounts'): string {
  if (process.getuid?.() !== 0) return join(config['data-dir'], what)
  const name = createHash('sha256').update(config['data-dir']).digest('hex').slice(0, 16)
  return join(tmpdir(), `palimpsest-${what}-${name}`)
}
