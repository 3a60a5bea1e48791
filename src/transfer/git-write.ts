import { lstat, mkdir } from 'node:fs/promises'
import { parseVersionId, type StoreId } from '../domain/ids.ts'
import type { Path } from '../domain/memory/path.ts'
import { isRedacted, isVersion, type Entry } from './entry.ts'
import { authorLine, committerLine, entryOfMessage, gitPathOf, messageOf } from './git-format.ts'
import { feed, git, gitOrNothing, startGit } from './git-process.ts'
import { LiveTree } from './live-tree.ts'

/** Our own mark of how far an export came; branches are the user's. */
const historyRef = 'refs/palimpsest/history'
const branch = 'main'

/**
 * Where the memories are that the tree holds so far: what redacted versions did not tell, and whose
 * a file is. A directory that moves over itself takes places that others are yet to leave.
 */
export class GitPaths {
  readonly #paths = new Map<string, string>()
  readonly #owners = new Map<string, string>()
  readonly #tree = new LiveTree()

  /** @returns the files that the entry removes and the one that it writes */
  take(entry: Entry): { readonly removed: string[]; readonly written: string | undefined } {
    const { memoryId = '', path, previousPath } = entry
    if (!isVersion(entry)) return { removed: [], written: undefined }
    const before = this.#paths.get(memoryId) ?? previousPath
    if (entry.kind === 'deleted') {
      this.#paths.delete(memoryId)
      return { removed: this.#leave(memoryId, before ?? path), written: undefined }
    }
    if (path === undefined) return { removed: [], written: undefined }
    const removed = before === path ? [] : this.#leave(memoryId, before)
    this.#paths.set(memoryId, path)
    this.#owners.set(path, memoryId)
    this.#tree.add(path as Path)
    return { removed, written: path }
  }

  /** The file goes with its memory, unless another memory has come to its place or below it. */
  #leave(memoryId: string, path: string | undefined): string[] {
    if (path === undefined) return []
    const owner = this.#owners.get(path)
    if (owner !== undefined && owner !== memoryId) return []
    this.#owners.delete(path)
    this.#tree.remove(path as Path)
    return this.#tree.countBelow(`${path}/`) > 0 ? [] : [path]
  }
}

/** One change as a commit of a fast-import stream. @param from the commit before, in another run */
export function commitOf(
  entry: Entry,
  { paths, ref, from }: { readonly paths: GitPaths; readonly ref: string; readonly from?: string },
): Buffer {
  const message = Buffer.from(messageOf(entry))
  const parts: (Buffer | string)[] = [
    `commit ${ref}\nauthor ${authorLine(entry)}\ncommitter ${committerLine(entry)}\n`,
    `data ${message.length}\n`,
    message,
    from === undefined ? '' : `from ${from}\n`,
  ]
  const { removed, written } = paths.take(entry)
  for (const path of removed) parts.push(`D ${quoted(path)}\n`)
  if (written !== undefined && entry.content !== undefined && !isRedacted(entry)) {
    const content = Buffer.from(entry.content)
    parts.push(`M 100644 inline ${quoted(written)}\ndata ${content.length}\n`, content, '\n')
  }
  parts.push('\n')
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

function quoted(path: string): string {
  return `"${gitPathOf(path).replace(/["\\]/g, '\\$&')}"`
}

/** A whole history as `git fast-import` reads it. */
export async function* fastImportStream(
  entries: AsyncIterable<Entry>,
): AsyncGenerator<Buffer | string> {
  const paths = new GitPaths()
  yield 'feature done\n'
  for await (const entry of entries) yield commitOf(entry, { paths, ref: `refs/heads/${branch}` })
  yield 'done\n'
}

export interface GitExport {
  /** A directory that does not exist yet, or a repository of an earlier export. */
  readonly directory: string
  readonly paths: GitPaths
  readonly isNew: boolean
  readonly entries: AsyncIterable<Entry>
  readonly onEntry?: (bytes: number) => void
}

/**
 * Writes one commit for each change. The branch moves when all of them are there: an export that
 * is broken off leaves an old repository as it was.
 * @returns how many commits it wrote, and what git said of files that it could not write out
 */
export async function writeGit(
  input: GitExport,
): Promise<{ readonly commits: number; readonly warning: string | undefined }> {
  const { directory, isNew } = input
  if (isNew) await initialise(directory)
  const importer = startGit(directory, ['fast-import', '--quiet', '--done', '--date-format=raw'])
  let commits = 0
  try {
    for await (const entry of input.entries) {
      const from = commits === 0 && !isNew ? { from: `${historyRef}^0` } : {}
      await feed(importer, commitOf(entry, { paths: input.paths, ref: historyRef, ...from }))
      commits += 1
      input.onEntry?.(entry.sizeBytes ?? 0)
    }
  } catch (error) {
    importer.child.kill('SIGKILL')
    throw error
  }
  importer.child.stdin.end('done\n')
  await importer.done
  if (isNew) await git(directory, 'update-ref', `refs/heads/${branch}`, historyRef)
  const checkout = isNew
    ? ['reset', '--hard', '--quiet']
    : ['merge', '--ff-only', '--quiet', historyRef]
  const said = await git(directory, ...checkout).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  return { commits, warning: said }
}

async function initialise(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await git(directory, 'init', '--quiet', '--template=', `--initial-branch=${branch}`)
  await git(directory, 'config', 'core.autocrlf', 'false')
}

/** The newest change of an earlier export in this repository; undefined where there is none. */
export async function exportedBefore(directory: string): Promise<Entry | undefined> {
  const stat = await lstat(directory).catch(() => undefined)
  if (stat === undefined || !stat.isDirectory()) return undefined
  const isOwn = await lstat(`${directory}/.git`).catch(() => undefined)
  if (isOwn === undefined) return undefined // git would look in the folders above
  const message = await gitOrNothing(directory, 'log', '-1', '--format=%B', historyRef)
  return message === undefined ? undefined : entryOfMessage(message)
}

/**
 * Whether a redaction is of something that an earlier export wrote into its repository, where no
 * later commit can remove it.
 */
export function isTooLate(redaction: Entry, exportedSeq: number): boolean {
  if (redaction.kind !== 'redacted' || redaction.versionId === undefined) return false
  const position = parseVersionId((redaction.storeId ?? '') as StoreId, redaction.versionId)
  return redaction.seq > exportedSeq && position !== undefined && position.seq <= exportedSeq
}
