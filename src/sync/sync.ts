import { existsSync } from 'node:fs'
import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import { isDirectory } from '../domain/memory/memory.ts'
import { apply, type Done, type Target } from './apply.ts'
import { Directory, type Found } from './directory.ts'
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
  readonly done: readonly Done[]
  /** Files and memories left as they are, because one side refuses them. */
  readonly left: readonly Left[]
  /** Deletes left for another pass. */
  readonly postponed: number
}

export interface Left {
  readonly path: string
  readonly reason: string
}

/** What a run would begin with; it is not known yet what the store refuses. */
export interface Preview extends Omit<Summary, 'done'> {
  readonly actions: readonly Action[]
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
    const done: Done[] = []
    let [left, postponed]: [readonly Left[], number] = [[], 0]
    for (let pass = 0; pass < passesMax; pass += 1) {
      const result = await this.#pass()
      done.push(...result.done)
      ;({ left, postponed } = result)
      if (!result.isAgain) break
    }
    return { done, left, postponed }
  }

  /** Looks at both sides and writes nothing, neither here nor there. @throws as `run` */
  async preview(): Promise<Preview> {
    const isThere = existsSync(this.#options.root)
    const found = isThere ? await this.#directory.scan() : { files: new Map(), refused: new Map() }
    const { actions, left, postponed } = await this.#plan(found)
    return { actions: actions.filter((action) => !isSilent(action)), left, postponed }
  }

  async #pass() {
    const { root, storeId } = this.#options
    const { actions, left, postponed, base, local } = await this.#plan(await this.#directory.scan())
    const result = await this.#applyAll(actions, base, local)
    await writeState(root, { storeId, base })
    return { ...result, left: [...left, ...result.left], postponed }
  }

  async #plan(found: Found) {
    const { isReadOnly } = this.#options
    const remote = await this.#listRemote()
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
    const left = [...found.refused].map(([path, reason]): Left => ({ path, reason }))
    return { actions, left, postponed, base, local }
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
    const result: Result = { done: [], left: [], isAgain: false }
    for (const group of [first, rest]) {
      const waiting = [...group]
      const work = async (): Promise<void> => {
        for (let action = waiting.shift(); action !== undefined; action = waiting.shift()) {
          await this.#applyOne(target, action, result)
        }
      }
      await Promise.all(Array.from({ length: actionsAtOnce }, work))
    }
    return result
  }

  async #applyOne(target: Target, action: Action, result: Result): Promise<void> {
    try {
      const done = await apply(target, action)
      if (done === undefined) result.isAgain = true
      else if (!isSilent(action)) this.#report(done, result)
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error
      result.left.push({ path: action.path, reason: error.message })
      this.#warn(action.path, error.message)
    }
  }

  #report(done: Done, result: Result): void {
    result.done.push(done)
    this.#told.delete(done.path)
    this.#options.tell(`${done.path}: ${done.what}`)
  }

  /** Each reason once, until it changes. */
  #warn(path: string, reason: string): void {
    if (this.#told.get(path) === reason) return
    this.#told.set(path, reason)
    this.#options.tell(`${path}: left alone: ${reason}`)
  }
}

/** What one pass did. */
interface Result {
  readonly done: Done[]
  readonly left: Left[]
  /** Somebody was faster somewhere: the next pass decides anew. */
  isAgain: boolean
}

/** Both sides stay as they are: only what is remembered of them changes. */
function isSilent({ type }: Action): boolean {
  return type === 'adopt' || type === 'forget'
}
