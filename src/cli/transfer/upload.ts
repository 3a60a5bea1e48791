import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { memoriesBelow } from '../address.ts'
import { forEachParallel } from '../parallel.ts'
import { startProgress, type Progress } from './progress.ts'
import { readText } from './read-text.ts'
import { readTree, type Left, type Source } from './read-tree.ts'

export interface UploadInput {
  readonly storeId: string
  readonly directory: string
  /** Begins and ends with "/". */
  readonly prefix: string
  readonly jobs: number
  readonly isDryRun: boolean
  /** What is there already and differs is left alone. */
  readonly keepsExisting: boolean
}

export type Outcome = 'created' | 'updated' | 'unchanged' | 'kept'

export interface UploadResult {
  readonly done: Record<Outcome, string[]>
  readonly left: readonly Left[]
}

/** Brings the text files below a directory into a store. */
export async function upload(api: Api, input: UploadInput): Promise<UploadResult> {
  const { sources, left } = await readTree(input.directory, input.prefix)
  const existing = new Map<string, Memory>()
  for await (const memory of memoriesBelow(api, input.storeId, input.prefix)) {
    existing.set(memory.path, memory)
  }
  const done: UploadResult['done'] = { created: [], updated: [], unchanged: [], kept: [] }
  using progress = startProgress(sources.length)
  const uploader: Uploader = { api, input, existing, progress }
  await forEachParallel(sources, { jobs: input.jobs }, async (source) => {
    const outcome = await bring(uploader, source)
    if (typeof outcome === 'string') done[outcome].push(source.path)
    else left.push(outcome)
  })
  return { done, left }
}

interface Uploader {
  readonly api: Api
  readonly input: UploadInput
  readonly existing: ReadonlyMap<string, Memory>
  readonly progress: Progress
}

async function bring(uploader: Uploader, { file, path }: Source): Promise<Outcome | Left> {
  let bytes = 0
  try {
    const content = await readFile(file)
    bytes = content.length
    const read = readText(content)
    if ('reason' in read) return { file, reason: read.reason }
    return await store(uploader, path, read.text)
  } catch (error) {
    // A bad credential or a server that is gone fails every file alike.
    if (error instanceof DomainError && isHopeless(error)) throw error
    return { file, reason: reasonOf(error) }
  } finally {
    uploader.progress.advance(bytes)
  }
}

function isHopeless({ code }: DomainError): boolean {
  return code === 'unauthenticated' || code === 'forbidden' || code === 'unavailable'
}

function reasonOf(error: unknown): string {
  if (error instanceof DomainError && error.code === 'precondition_failed') {
    return 'somebody changed the memory meanwhile'
  }
  return error instanceof Error ? error.message : String(error)
}

async function store(uploader: Uploader, path: string, content: string): Promise<Outcome> {
  const { api, input, existing } = uploader
  const { storeId, isDryRun } = input
  const memory = existing.get(path)
  if (memory === undefined) {
    if (!isDryRun) await api.createMemory({ storeId, path, content })
    return 'created'
  }
  if (memory.sha256 === hash('sha256', content)) return 'unchanged'
  if (input.keepsExisting) return 'kept'
  if (!isDryRun) {
    const { id, sha256 } = memory
    await api.updateMemory({ storeId, memoryId: id, content, expectedSha256: sha256 })
  }
  return 'updated'
}
