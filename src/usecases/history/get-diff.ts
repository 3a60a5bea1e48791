import type { DiffInput } from '../../api/history.ts'
import { permitStore } from '../../domain/caller.ts'
import { invalid } from '../../domain/errors.ts'
import { pathOf, type TreeChange } from '../../domain/history/compare-trees.ts'
import type { FileDiff } from '../../domain/history/diff.ts'
import { formatUnified } from '../../domain/history/unified.ts'
import type { StoreId } from '../../domain/ids.ts'
import { isWithin, parsePath, parsePrefix } from '../../domain/memory/path.ts'
import { makeCursor, parsePageLimit, readCursor } from '../../domain/page.ts'
import { compareBytes } from '../../domain/text.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App, UseCase } from '../app.ts'
import { given, scopeOf } from '../found.ts'
import { momentsOf, storesOf, versionsOf, type Compared } from './compared.ts'
import { fileOf, type Sides } from './file-diff.ts'

/** Bytes of text that a page compares; the first file is always whole. */
const pageBytesMax = 4 * 1_048_576
/** Characters of what a page shows; a line costs more than its text. */
const pageShownMax = 4 * 1_048_576
const lineCost = 32

export const getDiff: UseCase<'getDiff'> = async (app, caller, input) => {
  const scope = scopeOf(caller, input.storeId)
  permitStore(caller, scope.storeId, 'read')
  const toStoreId = input.toStoreId as StoreId | undefined
  if (toStoreId !== undefined) permitStore(caller, toStoreId, 'read')
  const sides: Sides = {
    from: scope,
    to: { ...scope, storeId: toStoreId ?? scope.storeId },
    context: parseContext(input.context),
  }
  const limit = parsePageLimit(input.limit, false)
  const list = listOf(scope, input)
  const position = readPosition(readCursor(app.cursorKey, list, input.page))
  const isIn = selectionOf(input)
  const compared = await compare(app, sides, { input, position })
  const wanted = compared.changes.filter(
    (change) => isIn(change) && (position === undefined || isBehind(change, position.key)),
  )
  const { files, count } = await readFiles(app, sides, wanted.slice(0, limit))
  const last = wanted[count - 1]
  const hasMore = count < wanted.length && last !== undefined
  const rest = [compared.fromSeq, compared.toSeq, last && keyOf(last)].join(' ')
  return {
    storeId: scope.storeId,
    toStoreId,
    files,
    unified: formatUnified(files),
    nextPage: hasMore ? makeCursor(app.cursorKey, list, rest) : undefined,
  }
}

function parseContext(input: number | undefined): number {
  const context = input ?? 3
  if (Number.isInteger(context) && context >= 0 && context <= 100) return context
  throw invalid('context', 'must be a whole number from 0 to 100')
}

/** What must not change between pages. */
function listOf(scope: StoreScope, input: DiffInput): string[] {
  const { fromVersion, toVersion, fromAt, fromSeq, toAt, toSeq, toStoreId, context } = input
  const asked = { fromVersion, toVersion, fromAt, fromSeq, toAt, toSeq, toStoreId, context }
  const where = { path: input.path, prefix: input.pathPrefix }
  return ['diff', scope.workspaceId, scope.storeId, JSON.stringify({ ...asked, ...where })]
}

/** Later pages compare the moments of the first one, and go on behind its last file. */
export interface Position {
  readonly fromSeq: number
  readonly toSeq: number
  readonly key: string
}

function readPosition(position: string | undefined): Position | undefined {
  if (position === undefined) return undefined
  const [fromSeq, toSeq, ...key] = position.split(' ')
  return { fromSeq: Number(fromSeq), toSeq: Number(toSeq), key: key.join(' ') }
}

/** Where a change stands: its path, or behind all paths the memory's number. */
function keyOf(change: TreeChange): string {
  const path = pathOf(change)
  return path ?? `~${String((change.after ?? change.before)?.firstSeq ?? 0).padStart(16, '0')}`
}

function isBehind(change: TreeChange, key: string): boolean {
  return compareBytes(keyOf(change), key) > 0
}

interface Asked {
  readonly input: DiffInput
  readonly position: Position | undefined
}

function compare(app: App, sides: Sides, { input, position }: Asked): Promise<Compared> {
  const { fromVersion, toVersion } = input
  if (fromVersion !== undefined || toVersion !== undefined) return versionsOf(app, sides, input)
  if (input.toStoreId === undefined) return momentsOf(app, sides, { input, position })
  return storesOf(app, sides, { input, position })
}

function selectionOf(input: DiffInput): (change: TreeChange) => boolean {
  const path = given(input.path, (one) => parsePath(one))
  const prefix = given(input.pathPrefix, (one) => parsePrefix(one))
  if (path !== undefined && prefix !== undefined) {
    throw invalid('path', 'cannot be given together with path_prefix')
  }
  const isIn = (one: string | undefined) => {
    if (path !== undefined) return one === path || one?.startsWith(`${path}/`) === true
    return prefix === undefined || (one !== undefined && isWithin(one, prefix))
  }
  return ({ before, after }) => isIn(before?.path) || isIn(after?.path)
}

async function readFiles(app: App, sides: Sides, changes: readonly TreeChange[]) {
  const files: FileDiff[] = []
  let bytes = 0
  let shown = 0
  let count = 0
  for (const change of changes) {
    bytes += (change.before?.sizeBytes ?? 0) + (change.after?.sizeBytes ?? 0)
    if (count > 0 && (bytes > pageBytesMax || shown > pageShownMax)) break
    const file = await fileOf(app, sides, change)
    shown += costOf(file)
    files.push(file)
    count += 1
  }
  return { files, count }
}

function costOf({ hunks }: FileDiff): number {
  let cost = 0
  for (const { lines } of hunks) for (const { text } of lines) cost += text.length + lineCost
  return cost
}
