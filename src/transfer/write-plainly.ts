import type { Api } from '../api.ts'
import type { ImportOperation } from '../api/transfer.ts'
import { DomainError } from '../domain/errors.ts'
import { parsePath } from '../domain/memory/path.ts'
import { isVersion } from './entry.ts'
import { liveNames } from './live-names.ts'
import type { MirrorInput, Mirrored } from './mirror.ts'
import { inGroups } from './moved-tree.ts'
import { HiddenPaths, Replay, type Alive, type Step } from './replay.ts'
import type { StoreHistory } from './source.ts'

// A target that has nothing but the official operations: every version is a write of its own, by
// the key that mirrors. There are no claims; how far it came stands in the store's metadata.

const markName = 'palimpsest_mirror'
/** Writes between two marks: so many are done again, to no effect, after a break. */
const markEvery = 50

export async function writePlainly(input: MirrorInput, history: StoreHistory): Promise<Mirrored> {
  const { source, target } = input
  const before = await readMark(input)
  const hidden = new HiddenPaths()
  const alive = new Map<string, Alive>()
  let pending = 0
  for await (const entry of history.outline(0)) {
    hidden.see(entry)
    if (entry.seq > before) pending += 1
    else if (isVersion(entry)) {
      const { memoryId = '', path, sha256, sizeBytes = 0 } = entry
      if (entry.kind === 'deleted') alive.delete(memoryId)
      else if (path !== undefined) alive.set(memoryId, { path: parsePath(path), sha256, sizeBytes })
    }
  }
  if (input.isDryRun) {
    return { versions: pending, sourceSeq: before, lost: [], keepsClaims: false }
  }
  input.onStart?.(pending)
  const writer = await PlainWriter.open(target.api, target.storeId)
  const replay = new Replay(hidden, { alive })
  let [done, unmarked] = [before, 0]
  const mark = async () => {
    const metadata = { [markName]: `${source.storeId} ${done}` }
    await target.api.updateStore({ storeId: target.storeId, metadata })
    unmarked = 0
  }
  if (before === 0) await mark()
  for await (const group of inGroups(history.entries(before))) {
    for (const step of replay.next(group)) await writer.take(step, group[0]?.versionId)
    done = group.at(-1)?.seq ?? done
    unmarked += group.length
    input.onBrought?.(
      group.length,
      group.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0),
    )
    if (unmarked >= markEvery) await mark()
  }
  if (unmarked > 0) await mark()
  const lost = [...replay.lost, ...writer.lost]
  return { versions: writer.written, sourceSeq: done, lost, keepsClaims: false }
}

/** The source's newest change that the target has. @throws DomainError `conflict` */
async function readMark({ source, target }: MirrorInput): Promise<number> {
  const { metadata } = await target.api.getStore({ storeId: target.storeId })
  const [storeId, seq] = (metadata[markName] ?? '').split(' ')
  if (storeId === source.storeId) return Number(seq)
  const { items } = await target.api.listMemories({ storeId: target.storeId, limit: 1 })
  if (!storeId && items.length === 0) return 0
  throw new DomainError({
    code: 'conflict',
    message: storeId
      ? `the target is a mirror of another store (${storeId})`
      : 'the target has memories of its own: a mirror begins in an empty store',
  })
}

class PlainWriter {
  readonly lost: { readonly what: string; readonly reason: string }[] = []
  written = 0
  readonly #api: Api
  readonly #storeId: string
  readonly #ids: Map<string, string>
  /** Versions written now, by their ids in the source. */
  readonly #versions = new Map<string, string>()

  static async open(api: Api, storeId: string): Promise<PlainWriter> {
    const live = await liveNames(api, storeId)
    const ids = new Map([...live.values()].map(({ path, id }) => [path as string, id]))
    return new PlainWriter(api, storeId, ids)
  }

  private constructor(api: Api, storeId: string, ids: Map<string, string>) {
    this.#api = api
    this.#storeId = storeId
    this.#ids = ids
  }

  /** Done twice, it has the effect of once. */
  async take(step: Step, sourceVersionId: string | undefined): Promise<void> {
    if (step.type === 'redact') return this.#redact(step.versionId)
    const versionId = await this.#write(step.operation)
    this.written += step.versions
    if (versionId !== undefined && sourceVersionId !== undefined) {
      this.#versions.set(sourceVersionId, versionId)
    }
  }

  async #write(operation: ImportOperation): Promise<string | undefined> {
    switch (operation.type) {
      case 'create':
        return this.#put(String(operation.path), operation)
      case 'update': {
        const at = String(operation.at)
        const path = typeof operation.path === 'string' ? operation.path : at
        return this.#put(this.#ids.has(at) ? at : path, { ...operation, path })
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
