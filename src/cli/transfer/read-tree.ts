import { existsSync, type Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
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

export interface TreeInput {
  readonly directory: string
  /** Directory in the store: begins and ends with "/". */
  readonly prefix: string
  /** Names that begin with "." come along too; version control never does. */
  readonly includesHidden: boolean
}

export interface Tree {
  readonly sources: Source[]
  readonly left: Left[]
  /** Files and whole directories that nobody asked for: hidden ones and version control. */
  readonly skipped: string[]
}

/**
 * The files below a directory, in byte order of their paths. Names are written in Unicode form NFC,
 * as paths must be; links are not followed.
 */
export async function readTree({ directory, prefix, includesHidden }: TreeInput): Promise<Tree> {
  const sources = new Map<string, Source>()
  const [left, skipped]: [Left[], string[]] = [[], []]
  const isSkipped = ({ name }: Dirent) =>
    versionControl.has(name) || (name.startsWith('.') && !includesHidden)
  for await (const entry of entriesBelow(directory, isSkipped)) {
    const file = join(entry.parentPath, entry.name)
    if (isSkipped(entry)) {
      skipped.push(file)
      continue
    }
    if (isNameless(entry)) {
      left.push({ file, reason: 'has a name that is not UTF-8' })
      continue
    }
    if (!entry.isFile()) {
      left.push({ file, reason: `is ${kindOf(entry)}` })
      continue
    }
    const name = relative(directory, file).replaceAll('\\', '/')
    const found = pathOf(prefix + name.normalize('NFC'))
    if (typeof found === 'object') left.push({ file, reason: found.reason })
    else if (sources.has(found)) {
      left.push({ file, reason: `has the same path as ${sources.get(found)?.file ?? 'another'}` })
    } else sources.set(found, { file, path: found })
  }
  const ordered = [...sources.values()].sort((a, b) => compareBytes(a.path, b.path))
  return { sources: ordered, left, skipped }
}

/** Bytes that are not UTF-8 are read as U+FFFD, and nothing is found under such a name. */
function isNameless({ parentPath, name }: Dirent): boolean {
  return name.includes('\u{fffd}') && !existsSync(join(parentPath, name))
}

const versionControl = new Set(['.git', '.hg', '.svn'])

/** What is not a directory, and directories that are not entered. */
async function* entriesBelow(
  directory: string,
  isClosed: (entry: Dirent) => boolean,
): AsyncGenerator<Dirent> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (isClosed(entry) || !entry.isDirectory() || isNameless(entry)) yield entry
    else yield* entriesBelow(join(directory, entry.name), isClosed)
  }
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
