import type { Api } from '../api.ts'
import { isDirectory, type Memory } from '../domain/memory/memory.ts'

/** All live memories of a store by id, without content. */
export async function liveNames(api: Api, storeId: string): Promise<Map<string, Memory>> {
  const live = new Map<string, Memory>()
  let page: string | undefined
  do {
    const list = await api.listMemories({ storeId, limit: 100, page })
    for (const item of list.items) if (!isDirectory(item)) live.set(item.id, item)
    page = list.nextPage
  } while (page !== undefined)
  return live
}
