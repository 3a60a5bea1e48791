import type { Api } from '../../api.ts'
import { openHistory } from '../../transfer/source.ts'
import type { StoreHistory } from '../../transfer/store-history.ts'
import {
  exportedBefore,
  fastImportStream,
  GitPaths,
  isTooLate,
  writeGit,
} from '../../transfer/git-write.ts'
import { startPartial } from '../../transfer/partial.ts'
import type { Entry } from '../../transfer/entry.ts'
import type { ExitCode } from '../command.ts'
import { outPatiently } from '../terminal.ts'
import type { ExportInput } from './export-files.ts'
import { startProgress } from './progress.ts'

interface Exported {
  readonly commits: number
  readonly warning: string | undefined
}

/** A new repository, or an earlier one brought up to date. */
export async function exportGit(api: Api, input: ExportInput): Promise<Exported> {
  const history = await openHistory(api, input.storeId)
  const last = await exportedBefore(input.place)
  if (last !== undefined) return update(history, input, last)
  await using partial = await startPartial(input.place)
  using progress = startProgress(history.count)
  const written = await writeGit({
    directory: partial.path,
    paths: new GitPaths(),
    isNew: true,
    entries: history.entries(0),
    onEntry: (bytes) => progress.advance(bytes),
  })
  await partial.finish()
  return written
}

async function update(
  history: StoreHistory,
  { storeId, place }: ExportInput,
  last: Entry,
): Promise<Exported> {
  if (last.storeId !== storeId) {
    throw new Error(`${place} is an export of another store (${last.storeId ?? 'unknown'})`)
  }
  const paths = new GitPaths()
  let fresh = 0
  for await (const entry of history.outline(0)) {
    // A server without a feed says when a version was redacted, not in which change.
    const isLater = entry.redactedAt !== undefined && entry.redactedAt >= (last.at ?? 0)
    const isKnown = history.redacted.has(entry.versionId ?? '') && entry.seq <= last.seq
    if (isTooLate(entry, last.seq) || (isKnown && isLater)) {
      throw new Error(
        `${place} holds content that was redacted since, and no new commit removes it: export to ` +
          'another place, and destroy this one and its copies',
      )
    }
    if (entry.seq <= last.seq) paths.take(entry)
    else fresh += 1
  }
  if (fresh === 0) return { commits: 0, warning: undefined }
  using progress = startProgress(fresh)
  return writeGit({
    directory: place,
    paths,
    isNew: false,
    entries: history.entries(last.seq),
    onEntry: (bytes) => progress.advance(bytes),
  })
}

/** The history as a stream for `git fast-import`, on standard output. */
export async function streamGit(api: Api, storeId: string): Promise<ExitCode> {
  const history = await openHistory(api, storeId)
  for await (const part of fastImportStream(history.entries(0))) {
    if (!(await outPatiently(part))) return 1
  }
  return 0
}
