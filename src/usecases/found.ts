import type { Caller } from '../domain/caller.ts'
import { notFound } from '../domain/errors.ts'
import type { StoreId } from '../domain/ids.ts'
import type { Found, StoreScope } from '../storage/port/store-scope.ts'

/** The store of an input, seen from the caller's workspace. */
export function scopeOf(caller: Caller, storeId: string): StoreScope {
  return { workspaceId: caller.workspaceId, storeId: storeId as StoreId }
}

/** @throws DomainError `not_found` that says which of the two is missing */
export function require<Value>(found: Found<Value>, item: string): Value {
  if (found.found) return found.value
  throw notFound(found.missing === 'store' ? 'memory store' : item)
}

/** An optional input, parsed where it is there: null means the same as not given (U16). */
export function given<Value>(input: unknown, parse: (input: unknown) => Value): Value | undefined {
  return input === undefined || input === null ? undefined : parse(input)
}

/**
 * An id from a body, as far as its letters go: what cannot be one names nothing (U6), and no engine
 * has to look for it.
 * @throws DomainError `not_found`
 */
export function idOf<Id extends string>(id: Id, item: string): Id {
  if (/^[\w-]+$/.test(id)) return id
  throw notFound(item)
}
