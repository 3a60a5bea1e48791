import type { Api } from '../api.ts'
import type { ImportOperation } from '../api/transfer.ts'
import { DomainError } from '../domain/errors.ts'
import { parsePath } from '../domain/memory/path.ts'
import { isVersion, type Entry } from './entry.ts'
import { liveNames } from './live-names.ts'
import { refuseShorter } from './refuse-shorter.ts'
import type { End, MirrorInput, Mirrored } from './mirror-run.ts'
import { inGroups } from './moved-tree.ts'
import { HiddenPaths, Replay, type Alive, type Step } from './replay.ts'
import type { StoreHistory } from './store-history.ts'

// A target that has nothing but the official operations: every version is a write of its own, by
// the key that mirrors. There are no claims; how far it came stands in the store's metadata.

const markName = 'palimpsest_mirror'
/** Writes between two marks; those behind the last one are counted by the versions they made. */
const markEvery = 50

export async function writePlainly(input: MirrorInput, history: StoreHistory): Promise<Mirrored> {
  const mark = await readMark(input)
  refuseShorter(history, mark.seq)
  const hidden = new HiddenPaths()
  const alive = new Map<string, Alive>()
  let pending = 0
  for await (const entry of history.outline(0)) {
    hidden.see(entry)
    if (entry.seq > mark.seq) pending += 1
    else settle(alive, entry)
  }
  if (input.isDryRun) {
    return { versions: pending, sourceSeq: mark.seq, lost: [], keepsClaims: false }
  }
  input.onStart?.(pending)
  const writer = await PlainWriter.open(input.target, mark)
  const replay = new Replay(hidden, { alive })
  let [seq, unmarked] = [mark.seq, 0]
  if (mark.isNew) await writeMark(input, seq)
  for await (const group of inGroups(history.entries(mark.seq))) {
    for (const step of replay.next(group)) await writer.take(step, group[0]?.versionId)
    seq = group.at(-1)?.seq ?? seq
    unmarked += group.length
    const bytes = group.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0)
    input.onBrought?.(group.length, bytes)
    if (unmarked < markEvery) continue
    await writeMark(input, seq)
    unmarked = 0
  }
  if (unmarked > 0) await writeMark(input, seq)
  const lost = [...replay.lost, ...writer.lost]
  return { versions: writer.written, sourceSeq: seq, lost, keepsClaims: false }
}

function settle(alive: Map<string, Alive>, entry: Entry): void {
  const { kind, memoryId = '', path, sha256, sizeBytes = 0 } = entry
  if (!isVersion(entry)) return
  if (kind === 'deleted') alive.delete(memoryId)
  else if (path !== undefined) alive.set(memoryId, { path: parsePath(path), sha256, sizeBytes })
}

interface Mark {
  /** The source's newest change that the target had. */
  readonly seq: number
  /** The target's newest version then; "" when it had none. */
  readonly versionId: string
}

async function writeMark({ source, target }: MirrorInput, seq: number): Promise<void> {
  const { items } = await target.api.listVersions({ storeId: target.storeId, limit: 1 })
  const metadata = { [markName]: `${source.storeId} ${seq} ${items[0]?.id ?? ''}` }
  await target.api.updateStore({ storeId: target.storeId, metadata })
}

/** @throws DomainError `conflict` when the target is something else than a mirror of the source */
async function readMark({
  source,
  target,
}: MirrorInput): Promise<Mark & { readonly isNew: boolean }> {
  const { metadata } = await target.api.getStore({ storeId: target.storeId })
  const [storeId, seq, versionId = ''] = (metadata[markName] ?? '').split(' ')
  if (storeId === source.storeId) return { seq: Number(seq), versionId, isNew: false }
  const { items } = await target.api.listVersions({ storeId: target.storeId, limit: 1 })
  if (!storeId && items.length === 0) return { seq: 0, versionId, isNew: true }
  throw new DomainError({
    code: 'conflict',
    message: storeId
      ? `the target is a mirror of another store (${storeId})`
      : 'the target has memories of its own: a mirror begins in an empty store',
  })
}

/** Ids of the versions that a store got after one of them, oldest first. */
async function versionsSince({ api, storeId }: End, versionId: string): Promise<string[]> {
  const since: string[] = []
  let page: string | undefined
  do {
    const list = await api.listVersions({ storeId, limit: 100, page })
    for (const { id } of list.items) {
      if (id === versionId) return since.toReversed()
      since.push(id)
    }
    page = list.nextPage
  } while (page !== undefined)
  return since.toReversed()
}

class PlainWriter {
  readonly lost: { readonly what: string; readonly reason: string }[] = []
  written = 0
  readonly #api: Api
  readonly #storeId: string
  readonly #ids: Map<string, string>
  /** Versions written now, by their ids in the source. */
  readonly #versions = new Map<string, string>()

  /** Versions of writes that were made behind the last mark, and are not to be made again. */
  readonly #done: string[]

  static async open(target: End, { versionId }: Mark): Promise<PlainWriter> {
    const live = await liveNames(target.api, target.storeId)
    const ids = new Map([...live.values()].map(({ path, id }) => [path as string, id]))
    return new PlainWriter(target, ids, await versionsSince(target, versionId))
  }

  private constructor({ api, storeId }: End, ids: Map<string, string>, done: string[]) {
    this.#api = api
    this.#storeId = storeId
    this.#ids = ids
    this.#done = done
  }

  async take(step: Step, sourceVersionId: string | undefined): Promise<void> {
    if (step.type === 'redact') return this.#redact(step.versionId)
    const known = this.#done.shift()
    const versionId = known ?? (await this.#write(step.operation))
    if (known === undefined) this.written += step.versions
    if (versionId === undefined) return
    if (sourceVersionId !== undefined) this.#versions.set(sourceVersionId, versionId)
  }

  async #write(operation: ImportOperation): Promise<string | undefined> {
    switch (operation.type) {
      case 'create':
        return this.#put(String(operation.path), operation)
      case 'update': {
        const at = String(operation.at)
        return this.#put(at, { ...operation, path: operation.path ?? at })
      }
      case 'delete': {
        const memoryId = this.#ids.get(String(operation.at))
        this.#ids.delete(String(operation.at))
        if (memoryId !== undefined)
          await this.#api.deleteMemory({ storeId: this.#storeId, memoryId })
        return undefined
      }
      default:
        throw new DomainError({
          code: 'invalid',
          message: 'the source moved a directory over itself, which the target cannot repeat',
        })
    }
  }

  async #put(
    at: string,
    { path, content }: { readonly path: unknown; readonly content?: unknown },
  ): Promise<string> {
    const storeId = this.#storeId
    const memoryId = this.#ids.get(at)
    const memory =
      memoryId === undefined
        ? await this.#api.createMemory({ storeId, path, content })
        : await this.#api.updateMemory({ storeId, memoryId, path, content })
    this.#ids.delete(at)
    this.#ids.set(memory.path, memory.id)
    return memory.versionId
  }

  async #redact(sourceVersionId: string): Promise<void> {
    const versionId = this.#versions.get(sourceVersionId)
    if (versionId !== undefined) {
      await this.#api.redactVersion({ storeId: this.#storeId, versionId })
      return
    }
    const reason = 'was redacted in the source after it was mirrored: redact it here by hand'
    this.lost.push({ what: sourceVersionId, reason })
  }
}
