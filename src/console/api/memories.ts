import type { WireBatchResult } from '../../wire/batch.ts'
import type { WireMemory } from '../../wire/memory.ts'
import type { WirePage } from '../../wire/page.ts'
import { rememberOwn, writeAsOwn } from './own-versions.ts'
import { request } from './request.ts'
import { ownAddress, storeAddress } from './stores.ts'

const collection = (storeId: string) => `${storeAddress(storeId)}/memories`
const item = (storeId: string, id: string) => `${collection(storeId)}/${encodeURIComponent(id)}`

/** Every memory of a store without its content, in the order of paths, page by page. */
export async function* listMemories(
  storeId: string,
  signal: AbortSignal,
): AsyncGenerator<readonly WireMemory[]> {
  let page: string | undefined
  do {
    const query = { limit: 100, view: 'basic', page }
    const path = collection(storeId)
    const answer: WirePage<WireMemory> = await request('GET', path, { query, signal })
    yield answer.data
    page = answer.next_page ?? undefined
  } while (page !== undefined)
}

/** With its content. */
export const getMemory = (storeId: string, id: string, signal?: AbortSignal) =>
  request<WireMemory>('GET', item(storeId, id), { signal })

export function createMemory(storeId: string, path: string, content: string) {
  const body = { path, content }
  return writeAsOwn(path, () => request<WireMemory>('POST', collection(storeId), { body }))
}

/** What a memory should become, if its content still is what was read. */
export interface Edit {
  readonly content?: string
  readonly path?: string
  /** Hash of the content that was read. */
  readonly expected: string
}

export function updateMemory(storeId: string, id: string, { expected, ...fields }: Edit) {
  const precondition = { type: 'content_sha256', content_sha256: expected }
  const asked = { body: { ...fields, precondition }, query: { view: 'full' } }
  return writeAsOwn(id, () => request<WireMemory>('POST', item(storeId, id), asked))
}

export const deleteMemory = (storeId: string, id: string, expected: string) =>
  request<unknown>('DELETE', item(storeId, id), { query: { expected_content_sha256: expected } })

/** Moves everything below one directory to another; both end with "/". */
export async function moveDirectory(storeId: string, from: string, to: string) {
  const body = { operations: [{ type: 'move', from, to }] }
  const { data } = await request<WireBatchResult>('POST', `${ownAddress(storeId)}/batch`, { body })
  const moved = data.flatMap((answer) => (answer.type === 'memories_moved' ? answer.data : []))
  rememberOwn(moved.map((memory) => memory.memory_version_id))
  return moved
}
