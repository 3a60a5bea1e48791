import type { TextChange } from '../../domain/forget/command.ts'
import { Matcher } from '../../domain/forget/words.ts'
import type { ChangesOfTexts, TextCursor, TextQuery, TextRow, TextSlice } from '../port/forget.ts'
import { select, type Script } from '../sessions/script.ts'
import { textPlaces, type TextPlace } from './places.ts'
import { columnsOf, redactRow, textOf, type Columns } from './redact-row.ts'

/** Rows looked at together: few, because a row may be long, and more where none is. */
function rowsMaxOf({ rowsAreShort }: TextPlace): number {
  return rowsAreShort ? 1_000 : 40
}

/** Rows changed together at most. */
export function changesMaxOf({ rowsAreShort }: TextPlace): number {
  return rowsAreShort ? 200 : 20
}

/** The rows of a slice that hold what is looked for, and where to go on. */
export function* scanTexts(query: TextQuery): Script<TextSlice> {
  const place = placeOf(query.place)
  const cursor = query.after ?? (yield* firstCursor(place, query))
  if (cursor === undefined) return { rows: [], next: undefined }
  const rows = yield* select<Columns>(...rowsSql(place, cursor))
  const matcher = new Matcher(query.words)
  const found: TextRow[] = []
  for (const row of rows) {
    if (!isOf(place, row, query.workspaceId)) continue
    if (Object.keys(redactRow(place, row, matcher)).length === 0) continue
    const key = row[place.key] as string | number
    const name = row[place.name ?? place.key] as string | number
    const owner = place.owners === 'everybody' ? query.workspaceId : cursor.owner
    found.push({ key, name, owner })
  }
  const last = rows.at(-1)
  const next =
    rows.length < rowsMaxOf(place) || last === undefined
      ? yield* nextOwner(place, query, cursor.owner)
      : { owner: cursor.owner, key: last[place.key] as string | number }
  return { rows: found, next }
}

/** What has to become of rows that were found, read once more. */
export function* redactTexts(query: ChangesOfTexts): Script<readonly TextChange[]> {
  const place = placeOf(query.place)
  const matcher = new Matcher(query.words)
  const rows =
    place.claim !== undefined
      ? yield* select<Columns>(...claimsSql(place, query))
      : yield* rowsByKey(place, query)
  const changes: TextChange[] = []
  for (const row of rows) {
    const key = row[place.key] as string | number
    const after = redactRow(place, row, matcher)
    const columns = Object.keys(after)
    if (columns.length === 0) continue
    const before = Object.fromEntries(columns.map((column) => [column, textOf(row[column])]))
    changes.push({ key, before, after })
  }
  return changes
}

/** One by one: a row may be long. */
function* rowsByKey(place: TextPlace, { owner, keys }: ChangesOfTexts): Script<Columns[]> {
  const rows: Columns[] = []
  for (const key of keys) rows.push(...(yield* select<Columns>(...rowSql(place, owner, key))))
  return rows
}

/**
 * Claims of a store by one statement. The last key stands for those that are not there, so that
 * one text serves any number.
 */
function claimsSql(
  place: TextPlace,
  { owner, keys }: Pick<ChangesOfTexts, 'owner' | 'keys'>,
): [string, ...(string | number)[]] {
  const { table, key, owner: column } = place
  const all = Array.from(
    { length: changesMaxOf(place) },
    (_, index) => keys[index] ?? keys.at(-1) ?? 0,
  )
  const parameters = all.map((_, index) => `$${index + 2}`)
  const columns = [key, ...columnsOf(place)]
  const sql = `SELECT ${columns.join(', ')} FROM ${table}
    WHERE ${column} = $1 AND ${key} IN (${parameters.join(', ')}) ORDER BY ${key}`
  return [sql, owner, ...all]
}

/** One row, by its key and whose it is. */
export function rowSql(
  place: TextPlace,
  owner: string,
  key: string | number,
): [string, ...(string | number)[]] {
  const [where, ...values] = whereRow(place, { owner, key })
  const columns = [...new Set([place.key, ...columnsOf(place)])]
  return [`SELECT ${columns.join(', ')} FROM ${place.table} ${where}`, ...values]
}

export function whereRow(
  place: TextPlace,
  { owner, key }: TextCursor,
): [string, ...(string | number)[]] {
  if (place.owners === 'everybody') return [`WHERE ${place.key} = $1`, key]
  return [`WHERE ${place.key} = $1 AND ${place.owner} = $2`, key, owner]
}

export function placeOf(name: string): TextPlace {
  const place = textPlaces[name]
  if (place === undefined) throw new Error(`no place is named ${name}`)
  return place
}

type Start = string | number

/** Keys are texts or whole numbers above zero. */
function startOf(place: TextPlace): Start {
  return ['place', 'version', 'seq'].includes(place.key) ? 0 : ''
}

function rowsSql(place: TextPlace, cursor: TextCursor): [string, ...(string | number)[]] {
  const { table, key, name, owner } = place
  const columns = [...new Set([key, ...(name === undefined ? [] : [name]), ...columnsOf(place)])]
  const from = `SELECT ${columns.join(', ')} FROM ${table}`
  const order = `ORDER BY ${key} LIMIT ${rowsMaxOf(place)}`
  if (place.owners === 'everybody') return [`${from} WHERE ${key} > $1 ${order}`, cursor.key]
  const where = `WHERE ${owner} = $1 AND ${key} > $2${livingIn(table)}`
  return [`${from} ${where} ${order}`, cursor.owner, cursor.key]
}

/**
 * A deleted store hides until its rows are removed. Spelled so that SQLite walks the index by id,
 * and not all live stores for each.
 */
function livingIn(table: string): string {
  return table === 'stores' ? ' AND coalesce(deleted_at, 0) = 0' : ''
}

function isOf(place: TextPlace, row: Columns, workspaceId: string): boolean {
  if (place.owners !== 'everybody') return true
  const body = JSON.parse(String(row[place.owner])) as { readonly workspaceId: string }
  return body.workspaceId === workspaceId
}

function* firstCursor(place: TextPlace, query: TextQuery): Script<TextCursor | undefined> {
  const key = startOf(place)
  if (query.owner !== undefined) return { owner: query.owner, key }
  const { owners } = place
  if (owners === 'everybody' || owners === 'workspace') return { owner: query.workspaceId, key }
  return yield* nextOwner(place, query, '')
}

/** The next store, session, agent… of the workspace; undefined where there is none. */
function* nextOwner(
  place: TextPlace,
  { workspaceId, owner }: TextQuery,
  after: string,
): Script<TextCursor | undefined> {
  const { owners } = place
  if (owners === 'everybody' || owners === 'workspace' || owner !== undefined) return undefined
  const sql = `SELECT id FROM ${owners}
    WHERE workspace_id = $1 AND id > $2${livingIn(owners)} ORDER BY id LIMIT 1`
  const [row] = yield* select<{ id: string }>(sql, workspaceId, after)
  return row && { owner: row.id, key: startOf(place) }
}
