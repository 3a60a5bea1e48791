import { lstat, mkdir } from 'node:fs/promises'
import { parseVersionId, type StoreId } from '../domain/ids.ts'
import { isRedacted, isVersion, type Entry } from './entry.ts'
import { authorLine, committerLine, entryOfMessage, gitPathOf, messageOf } from './git-format.ts'
import { feed, git, gitOrNothing, startGit } from './git-process.ts'

/** Our own mark of how far an export came; branches are the user's. */
const historyRef = 'refs/palimpsest/history'
const branch = 'main'

/** What is in the tree so far, by the memory's id: what redacted versions did not tell. */
export class GitPaths {
  readonly #paths = new Map<string, string>()

  /** @returns the files that the entry removes and the one that it writes */
  take(entry: Entry): { readonly removed: string[]; readonly written: string | undefined } {
    const { memoryId = '', path, previousPath } = entry
    if (!isVersion(entry)) return { removed: [], written: undefined }
    const before = this.#paths.get(memoryId) ?? previousPath
    if (entry.kind === 'deleted') {
      this.#paths.delete(memoryId)
      return { removed: [before ?? path].filter((one) => one !== undefined), written: undefined }
    }
    if (path === undefined) return { removed: [], written: undefined }
    this.#paths.set(memoryId, path)
    return { removed: before === undefined || before === path ? [] : [before], written: path }
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
