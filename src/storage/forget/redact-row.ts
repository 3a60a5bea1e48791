import { redactClaim } from '../../domain/forget/redact-claim.ts'
import type { Matcher } from '../../domain/forget/words.ts'
import type { Claim } from '../../domain/memory/claim.ts'
import type { TextPlace } from './places.ts'

/** Columns of a row by their names; PostgreSQL hands over some JSON as what it means. */
export type Columns = Readonly<Record<string, unknown>>

export function columnsOf(place: TextPlace): string[] {
  const { blocks, text, unique } = place
  const optional = [blocks, unique].filter((column) => column !== undefined)
  return [...jsonColumnsOf(place), ...text, ...optional]
}

/** Columns of a row that hold what was looked for, as they have to be instead. */
export function redactRow(
  place: TextPlace,
  row: Columns,
  matcher: Matcher,
): Record<string, string | null> {
  const changed: Record<string, string | null> = {}
  const put = (column: string, before: string, after: string | null) => {
    if (after !== before) changed[column] = after
  }
  for (const column of jsonColumnsOf(place)) {
    const json = jsonOf(row[column])
    if (json === undefined || !matcher.mayBeIn(json)) continue
    put(column, json, JSON.stringify(redactJson(place, column, { json, matcher })))
  }
  for (const column of place.text) {
    const text = row[column]
    if (typeof text === 'string') put(column, text, matcher.redact(text))
  }
  const { blocks, unique } = place
  const raw = blocks === undefined ? undefined : jsonOf(row[blocks])
  if (blocks !== undefined && raw !== undefined && matcher.mayBeIn(raw)) {
    put(blocks, raw, redactBlocks(raw, matcher))
  }
  const key = unique === undefined ? undefined : row[unique]
  const own = `redacted:${String(row[place.key])}`
  const isTheirs = typeof key === 'string' && key !== own
  if (unique !== undefined && isTheirs && matcher.holds(key)) put(unique, key, own)
  return changed
}

function jsonColumnsOf({ json, ownJson = [], claim }: TextPlace): string[] {
  return [...json, ...ownJson, ...(claim === undefined ? [] : [claim])]
}

function redactJson(
  place: TextPlace,
  column: string,
  { json, matcher }: { readonly json: string; readonly matcher: Matcher },
): unknown {
  const value: unknown = JSON.parse(json)
  if (column === place.claim) return redactClaim(value as Claim, matcher)
  const isOwn = place.ownJson?.includes(column) ?? false
  return withKept(place, value, distinct(matcher.redactIn(value, isOwn)))
}

/** Fields that stay as they are, each where it was. */
function withKept({ keeps }: TextPlace, value: unknown, redacted: unknown): unknown {
  if (keeps === undefined) return redacted
  const kept = Object.entries(value as object).filter(([name]) => keeps.includes(name))
  return { ...(redacted as object), ...Object.fromEntries(kept) }
}

function jsonOf(value: unknown): string | undefined {
  return textOf(value) ?? undefined
}

/** A column as text, however the engine hands it over. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * A provider's blocks are signed and belong together: without them, the conversation is told from
 * the events themselves.
 */
function redactBlocks(json: string, matcher: Matcher): string | null {
  const raw = JSON.parse(json) as unknown
  const hasBlocks = typeof raw === 'object' && raw !== null && 'blocks' in raw
  return hasBlocks ? null : JSON.stringify(matcher.redactIn(raw))
}

interface Mounted {
  readonly mountPath: string
}

/** Two stores of a session that were told apart by what is gone still have a path each. */
function distinct(value: unknown): unknown {
  const { stores } = (value ?? {}) as { stores?: unknown }
  const isSession = Array.isArray(stores) && stores.every(isMounted)
  if (!isSession) return value
  const taken = new Set<string>()
  const renamed = stores.map((store) => {
    let { mountPath } = store
    for (let number = 2; taken.has(mountPath); number += 1) {
      mountPath = `${store.mountPath}-${number}`
    }
    taken.add(mountPath)
    return { ...store, mountPath }
  })
  return { ...(value as object), stores: renamed }
}

function isMounted(store: unknown): store is Mounted {
  return typeof store === 'object' && store !== null && 'mountPath' in store
}
