// Stores with a past, and what of a past has to survive any journey.
import type { Api } from '../../src/api.ts'
import { authorOf } from '../../src/domain/memory/claim.ts'
import type { HistoryEntry } from '../../src/domain/memory/version.ts'
import { readHistory } from '../../src/transfer/read-history.ts'

export async function historyOf(api: Api, storeId: string): Promise<HistoryEntry[]> {
  const { seq: until } = await api.getUsage({ storeId })
  return Array.fromAsync(readHistory(api, { storeId, after: 0, until }))
}

/** A history but for ids, times of the server, and marks of imports. */
export function essence(entries: readonly HistoryEntry[]) {
  const names = new Map<string, string>()
  const versions = new Map<string, number>()
  const told = entries.filter(({ kind }) => !kind.startsWith('store_'))
  return told.map((entry, index) => {
    const { kind, path, previousPath, content, sha256, memoryId = '', versionId = '' } = entry
    if (!names.has(memoryId)) names.set(memoryId, `memory ${names.size + 1}`)
    if (kind !== 'redacted') versions.set(versionId, index)
    return {
      kind,
      path,
      previousPath,
      content,
      sha256,
      memory: names.get(memoryId),
      version: versions.get(versionId),
      isRedacted: entry.redactedAt !== undefined,
      reason: entry.reason,
      author: authorOf(entry),
    }
  })
}

/** What lives in a store, by path. */
export async function contentsOf(api: Api, storeId: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {}
  let page: string | undefined
  do {
    const list = await api.listMemories({ storeId, view: 'full', page })
    for (const item of list.items) if ('path' in item) contents[item.path] = item.content ?? ''
    page = list.nextPage
  } while (page !== undefined)
  return contents
}

/**
 * A store in which everything happened: writes, renames, directories moved, also over themselves,
 * deletions, paths used again, redactions of every kind of version, odd names and texts.
 */
export async function eventfulStore(api: Api, name = 'eventful'): Promise<string> {
  const { id: storeId } = await api.createStore({
    name,
    description: 'what happened',
    metadata: { team: 'red' },
  })
  const create = (path: string, content: string) => api.createMemory({ storeId, path, content })
  const a = await create('/a.md', 'one\n')
  await api.updateMemory({ storeId, memoryId: a.id, content: 'one\ntwo\n' })
  await api.updateStore({ storeId, metadata: { more: 'yes' } })
  await api.updateMemory({ storeId, memoryId: a.id, path: '/notes/a.md' })
  await create('/tree/tree/tree', 'deep')
  await create('/tree/tree/x', 'x')
  await create('/tree/y', 'y')
  await api.applyBatch({
    storeId,
    operations: [{ type: 'move', from: '/tree/tree/', to: '/tree/' }],
  })
  await api.applyBatch({
    storeId,
    operations: [{ type: 'move', from: '/tree/', to: '/tree/tree/' }],
  })
  await create('/up', 'a file, then a directory')
  await api.applyBatch({ storeId, operations: [{ type: 'move', from: '/', to: '/up/up/' }] })
  await api.applyBatch({ storeId, operations: [{ type: 'move', from: '/up/up/', to: '/' }] })
  const secret = await create('/secret', 'a password')
  const moved = await api.updateMemory({
    storeId,
    memoryId: secret.id,
    path: '/hidden/secret',
    content: 'another password',
  })
  await create('/secret', 'harmless')
  const third = await api.updateMemory({ storeId, memoryId: secret.id, path: '/c', content: 'c' })
  const reason = 'Leaked: key of “ops” \\ ticket 4711 \u{1f600} '
  await api.redactWithReason({ storeId, versionId: secret.versionId, reason })
  await api.redactVersion({ storeId, versionId: moved.versionId })
  await api.deleteMemory({ storeId, memoryId: secret.id })
  await api.redactVersion({ storeId, versionId: third.versionId })
  const { items } = await api.listVersions({ storeId, operation: 'deleted' })
  await api.redactVersion({ storeId, versionId: items[0]?.id ?? '' })
  const odd = await create('/notes/"odd\\ name".md', 'bell\u0007 and \0 and \u{1f600}\r\n')
  await create('/.git/config', 'no configuration')
  await create('/.gitattributes', '* text eol=crlf\n')
  await create('/%2Egit', 'odd')
  await create('/.mailmap', 'Somebody <a@b> <apikey@palimpsest.invalid>\n')
  await create('/empty', '')
  await api.deleteMemory({ storeId, memoryId: odd.id })
  await create('/notes/"odd\\ name".md/below', 'a directory now')
  return storeId
}
