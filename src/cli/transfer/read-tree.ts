import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../../domain/errors.ts'
import { parsePath, type Path } from '../../domain/memory/path.ts'
import { compareBytes } from '../../domain/text.ts'

/** A file that can become a memory. */
export interface Source {
  readonly file: string
  readonly path: Path
}

/** Something that cannot come along, and why. */
export interface Left {
  readonly file: string
  readonly reason: string
}

/**
 * The files below a directory, in byte order of their paths. Names are written in Unicode form NFC,
 * as paths must be; links are not followed.
 * @param prefix directory in the store: begins and ends with "/"
 */
export async function readTree(
  directory: string,
  prefix: string,
): Promise<{ sources: Source[]; left: Left[] }> {
  const sources = new Map<string, Source>()
  const left: Left[] = []
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) continue
    if (!entry.isFile()) {
      left.push({ file, reason: `is ${kindOf(entry)}` })
      continue
    }
    const relative = file.slice(join(directory, '/').length).replaceAll('\\', '/')
    const found = pathOf(prefix + relative.normalize('NFC'))
    if (typeof found === 'object') left.push({ file, reason: found.reason })
    else if (sources.has(found)) {
      left.push({ file, reason: `has the same path as ${sources.get(found)?.file ?? 'another'}` })
    } else sources.set(found, { file, path: found })
  }
  const ordered = [...sources.values()].sort((a, b) => compareBytes(a.path, b.path))
  return { sources: ordered, left }
}

function pathOf(text: string): Path | { readonly reason: string } {
  try {
    return parsePath(text, 'path')
  } catch (error) {
    if (error instanceof DomainError) return { reason: error.message }
    throw error
  }
}

function kindOf(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a symbolic link'
  if (entry.isFIFO()) return 'a pipe'
  return entry.isSocket() ? 'a socket' : 'a device'
}
