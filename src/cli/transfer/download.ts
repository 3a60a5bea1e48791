import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Api } from '../../api.ts'
import { isDirectory, type Memory } from '../../domain/memory/memory.ts'
import { allPages } from '../address.ts'
import type { CliMoment } from '../moment.ts'
import { startProgress } from './progress.ts'
import type { Left } from './read-tree.ts'

export interface DownloadInput {
  readonly storeId: string
  /** Begins and ends with "/". */
  readonly prefix: string
  /** As it was then. */
  readonly moment: CliMoment | undefined
  readonly directory: string
  readonly isDryRun: boolean
  /** Whether a file that differs is replaced. */
  readonly overwrites: boolean
}

type DownloadOutcome = 'written' | 'unchanged'

export interface DownloadResult {
  readonly done: Record<DownloadOutcome, string[]>
  readonly left: readonly Left[]
}

/** Writes the memories below a prefix as files below a directory, and nowhere else. */
export async function download(api: Api, input: DownloadInput): Promise<DownloadResult> {
  const { storeId, prefix } = input
  const done: DownloadResult['done'] = { written: [], unchanged: [] }
  const left: Left[] = []
  const target: Target = { ...input, folders: new Set() }
  if (!input.isDryRun) await mkdir(input.directory, { recursive: true })
  using progress = startProgress(undefined)
  const pathPrefix = prefix === '/' ? undefined : prefix
  const asked = { storeId, pathPrefix, view: 'full' } as const
  const items = allPages((page) =>
    input.moment === undefined
      ? api.listMemories({ ...asked, page })
      : api.listMemoriesAsOf({ ...asked, ...input.moment, page }),
  )
  for await (const item of items) {
    if (isDirectory(item)) continue
    const outcome = await writeMemory(target, item)
    if (typeof outcome === 'string') done[outcome].push(item.path)
    else left.push({ file: item.path, reason: outcome.reason })
    progress.advance(item.sizeBytes)
  }
  return { done, left }
}

interface Target extends DownloadInput {
  /** Folders below the directory that are known to be folders and no links. */
  readonly folders: Set<string>
}

interface Refused {
  readonly reason: string
}

async function writeMemory(target: Target, memory: Memory): Promise<DownloadOutcome | Refused> {
  const segments = memory.path.slice(target.prefix.length).split('/')
  if (!segments.every(isSafeSegment)) return { reason: 'its path is no safe file name here' }
  if (memory.content === undefined) return { reason: 'the server sent no content' }
  try {
    const folder = await makeFolder(target, segments.slice(0, -1))
    if (typeof folder !== 'string') return folder
    return await writeFileIn(target, join(folder, segments.at(-1) ?? ''), memory.content)
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

/** What a server sends is not trusted: no segment may leave the directory. */
function isSafeSegment(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false
  if (segment.includes('/') || segment.includes('\0')) return false
  return process.platform !== 'win32' || !/[\\:*?"<>|]|[. ]$/.test(segment)
}

/** Makes the folders one by one: none may be a link that leads elsewhere. */
async function makeFolder(target: Target, segments: readonly string[]): Promise<string | Refused> {
  let folder = target.directory
  for (const segment of segments) {
    folder = join(folder, segment)
    if (target.folders.has(folder)) continue
    if (!target.isDryRun) await mkdir(folder).catch(ignoreExisting)
    const stat = await lstat(folder).catch(() => undefined)
    if (stat !== undefined && !stat.isDirectory()) {
      return { reason: `${folder} is ${stat.isSymbolicLink() ? 'a symbolic link' : 'a file'}` }
    }
    target.folders.add(folder)
  }
  return folder
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}

async function writeFileIn(
  { overwrites, isDryRun }: Target,
  file: string,
  content: string,
): Promise<DownloadOutcome | Refused> {
  const stat = await lstat(file).catch(() => undefined)
  if (stat !== undefined && !stat.isFile()) {
    return { reason: `${file} is ${stat.isSymbolicLink() ? 'a symbolic link' : 'no file'}` }
  }
  if (stat !== undefined) {
    const present = await readFile(file)
    if (present.equals(Buffer.from(content))) return 'unchanged'
    if (!overwrites) return { reason: `${file} exists and differs (--force replaces it)` }
  }
  if (!isDryRun) await replaceFile(file, content)
  return 'written'
}

/** Whole or not at all; the new file is made, never opened, so that no link is followed. */
async function replaceFile(file: string, content: string): Promise<void> {
  // Not the file's name with something behind it: that name may be as long as names can be.
  const temporary = join(dirname(file), `.${randomUUID()}.tmp`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const handle = await open(temporary, flags)
  try {
    await handle.writeFile(content)
    await handle.close()
    await rename(temporary, file)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(temporary, { force: true })
    throw error
  }
}
