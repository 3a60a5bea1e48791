import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Api, BatchOperation } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { memoriesBelow } from '../address.ts'
import { forEachParallel } from '../parallel.ts'
import { startProgress, type Progress } from './progress.ts'
import { readText } from './read-text.ts'
import { readTree, type Left, type Source, type TreeInput } from './read-tree.ts'

export interface UploadInput extends TreeInput {
  readonly storeId: string
  readonly jobs: number
  readonly isDryRun: boolean
  /** What is there already and differs is left alone. */
  readonly keepsExisting: boolean
}

type Outcome = 'created' | 'updated' | 'unchanged' | 'kept'

export interface UploadResult {
  readonly done: Record<Outcome, string[]>
  readonly left: readonly Left[]
  readonly skipped: readonly string[]
}

/** Files that are read, and written where the server can do that, together. */
const groupFiles = 64
const groupsAtOnce = 4
/** Content in one batch; escapes of JSON come on top, and a body may have 2 MiB. */
const batchBytesMax = 1_000_000

/** Brings the text files below a directory into a store. */
export async function upload(api: Api, input: UploadInput): Promise<UploadResult> {
  const { sources, left, skipped } = await readTree(input)
  const existing = new Map<string, Memory>()
  for await (const memory of memoriesBelow(api, input.storeId, input.prefix)) {
    existing.set(memory.path, memory)
  }
  const done: UploadResult['done'] = { created: [], updated: [], unchanged: [], kept: [] }
  using progress = startProgress(sources.length)
  const known = { api, input, existing, progress }
  const uploader: Uploader = { ...known, done, left, skipped, canBatch: true }
  const groups = sources
    .filter((_, index) => index % groupFiles === 0)
    .map((_, index) => sources.slice(index * groupFiles, (index + 1) * groupFiles))
  const jobs = Math.min(groupsAtOnce, input.jobs)
  await forEachParallel(groups, { jobs }, (group) => bringGroup(uploader, group))
  return { done, left, skipped }
}

interface Uploader extends UploadResult {
  readonly api: Api
  readonly input: UploadInput
  readonly existing: ReadonlyMap<string, Memory>
  readonly progress: Progress
  readonly left: Left[]
  /** Until the server shows that it has no batches. */
  canBatch: boolean
}

/** A file whose content has to be written. */
interface Pending extends Source {
  readonly text: string
  readonly before: Memory | undefined
}

async function bringGroup(uploader: Uploader, group: readonly Source[]): Promise<void> {
  const read = await Promise.all(group.map((source) => readSource(uploader, source)))
  const pending = read.filter((one) => one !== undefined)
  for (const part of splitByBytes(pending)) await writeAll(uploader, part)
}

async function readSource(uploader: Uploader, source: Source): Promise<Pending | undefined> {
  const { file, path } = source
  const { input, existing } = uploader
  const fail = (reason: string) => finish(uploader, source, { file, reason })
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch (error) {
    return fail(reasonOf(error))
  }
  const read = readText(bytes)
  if ('reason' in read) return fail(read.reason)
  const before = existing.get(path)
  if (before?.sha256 === hash('sha256', read.text)) return finish(uploader, source, 'unchanged')
  if (before !== undefined && input.keepsExisting) return finish(uploader, source, 'kept')
  const pending = { ...source, text: read.text, before }
  if (input.isDryRun) return finish(uploader, pending, outcomeOf(pending))
  return pending
}

function finish(uploader: Uploader, source: Source | Pending, outcome: Outcome | Left): undefined {
  if (typeof outcome === 'string') uploader.done[outcome].push(source.path)
  else uploader.left.push(outcome)
  uploader.progress.advance('text' in source ? Buffer.byteLength(source.text) : 0)
}

function outcomeOf({ before }: Pending): Outcome {
  return before === undefined ? 'created' : 'updated'
}

function splitByBytes(pending: readonly Pending[]): Pending[][] {
  const parts: Pending[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const one of pending) {
    const size = Buffer.byteLength(one.text)
    if (bytes + size > batchBytesMax) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(one)
    bytes += size
  }
  return parts
}

async function writeAll(uploader: Uploader, pending: readonly Pending[]): Promise<void> {
  if (await writeBatch(uploader, pending)) {
    for (const one of pending) finish(uploader, one, outcomeOf(one))
    return
  }
  const jobs = Math.max(1, Math.floor(uploader.input.jobs / groupsAtOnce))
  await forEachParallel(pending, { jobs }, (one) => writeOne(uploader, one))
}

/** True when all of them were written; false, and none was, where they have to go one by one. */
async function writeBatch(uploader: Uploader, pending: readonly Pending[]): Promise<boolean> {
  const { api, input, canBatch } = uploader
  if (!canBatch || pending.length < 2) return false
  const operations = pending.map(({ path, text: content, before }): BatchOperation => {
    if (before === undefined) return { type: 'create', path, content }
    const target = { memoryId: before.id }
    return { type: 'update', target, content, expectedSha256: before.sha256 }
  })
  try {
    await api.applyBatch({ storeId: input.storeId, operations })
    return true
  } catch (error) {
    if (!(error instanceof DomainError) || isHopeless(error)) throw error
    if (error.code === 'not_found') uploader.canBatch = false
    return false
  }
}

async function writeOne(uploader: Uploader, pending: Pending): Promise<void> {
  const { file, path, text: content, before } = pending
  const { storeId } = uploader.input
  try {
    if (before === undefined) await uploader.api.createMemory({ storeId, path, content })
    else {
      const { id, sha256 } = before
      await uploader.api.updateMemory({ storeId, memoryId: id, content, expectedSha256: sha256 })
    }
    finish(uploader, pending, outcomeOf(pending))
  } catch (error) {
    if (error instanceof DomainError && isHopeless(error)) throw error
    finish(uploader, pending, { file, reason: reasonOf(error) })
  }
}

/** A bad credential or a server that is gone fails every file alike. */
function isHopeless({ code }: DomainError): boolean {
  return code === 'unauthenticated' || code === 'forbidden' || code === 'unavailable'
}

function reasonOf(error: unknown): string {
  if (error instanceof DomainError && error.code === 'precondition_failed') {
    return 'somebody changed the memory meanwhile'
  }
  return error instanceof Error ? error.message : String(error)
}
