// A store with a past: two keys wrote in it, by turns.
import type { WireMemory } from '../../src/wire/memory.ts'
import type { WireVersion } from '../../src/wire/memory-version.ts'
import type { WirePage } from '../../src/wire/page.ts'
import type { ConsoleSite } from './browser.ts'

export interface Writer {
  readonly name: string
  readonly id: string
  create(path: string, content: string): Promise<WireMemory>
  update(id: string, fields: { content?: string; path?: string }): Promise<WireMemory>
  remove(id: string): Promise<void>
}

export interface Past {
  readonly storeId: string
  readonly importer: Writer
  readonly editor: Writer
  /** The memory that both wrote. */
  readonly tone: WireMemory
}

export const toneTexts = [
  '# Tone\n\nShort sentences.\nNo exclamation marks.\n',
  '# Tone\n\nLong sentences.\nNo exclamation marks.\n',
  '# Tone\n\nLong sentences.\nNo exclamation marks.\nSay what happens next.\n',
] as const

/** @param name of the store, unique in a site */
export async function furnishPast(site: ConsoleSite, name: string): Promise<Past> {
  const storeId = await site.createStore(name)
  const importer = await createWriter(site, storeId, 'nightly import')
  const editor = await createWriter(site, storeId, 'editorial desk')
  const tone = await editor.create('/standards/tone.md', toneTexts[0])
  await editor.create('/customers/4711.md', '# Customer 4711\n\nPrefers e-mail.\n')
  await importer.update(tone.id, { content: toneTexts[1] })
  await importer.create('/customers/4712.md', '# Customer 4712\n')
  await editor.update(tone.id, { content: toneTexts[2] })
  return { storeId, importer, editor, tone }
}

export async function createWriter(
  site: ConsoleSite,
  storeId: string,
  name: string,
): Promise<Writer> {
  const key = await site.call<{ id: string; secret: string }>('POST', '/palimpsest/v1/keys', {
    name,
    role: 'read_write',
  })
  const memories = `${site.served.url}/v1/memory_stores/${storeId}/memories`
  const send = async <Answer>(method: string, address: string, body?: unknown) => {
    const init = {
      method,
      headers: { 'x-api-key': key.secret, 'content-type': 'application/json' },
    }
    const response = await fetch(
      address,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    )
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as Answer
  }
  return {
    name,
    id: key.id,
    create: (path, content) => send('POST', memories, { path, content }),
    update: (id, fields) => send('POST', `${memories}/${id}`, fields),
    remove: async (id) => void (await send('DELETE', `${memories}/${id}`)),
  }
}

/** What a memory says now; undefined when nothing lives at the path. */
export async function textAt(
  site: ConsoleSite,
  storeId: string,
  path: string,
): Promise<string | undefined> {
  const query = new URLSearchParams({ view: 'full', limit: '20' })
  const address = `/v1/memory_stores/${storeId}/memories?${query.toString()}`
  const { data } = await site.call<WirePage<WireMemory>>('GET', address)
  return data.find((memory) => memory.path === path)?.content ?? undefined
}

/** Oldest first. */
export async function versionsOf(
  site: ConsoleSite,
  storeId: string,
  memoryId: string,
): Promise<readonly WireVersion[]> {
  const query = `memory_id=${memoryId}&view=full&limit=20`
  const address = `/v1/memory_stores/${storeId}/memory_versions?${query}`
  const { data } = await site.call<WirePage<WireVersion>>('GET', address)
  return data.toReversed()
}
