import type { Activity, DayOfWrites, LimitedUsage, StoreActivity } from '../../api/activity.ts'
import { permit, type ActorId, type Caller } from '../../domain/caller.ts'
import type { Store } from '../../domain/memory/store.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App, UseCase } from '../app.ts'
import { whole } from '../changes/feed.ts'

const dayMs = 24 * 60 * 60_000
const daysMax = 90
const daysDefault = 14
/** What one answer costs at most; where there is more, it says so. */
const storesMax = 2_000
const versionsMax = 100_000
const pageStores = 200
const pageVersions = 500
const writersShown = 20
const storesShown = 50
const nearLimit = 0.8

/** Counts what was written, store by store, in steps that hold up nobody. */
export const getActivity: UseCase<'getActivity'> = async (app, caller, input) => {
  permit(caller, 'read')
  const days = whole(input.days ?? daysDefault, { field: 'days', min: 1, max: daysMax })
  const today = Math.floor(app.clock() / dayMs)
  const count = new Count(today - days + 1, today)
  for await (const store of storesOf(app, caller)) {
    if (count.isFull) break
    await countStore(app, store, count)
  }
  return count.toActivity()
}

async function* storesOf({ storage }: App, { workspaceId }: Caller): AsyncGenerator<Store> {
  let after: Store | undefined
  for (;;) {
    const query = {
      workspaceId,
      includeArchived: true,
      createdFrom: undefined,
      createdTo: undefined,
    }
    const page = await storage.view.stores({ ...query, after, limit: pageStores })
    yield* page
    after = page.at(-1)
    if (page.length < pageStores) return
  }
}

async function countStore({ storage, limits }: App, store: Store, count: Count): Promise<void> {
  const scope: StoreScope = { workspaceId: store.workspaceId, storeId: store.id }
  const usage = await storage.view.usage(scope)
  if (usage === undefined) return
  let writes = 0
  for (let beforeSeq: number | undefined = undefined; !count.isFull;) {
    const page: readonly Version[] = await versionsBefore(storage.view, scope, {
      beforeSeq,
      createdFrom: count.fromMs,
    })
    for (const version of page) count.addVersion(version)
    writes += page.length
    beforeSeq = page.at(-1)?.seq
    if (page.length < pageVersions) break
  }
  const limited = {
    ...usage,
    storeId: store.id,
    memoriesMax: limits.storeMemoriesMax,
    contentBytesMax: limits.storeBytesMax,
    versionsMax: limits.storeVersionsMax,
  }
  count.addStore({ store, usage: limited, writes, fill: fillOf(limited) })
}

async function versionsBefore(
  view: App['storage']['view'],
  scope: StoreScope,
  bounds: { readonly beforeSeq: number | undefined; readonly createdFrom: number },
): Promise<readonly Version[]> {
  const found = await view.versions(scope, {
    content: false,
    memoryId: undefined,
    operation: undefined,
    actors: [],
    createdTo: undefined,
    limit: pageVersions,
    ...bounds,
  })
  return found.found ? found.value : []
}

function fillOf(usage: LimitedUsage): number {
  return Math.max(
    usage.memories / usage.memoriesMax,
    usage.contentBytes / usage.contentBytesMax,
    usage.versions / usage.versionsMax,
  )
}

type Day = { -readonly [Field in keyof DayOfWrites]: DayOfWrites[Field] }

class Count {
  readonly fromMs: number
  readonly #days: Map<number, Day>
  readonly #writers = new Map<ActorId, number>()
  readonly #stores: StoreActivity[] = []
  #storesSeen = 0
  #versions = 0

  /** @param firstDay days since 1970, as `lastDay` */
  constructor(firstDay: number, lastDay: number) {
    this.fromMs = firstDay * dayMs
    this.#days = new Map()
    for (let day = firstDay; day <= lastDay; day += 1) {
      const date = new Date(day * dayMs).toISOString().slice(0, 10)
      this.#days.set(day, { date, created: 0, modified: 0, deleted: 0 })
    }
  }

  get isFull(): boolean {
    return this.#storesSeen >= storesMax || this.#versions >= versionsMax
  }

  addVersion({ createdAt, operation, createdBy }: Version): void {
    this.#versions += 1
    const day = this.#days.get(Math.floor(createdAt / dayMs))
    if (day !== undefined) day[operation] += 1
    if (createdBy === undefined) return
    this.#writers.set(createdBy, (this.#writers.get(createdBy) ?? 0) + 1)
  }

  addStore(store: StoreActivity): void {
    this.#storesSeen += 1
    if (store.writes > 0 || store.fill >= nearLimit) this.#stores.push(store)
  }

  toActivity(): Activity {
    const writers = [...this.#writers].map(([actor, writes]) => ({ actor, writes }))
    return {
      days: [...this.#days.values()],
      writers: writers.toSorted((a, b) => b.writes - a.writes).slice(0, writersShown),
      stores: this.#stores
        .toSorted((a, b) => b.writes - a.writes || b.fill - a.fill)
        .slice(0, storesShown),
      storesSeen: this.#storesSeen,
      isComplete: !this.isFull,
    }
  }
}
