import type { Api } from '../api.ts'
import type { MemoryAsOfInput } from '../api/history.ts'
import { DomainError } from '../domain/errors.ts'
import { isDirectory, type ListItem, type Memory } from '../domain/memory/memory.ts'
import { parsePath, parsePrefix } from '../domain/memory/path.ts'
import type { Store } from '../domain/memory/store.ts'
import { checked, UsageError } from './command.ts'
import { visibleLine } from './invisible.ts'
import type { CliMoment } from './moment.ts'
import { lineFor } from './print.ts'
import { didYouMean } from './suggest.ts'

/** What `STORE[:PATH]` says, before anybody was asked. */
export interface Address {
  readonly store: string
  /** Begins with "/"; undefined for the store itself. */
  readonly path: string | undefined
}

/** @throws UsageError */
export function parseAddress(text: string | undefined, name = 'STORE[:PATH]'): Address {
  if (text === undefined || text === '') throw new UsageError(`${name} is missing`)
  const at = text.indexOf(':/')
  if (at > 0) return { store: text.slice(0, at), path: text.slice(at + 1) }
  if (text.startsWith('/') || at === 0) {
    throw new UsageError(`${name} must begin with a store: STORE:${text.slice(at === 0 ? 1 : 0)}`)
  }
  return { store: text.endsWith(':') ? text.slice(0, -1) : text, path: undefined }
}

/** As `parseAddress`, for one memory: the path must be there and valid. */
export function parseMemoryAddress(text: string | undefined): Required<Address> & { path: string } {
  const { store, path } = parseAddress(text, 'STORE:PATH')
  if (path === undefined) {
    const [, name = store, rest = 'notes.md'] = /^([^:]+):(\S.*)$/s.exec(store) ?? []
    throw new UsageError(`STORE:PATH must name a memory, like ${name}:/${rest}`)
  }
  return { store, path: checked(() => parsePath(path, 'PATH')) }
}

/** A path as a directory: with a "/" at its end. @throws UsageError */
export function asDirectory(path: string | undefined): string {
  const prefix = path === undefined || path.endsWith('/') ? (path ?? '/') : `${path}/`
  return checked(() => parsePrefix(prefix, 'PATH'))
}

/** Every item of every page. */
export async function* allPages<Item>(
  load: (page: string | undefined) => Promise<{
    readonly items: readonly Item[]
    readonly nextPage: string | undefined
  }>,
): AsyncGenerator<Item> {
  let page: string | undefined
  do {
    const { items, nextPage } = await load(page)
    yield* items
    page = nextPage
  } while (page !== undefined)
}

export function allStores(api: Api): AsyncGenerator<Store> {
  return allPages((page) => api.listStores({ includeArchived: true, limit: 100, page }))
}

/**
 * The id of a store given by id or by name; of stores with the same name an archived one gives way.
 * @throws DomainError `not_found`, UsageError that lists the candidates
 */
export async function resolveStore(api: Api, given: string): Promise<string> {
  if (/^memstore_\w+$/.test(given)) return given
  const stores = await Array.fromAsync(allStores(api))
  const named = stores.filter(({ name }) => name === given)
  const active = named.filter(({ archivedAt }) => archivedAt === undefined)
  const [only, ...others] = active.length > 0 ? active : named
  if (only === undefined) throw noSuchStore(given, stores)
  if (others.length === 0) return only.id
  const candidates = [only, ...others]
    .map(({ id, createdAt, description }) => {
      const created = new Date(createdAt).toISOString()
      return `  ${id}  created ${created}  ${visibleLine(description)}`.trimEnd()
    })
    .join('\n')
  throw new UsageError(
    `"${visibleLine(given)}" is the name of several stores; use the id of one:\n${candidates}`,
  )
}

function noSuchStore(given: string, stores: readonly Store[]): DomainError {
  const names = stores.map(({ name }) => name)
  const [head = '', ...rest] = given.split(':')
  const isPath = rest.length > 0 && names.includes(head)
  const hint = isPath ? ` Did you mean ${head}:/${rest.join(':')}?` : didYouMean(given, names)
  const message = visibleLine(`no store with the id or name "${given}".${hint}`)
  return new DomainError({ code: 'not_found', message })
}

/** Everything below a directory, memories only. */
export async function* memoriesBelow(
  api: Api,
  storeId: string,
  prefix: string,
): AsyncGenerator<Memory> {
  for await (const item of listing(api, { storeId, prefix, depth: 0 })) {
    if (!isDirectory(item)) yield item
  }
}

/**
 * The memories below a path, or else the one at it.
 * @throws DomainError `not_found` when there is neither; a store may be empty
 */
export async function* memoriesAt(
  api: Api,
  storeId: string,
  path: string | undefined,
): AsyncGenerator<Memory> {
  let isEmpty = true
  for await (const memory of memoriesBelow(api, storeId, asDirectory(path))) {
    isEmpty = false
    yield memory
  }
  if (!isEmpty || path === undefined || path === '/') return
  const memory = path.endsWith('/') ? undefined : await findMemory(api, storeId, path)
  if (memory === undefined) throw nothingAt(path)
  yield memory
}

export function nothingAt(path: string): DomainError {
  return new DomainError({ code: 'not_found', message: `nothing at ${lineFor(path)}` })
}

export interface ListingInput {
  readonly storeId: string
  readonly prefix: string
  readonly depth: 0 | 1
  /** As it was then. */
  readonly moment?: CliMoment | undefined
}

export function listing(api: Api, { storeId, prefix, depth, moment }: ListingInput) {
  const pathPrefix = prefix === '/' ? undefined : prefix
  const input = { storeId, pathPrefix, depth, limit: 100 }
  return allPages<ListItem>((page) =>
    moment === undefined
      ? api.listMemories({ ...input, page })
      : api.listMemoriesAsOf({ ...input, ...moment, page }),
  )
}

/** A memory with its content, as it is or as it was. @throws DomainError `not_found` */
export async function readMemory(
  api: Api,
  storeId: string,
  { path, moment }: { readonly path: string; readonly moment: CliMoment | undefined },
): Promise<Memory> {
  if (moment !== undefined) return memoryAsOf(api, { storeId, path, ...moment, view: 'full' })
  const { id } = await requireMemory(api, storeId, path)
  return api.getMemory({ storeId, memoryId: id, view: 'full' })
}

/** @throws DomainError `not_found` that names the path, or says that there is no such store */
export async function memoryAsOf(
  api: Api,
  input: MemoryAsOfInput & { readonly path: string },
): Promise<Memory> {
  try {
    return await api.getMemoryAsOf(input)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error
    const { storeId, path, at, atSeq } = input
    await api.getMoment({ storeId, at, atSeq })
    const message = `no memory at ${visibleLine(path)} at that moment`
    throw new DomainError({ code: 'not_found', message })
  }
}

/** The memory at a path; the API has no such request, so its directory is read up to it. */
export async function findMemory(
  api: Api,
  storeId: string,
  path: string,
): Promise<Memory | undefined> {
  const prefix = path.slice(0, path.lastIndexOf('/') + 1)
  for await (const item of listing(api, { storeId, prefix, depth: 1 })) {
    if (!isDirectory(item) && item.path === path) return item
  }
  return undefined
}

/** @throws DomainError `not_found` */
export async function requireMemory(api: Api, storeId: string, path: string): Promise<Memory> {
  const memory = await findMemory(api, storeId, path)
  if (memory !== undefined) return memory
  throw new DomainError({ code: 'not_found', message: `no memory at ${visibleLine(path)}` })
}
