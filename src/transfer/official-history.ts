import type { Api } from '../api.ts'
import type { Version } from '../domain/memory/version.ts'
import { isRedacted, type Entry } from './entry.ts'
import type { StoreHistory } from './store-history.ts'

const pageVersions = 100
/** Contents that are asked for ahead: each is a request of its own. */
const aheadMax = 8

/**
 * The history of a store on a server that has nothing but the official operations: its versions,
 * newest first in pages without content, then the content of those that are wanted.
 */
export class OfficialHistory implements StoreHistory {
  readonly redacted: ReadonlySet<string>
  readonly historyFrom = 0
  readonly #api: Api
  readonly #entries: readonly Entry[]

  static async open(api: Api, storeId: string): Promise<OfficialHistory> {
    const versions: Version[] = []
    let page: string | undefined
    do {
      const list = await api.listVersions({ storeId, limit: pageVersions, page })
      versions.push(...list.items)
      page = list.nextPage
    } while (page !== undefined)
    return new OfficialHistory(api, versions.toReversed())
  }

  private constructor(api: Api, versions: readonly Version[]) {
    this.#api = api
    this.#entries = numbered(versions)
    const redacted = this.#entries.filter(isRedacted).map(({ versionId = '' }) => versionId)
    this.redacted = new Set(redacted)
  }

  get seq(): number {
    return this.#entries.at(-1)?.seq ?? 0
  }

  get count(): number {
    return this.#entries.length
  }

  async *outline(after: number): AsyncGenerator<Entry> {
    yield* this.#entries.filter(({ seq }) => seq > after)
  }

  async *entries(after: number): AsyncGenerator<Entry> {
    const wanted = this.#entries.filter(({ seq }) => seq > after)
    const coming: Promise<Entry>[] = []
    for (let next = 0; next < wanted.length || coming.length > 0;) {
      while (coming.length < aheadMax && next < wanted.length) {
        const entry = this.#full(wanted[next] as Entry)
        entry.catch(() => undefined) // seen where it is awaited
        coming.push(entry)
        next += 1
      }
      yield (await coming.shift()) as Entry
    }
  }

  async #full(entry: Entry): Promise<Entry> {
    const { storeId = '', versionId = '', kind } = entry
    if (kind === 'deleted' || isRedacted(entry)) return entry
    const { content } = await this.#api.getVersion({ storeId, versionId, view: 'full' })
    return { ...entry, content }
  }
}

/**
 * There is no sequence in the official API, only in ids of our own: elsewhere a number that stays
 * the same when older versions go is made from the time, with room for a thousand versions in a
 * millisecond. Time follows the order.
 */
function numbered(versions: readonly Version[]): Entry[] {
  const entries: Entry[] = []
  const paths = new Map<string, string | undefined>()
  for (const version of versions) {
    const { id, storeId, memoryId, operation, path, sha256, sizeBytes } = version
    const last = entries.at(-1)?.seq ?? 0
    const before = paths.get(memoryId)
    paths.set(memoryId, path)
    entries.push({
      kind: operation,
      seq: version.seq > 0 ? version.seq : Math.max(version.createdAt * 1_000, last + 1),
      at: version.createdAt,
      actor: version.createdBy,
      storeId,
      memoryId,
      versionId: id,
      path,
      previousPath: before === path ? undefined : before,
      sha256,
      sizeBytes,
      redactedAt: version.redactedAt,
      redactedBy: version.redactedBy,
    })
  }
  return entries
}
