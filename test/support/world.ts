// An installation as the contract of the Api sees it: someone who may do everything, and a way in
// for anybody else who has a secret. Each door and engine makes its own.
import type { Api } from '../../src/api.ts'
import type { Role } from '../../src/domain/caller.ts'
import { DomainError, type Problem } from '../../src/domain/errors.ts'
import type { Limits } from '../../src/domain/limits.ts'
import { isDirectory, type ListItem, type Memory } from '../../src/domain/memory/memory.ts'

export interface World extends AsyncDisposable {
  /** An admin of the first workspace. */
  readonly operator: Api
  /** The Api for a secret; may itself throw `unauthenticated`, or leave that to the first call. */
  connect(secret: string): Promise<Api>
}

export type OpenWorld = (limits?: Partial<Limits>) => Promise<World>

/** A workspace of its own with an admin in it. */
export interface Tenant {
  readonly workspaceId: string
  readonly api: Api
  /** The Api of a new key of the workspace. */
  as(role: Role): Promise<Api>
}

let tenants = 0

export async function newTenant(world: World): Promise<Tenant> {
  tenants += 1
  const { id: workspaceId } = await world.operator.createWorkspace({ name: `tenant ${tenants}` })
  const as = async (role: Role) => {
    const { secret } = await world.operator.createKey({ workspaceId, name: role, role })
    return world.connect(secret)
  }
  return { workspaceId, as, api: await as('admin') }
}

/** Why a call was refused; fails when it was not, or broke in a way that is no refusal. */
export async function refusal(call: Promise<unknown>): Promise<Problem> {
  try {
    await call
  } catch (error) {
    if (error instanceof DomainError) return error.problem
    throw error
  }
  throw new Error('expected a refusal, but the call succeeded')
}

/** The code of the refusal, or what was made of a call that succeeded. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof DomainError) return error.code
      throw error
    },
  )
}

/** Everything a list gives, page by page; `listPage` is handed the cursor. */
export async function collect<Item>(
  listPage: (page: string | undefined) => Promise<{
    readonly items: readonly Item[]
    readonly nextPage: string | undefined
  }>,
): Promise<Item[]> {
  const all: Item[] = []
  let page: string | undefined
  for (let pages = 0; pages < 1_000; pages += 1) {
    const { items, nextPage } = await listPage(page)
    all.push(...items)
    if (nextPage === undefined) return all
    page = nextPage
  }
  throw new Error('a list did not end')
}

/** Paths of a listing, directories with their slash. */
export function pathsOf(items: readonly ListItem[]): string[] {
  return items.map((item) => (isDirectory(item) ? item.prefix : item.path))
}

/** The item of a list that has to be a memory. */
export function asMemory(item: ListItem | undefined): Memory {
  if (item === undefined || isDirectory(item)) throw new Error('expected a memory')
  return item
}
