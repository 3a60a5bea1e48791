import { createMemory, updateMemory } from '../api/memories.ts'
import type { WireMemory } from '../../wire/memory.ts'
import type { Row } from './rows.ts'

/** A file on its way to a path of the store. */
export interface Upload {
  readonly path: string
  /** Undefined when it cannot be a memory. */
  readonly content: string | undefined
  readonly sizeBytes: number
  /** Why it cannot be a memory. */
  readonly against: string | undefined
}

export const contentBytesMax = 102_400

/** What was dropped, directories with everything in them. */
export async function readDropped(
  transfer: DataTransfer,
  within: string,
): Promise<readonly Upload[]> {
  // The browser forgets the items as soon as this function waits for something.
  const dropped = [...transfer.items].map((item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }))
  const found = await Promise.all(
    dropped.map(async ({ entry, file }) => {
      if (entry !== null) return readEntry(entry, within)
      return file === null ? [] : [await readFile(file, within + file.name)]
    }),
  )
  return found.flat()
}

/** Files that were picked, with their directories when a directory was. */
export function readPicked(files: FileList, within: string): Promise<readonly Upload[]> {
  return Promise.all(
    [...files].map((file) => readFile(file, within + (file.webkitRelativePath || file.name))),
  )
}

async function readEntry(entry: FileSystemEntry, within: string): Promise<readonly Upload[]> {
  const path = within + entry.name
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      ;(entry as FileSystemFileEntry).file(resolve, reject)
    })
    return [await readFile(file, path)]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: Upload[] = []
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject)
    })
    if (batch.length === 0) return found
    const read = await Promise.all(batch.map((child) => readEntry(child, `${path}/`)))
    found.push(...read.flat())
  }
}

async function readFile(file: File, at: string): Promise<Upload> {
  const path = at.normalize('NFC')
  const common = { path, sizeBytes: file.size }
  const refuse = (against: string) => ({ ...common, content: undefined, against })
  if (file.size > contentBytesMax) return refuse('A memory has at most 102,400 bytes.')
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const content = decoder.decode(await file.arrayBuffer())
    return { ...common, content, against: undefined }
  } catch {
    return refuse('It is no text in UTF-8.')
  }
}

/** Writes one file: over what is at its path, if that still is what was seen, or anew. */
export function writeUpload(
  storeId: string,
  { path, content = '' }: Upload,
  row: Row | undefined,
): Promise<WireMemory> {
  if (row === undefined) return createMemory(storeId, path, content)
  return updateMemory(storeId, row.id, { content, expected: row.sha256 })
}
