import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import { isDirectory } from '../domain/memory/memory.ts'
import { apply, type Done, type Target } from './apply.ts'
import { Directory } from './directory.ts'
import { deletesMax, plan, type Action, type Baseline, type Local, type Remote } from './plan.ts'
import { readState, writeState } from './state.ts'

export interface SyncOptions {
  readonly api: Api
  readonly storeId: string
  readonly root: string
  readonly isMerging: boolean
  readonly isReadOnly: boolean
  readonly clock: () => number
  /** One line of progress, or a warning. */
  readonly tell: (line: string) => void
}

export interface Summary {
  /** Actions carried out. */
  readonly done: number
  /** Files and memories left as they are, because one side refuses them. */
  readonly refused: number
  /** Deletes left for another pass. */
  readonly postponed: number
}

const passesMax = 5
const actionsAtOnce = 8
const toStore = new Set<Action['type']>(['push', 'create', 'delete', 'rename', 'merge'])

/** Keeps a plain directory and a store equal, for machines that cannot mount. */
export class Sync {
  readonly #options: SyncOptions
  readonly #directory: Directory
  readonly #told = new Map<string, string>()
  #base: Map<string, Baseline> | undefined

  constructor(options: SyncOptions) {
    this.#options = options
    this.#directory = new Directory(options.root)
  }

  /** Passes until both sides are equal. @throws DomainError while the server cannot be reached */
  async run(): Promise<Summary> {
    let [done, refused, postponed] = [0, 0, 0]
    for (let pass = 0; pass < passesMax; pass += 1) {
      const result = await this.#pass()
      done += result.done
      ;({ refused, postponed } = result)
      if (!result.isAgain) break
    }
    return { done, refused, postponed }
  }

  async #pass() {
    const { root, storeId, isReadOnly } = this.#options
    const [found, remote] = [await this.#directory.scan(), await this.#listRemote()]
    const base = await this.#baseline(found.files.size, remote)
    for (const [path, reason] of found.refused) this.#warn(path, reason)
    const local = new Map(found.files)
    // What cannot be sent is not missing, and is not overwritten either.
    for (const path of found.refused.keys()) {
      const known = base.get(path)
      if (known !== undefined) local.set(path, known)
    }
    const planned = plan({ local, remote, base }).filter(({ path }) => !found.refused.has(path))
    const allowed = isReadOnly ? planned.filter(({ type }) => !toStore.has(type)) : planned
    const { actions, postponed } = this.#bounded(allowed, base.size)
    const { done, refused, isAgain } = await this.#applyAll(actions, base, local)
    await writeState(root, { storeId, base })
    return { done, refused: refused + found.refused.size, postponed, isAgain }
  }

  async #baseline(files: number, remote: ReadonlyMap<string, Remote>) {
    const { root, storeId, tell } = this.#options
    this.#base ??= (await readState(root, storeId))?.base ?? new Map<string, Baseline>()
    // An emptied directory is a mishap, not a wish to delete everything.
    if (files === 0 && this.#base.size > 1 && remote.size > 0) {
      tell('the directory is empty: everything is fetched again, nothing is deleted')
      this.#base = new Map()
    }
    return this.#base
  }

  async #listRemote(): Promise<Map<string, Remote>> {
    const { api, storeId } = this.#options
    const remote = new Map<string, Remote>()
    let page: string | undefined
    do {
      const answer = await api.listMemories({ storeId, limit: 100, page })
      for (const item of answer.items) {
        if (isDirectory(item)) continue
        const { path, sha256, id: memoryId, versionId } = item
        remote.set(path, { sha256, memoryId, versionId })
      }
      page = answer.nextPage
    } while (page !== undefined)
    return remote
  }

  #bounded(actions: readonly Action[], files: number) {
    const deletes = actions.filter(({ type }) => type === 'delete')
    const kept = new Set(deletes.slice(deletesMax(files)))
    if (kept.size > 0) {
      const much = `${deletes.length} memories would be deleted at once`
      this.#options.tell(`${much}: ${kept.size} of them only by the next sync`)
    }
    return { actions: actions.filter((action) => !kept.has(action)), postponed: kept.size }
  }

  async #applyAll(
    actions: readonly Action[],
    base: Map<string, Baseline>,
    local: ReadonlyMap<string, Local>,
  ) {
    const { api, storeId, isMerging, clock } = this.#options
    const target: Target = {
      api,
      storeId,
      directory: this.#directory,
      base,
      local,
      isMerging,
      clock,
    }
    // Renames and deletes make room for what is created.
    const first = actions.filter(
      ({ type }) => type === 'rename' || type === 'delete' || type === 'remove',
    )
    const rest = actions.filter((action) => !first.includes(action))
    const counts = { done: 0, refused: 0, isAgain: false }
    for (const group of [first, rest]) {
      const waiting = [...group]
      const work = async (): Promise<void> => {
        for (let action = waiting.shift(); action !== undefined; action = waiting.shift()) {
          await this.#applyOne(target, action, counts)
        }
      }
      await Promise.all(Array.from({ length: actionsAtOnce }, work))
    }
    return counts
  }

  async #applyOne(
    target: Target,
    action: Action,
    counts: { done: number; refused: number; isAgain: boolean },
  ): Promise<void> {
    try {
      const done = await apply(target, action)
      if (done === undefined) counts.isAgain = true
      else if (action.type !== 'adopt' && action.type !== 'forget') this.#report(done, counts)
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
      counts.refused += 1
      this.#warn(action.path, error.message)
    }
  }

  #report({ path, what }: Done, counts: { done: number }): void {
    counts.done += 1
    this.#told.delete(path)
    this.#options.tell(`${path}: ${what}`)
  }

  /** Each reason once, until it changes. */
  #warn(path: string, reason: string): void {
    if (this.#told.get(path) === reason) return
    this.#told.set(path, reason)
    this.#options.tell(`${path}: left alone: ${reason}`)
  }
}
