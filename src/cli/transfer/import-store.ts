import { createHash } from 'node:crypto'
import type { Api, UsageReport } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import { nameCharactersMax, type Store } from '../../domain/memory/store.ts'
import { countCharacters } from '../../domain/text.ts'
import { bring, redactHere } from '../../transfer/bring.ts'
import { isRedacted, isVersion, type Entry } from '../../transfer/entry.ts'
import { inGroups } from '../../transfer/moved-tree.ts'
import { HiddenPaths, Replay, type Peaks } from '../../transfer/replay.ts'
import { emptyState, readTarget } from '../../transfer/target-state.ts'
import { allStores } from '../address.ts'
import { err } from '../terminal.ts'
import type { ImportSource } from './import-source.ts'
import { startProgress } from './progress.ts'
import type { Left } from './read-tree.ts'
import { requireAdmin } from './require-admin.ts'

/** A store that is being made says so, and of what: the same import goes on with it. */
const markName = 'palimpsest_import'
const markOfMirror = 'palimpsest_mirror'
const unfinished = ' (import unfinished)'

/** A source that was read from end to end, with nothing against it. */
export interface CheckedSource {
  readonly source: ImportSource
  readonly hidden: HiddenPaths
  readonly peaks: Peaks
  readonly entries: number
  readonly memories: number
  /** Entries of redacted versions, where no later entry tells of the redaction. */
  readonly redacted: ReadonlyMap<string, Entry>
  /** The source's own id of its store. */
  readonly storeId: string | undefined
  /** The same for the same history, and for no other. */
  readonly fingerprint: string
  readonly left: readonly Left[]
}

/** @throws DomainError that names the first change that breaks a rule */
export async function checkSource(source: ImportSource): Promise<CheckedSource> {
  const hidden = new HiddenPaths()
  const redacted = new Map<string, Entry>()
  const hash = createHash('sha256')
  let [entries, storeId]: [number, string | undefined] = [0, undefined]
  using progress = startProgress(undefined)
  for await (const entry of source.entries()) {
    hidden.see(entry)
    hash.update(`${JSON.stringify({ ...entry, content: entry.content ?? null })}\n`)
    entries += 1
    progress.advance(entry.sizeBytes ?? 0)
    if (isVersion(entry)) storeId ??= entry.storeId
    const { versionId = '' } = entry
    if (isRedacted(entry)) redacted.set(versionId, entry)
    if (entry.kind === 'redacted') redacted.delete(versionId)
  }
  const replay = new Replay(hidden)
  for await (const group of inGroups(source.entries())) replay.next(group)
  const lost = replay.lost.map(({ what: file, reason }) => ({ file, reason }))
  return {
    source,
    hidden,
    entries,
    storeId,
    redacted,
    peaks: replay.peaks,
    memories: replay.alive.size,
    fingerprint: hash.digest('hex'),
    left: [...source.left(), ...lost],
  }
}

export interface ImportResult {
  readonly store: Store
  readonly versions: number
  readonly wasResumed: boolean
}

/**
 * Makes a store of a source. Refused, it leaves no store behind; broken off, it leaves one that is
 * marked, and the next import of the same source goes on with it.
 */
export async function importStore(
  api: Api,
  checked: CheckedSource,
  name: string,
): Promise<ImportResult> {
  await requireAdmin(api, true)
  const stores = await Array.fromAsync(allStores(api))
  const begun = stores.find(({ metadata }) => metadata[markName] === checked.fingerprint)
  const isTaken = stores.some((store) => store.name === name && store.archivedAt === undefined)
  if (begun === undefined && isTaken) {
    throw new DomainError({
      code: 'conflict',
      message: `a store named "${name}" is there: choose another name with --store, or bring files into it with put -r`,
    })
  }
  if (begun !== undefined) err(`going on with ${begun.id}, which an earlier import began\n`)
  const pending = begun ?? (await createPending(api, checked, name))
  try {
    const versions = await fill(api, checked, pending.id)
    const store = await finish(api, { checked, name, storeId: pending.id })
    return { store, versions, wasResumed: begun !== undefined }
  } catch (error) {
    throw await abandon(api, pending, error)
  }
}

function createPending(api: Api, { fingerprint }: CheckedSource, name: string): Promise<Store> {
  const room = nameCharactersMax - unfinished.length
  const short = countCharacters(name) > room ? Array.from(name).slice(0, room).join('') : name
  const metadata = { [markName]: fingerprint }
  return api.createStore({ name: `${short}${unfinished}`, metadata })
}

async function fill(api: Api, checked: CheckedSource, storeId: string): Promise<number> {
  refuseOverLimits(checked.peaks, await api.getUsage({ storeId }))
  const state = emptyState(checked.storeId)
  await readTarget(api, storeId, state)
  const replay = new Replay(checked.hidden, { alive: state.alive })
  using progress = startProgress(checked.entries)
  const entries = unseen(checked.source.entries(), state.sourceSeq, () => progress.advance(0))
  const onBrought = (count: number, bytes: number) => progress.advance(bytes, count)
  const versions = await bring({ api, storeId, entries, replay, state, onBrought })
  await readTarget(api, storeId, state)
  for (const [versionId, entry] of checked.redacted) {
    await redactHere({ api, storeId, state }, { versionId, entry })
  }
  return versions
}

async function* unseen(
  entries: AsyncIterable<Entry>,
  upTo: number,
  onSeen: () => void,
): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    if (entry.seq > upTo) yield entry
    else onSeen()
  }
}

function refuseOverLimits(peaks: Peaks, usage: UsageReport): void {
  const { memoriesMax, contentBytesMax, versionsMax } = usage
  const over = [
    ['memories', peaks.memories, memoriesMax, 'memory_store_full'],
    ['bytes of content', peaks.contentBytes, contentBytesMax, 'memory_store_bytes_exceeded'],
    ['versions', peaks.versions, versionsMax, 'memory_versions_exceeded'],
  ] as const
  for (const [what, needed, max, limit] of over) {
    if (needed <= max) continue
    const message = `the source has up to ${needed} ${what}; a store holds at most ${max} here`
    throw new DomainError({ code: 'limit', limit, message })
  }
}

async function finish(
  api: Api,
  { checked, name, storeId }: { checked: CheckedSource; name: string; storeId: string },
): Promise<Store> {
  const { description, metadata, isArchived } = checked.source
  const { [markOfMirror]: _mirror, ...kept } = metadata
  const patch = { ...kept, [markName]: null }
  const store = await api.updateStore({ storeId, name, description, metadata: patch })
  return isArchived ? api.archiveStore({ storeId }) : store
}

/** After a refusal the store goes; after a break it stays, to go on with. */
async function abandon(api: Api, { id }: Store, error: unknown): Promise<unknown> {
  const isBreak = error instanceof DomainError && breaks.has(error.code)
  if (!isBreak && (await deleted(api, id))) return error
  const message = error instanceof Error ? error.message : String(error)
  const advice = `the store ${id} holds what came so far: the same import goes on with it, or delete it`
  const code = error instanceof DomainError ? error.code : 'unavailable'
  return new DomainError({ code, message: `${message}; ${advice}` } as never, { cause: error })
}

const breaks: ReadonlySet<string> = new Set([
  'unavailable',
  'internal',
  'rate_limited',
  'storage_full',
])

function deleted(api: Api, storeId: string): Promise<boolean> {
  return api.deleteStore({ storeId }).then(
    () => true,
    () => false,
  )
}
