import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '../../api.ts'
import { writeArchive, type WrittenArchive } from '../../transfer/archive-write.ts'
import { startPartial } from '../../transfer/partial.ts'
import { openHistory } from '../../transfer/source.ts'
import { download } from './download.ts'
import { startProgress } from './progress.ts'
import type { Left } from './read-tree.ts'

export interface ExportInput {
  readonly storeId: string
  /** Absolute; nothing is there. */
  readonly place: string
}

/** The memories of now as files. */
export async function exportDirectory(
  api: Api,
  { storeId, place }: ExportInput,
): Promise<{ readonly files: number; readonly left: readonly Left[] }> {
  await using partial = await startPartial(place)
  const directory = partial.path
  const kind = { moment: undefined, isDryRun: false, overwrites: false }
  const input = { storeId, directory, prefix: '/', ...kind }
  const { done, left } = await download(api, input)
  await partial.finish()
  return { files: done.written.length, left }
}

/** A store with its whole history as one file. */
export async function exportArchive(
  api: Api,
  { storeId, place }: ExportInput,
): Promise<WrittenArchive> {
  await using partial = await startPartial(place)
  await mkdir(partial.path, { mode: 0o700 })
  const file = join(partial.path, 'archive')
  const store = await api.getStore({ storeId })
  const history = await openHistory(api, storeId)
  using progress = startProgress(history.count)
  const written = await writeArchive({
    store,
    entries: history.entries(0),
    historyFrom: history.historyFrom,
    seq: history.seq,
    now: Date.now(),
    file,
    onEntry: (bytes) => progress.advance(bytes),
  })
  await partial.finish(file)
  return written
}
