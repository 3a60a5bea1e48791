import { lstat, readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Metadata } from '../../domain/memory/store.ts'
import { openArchive } from '../../transfer/archive-read.ts'
import type { Entry } from '../../transfer/entry.ts'
import { git } from '../../transfer/git-process.ts'
import { GitSource } from '../../transfer/git-read.ts'
import { BrokenArchive } from '../../transfer/tar.ts'
import { UsageError } from '../command.ts'
import { readText } from './read-text.ts'
import { readTree, type Left } from './read-tree.ts'

export const importFormats = ['directory', 'archive', 'git'] as const
export type ImportFormat = (typeof importFormats)[number]

/** Something that a store can be made of. */
export interface ImportSource extends AsyncDisposable {
  readonly format: ImportFormat
  readonly name: string
  readonly description: string
  readonly metadata: Metadata
  readonly isArchived: boolean
  /** The history, as often as wanted: every time the same. */
  entries(): AsyncIterable<Entry>
  /** What cannot come along, once the entries were read. */
  left(): readonly Left[]
  /** What nobody asked for: hidden files and version control. */
  readonly skipped: readonly string[]
}

export interface SourceInput {
  readonly place: string
  readonly format: ImportFormat | undefined
  readonly includesHidden: boolean
}

/** @throws UsageError, Error that says why the source is none */
export async function openSource(input: SourceInput): Promise<ImportSource> {
  const place = resolve(input.place)
  const kind = await stat(place).catch(() => undefined)
  if (kind === undefined) throw new UsageError(`there is no "${input.place}"`)
  if (!kind.isDirectory()) {
    if (input.format !== undefined && input.format !== 'archive') {
      throw new UsageError(`"${input.place}" is a file; a ${input.format} is a directory`)
    }
    return archiveSource(place)
  }
  if (input.format === 'archive') throw new UsageError(`"${input.place}" is a directory`)
  const isGit = (await lstat(join(place, '.git')).catch(() => undefined)) !== undefined
  if (input.format === 'git' && !isGit) throw new UsageError(`"${input.place}" has no .git in it`)
  return isGit && input.format !== 'directory'
    ? gitSource(place)
    : directorySource(place, input.includesHidden)
}

async function archiveSource(place: string): Promise<ImportSource> {
  const archive = await openArchive(place).catch((error: unknown) => {
    if (!(error instanceof BrokenArchive)) throw error
    throw new Error(`${place} is refused, and nothing was imported: ${error.message}`)
  })
  const { store } = archive.manifest
  return {
    format: 'archive',
    name: store.name,
    description: store.description,
    metadata: store.metadata,
    isArchived: typeof store.archived_at === 'string',
    entries: () => archive.entries(),
    left: () => [],
    skipped: [],
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  }
}

const bare = { description: '', metadata: {}, isArchived: false }

async function gitSource(place: string): Promise<ImportSource> {
  const revision = await git(place, 'rev-parse', '--verify', 'HEAD^{commit}').catch(
    (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      const way = '--format directory takes its files as they are'
      throw new Error(`${place} has no history that git can read: ${way} (${why})`, {
        cause: error,
      })
    },
  )
  const source = new GitSource(place, revision.trim())
  return {
    ...bare,
    format: 'git',
    name: basename(place),
    entries: () => source.entries(),
    left: () => source.lostList().map(({ what: file, reason }) => ({ file, reason })),
    skipped: [],
    [Symbol.asyncDispose]: async () => undefined,
  }
}

async function directorySource(place: string, includesHidden: boolean): Promise<ImportSource> {
  const tree = await readTree({ directory: place, prefix: '/', includesHidden })
  const left = new Map(tree.left.map(({ file, reason }) => [file, reason]))
  async function* entries(): AsyncGenerator<Entry> {
    for (const [index, { file, path }] of tree.sources.entries()) {
      const seq = index + 1
      const found = await readSource(file)
      if ('reason' in found) {
        left.set(file, found.reason)
        continue
      }
      const { text: content, at } = found
      const sizeBytes = Buffer.byteLength(content)
      yield { kind: 'created', seq, at, memoryId: `change ${seq}`, path, content, sizeBytes }
    }
  }
  return {
    ...bare,
    format: 'directory',
    name: basename(place),
    entries,
    left: () => [...left].map(([file, reason]) => ({ file, reason })),
    skipped: tree.skipped,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A text file and when it was last written. */
async function readSource(
  file: string,
): Promise<{ readonly text: string; readonly at: number } | { readonly reason: string }> {
  try {
    const [bytes, { mtimeMs }] = [await readFile(file), await stat(file)]
    const read = readText(bytes)
    return 'reason' in read ? read : { text: read.text, at: Math.floor(mtimeMs) }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}
