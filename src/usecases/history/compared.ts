import type { DiffInput } from '../../api/history.ts'
import { invalid } from '../../domain/errors.ts'
import { compareTrees, type Leaf, type TreeChange } from '../../domain/history/compare-trees.ts'
import { parseMoment, type MomentInput } from '../../domain/history/moment.ts'
import { parseMemoryId, parseVersionId } from '../../domain/ids.ts'
import { isDirectory, type Memory } from '../../domain/memory/memory.ts'
import { parsePrefix, root } from '../../domain/memory/path.ts'
import type { Version } from '../../domain/memory/version.ts'
import type { StoreScope } from '../../storage/port/store-scope.ts'
import type { App } from '../app.ts'
import { require } from '../found.ts'
import { readableMoment, stillComplete } from './at-moment.ts'
import type { Sides } from './file-diff.ts'

/** What differs between two states, and the sequences that they stand at. */
export interface Compared {
  readonly changes: readonly TreeChange[]
  readonly fromSeq: number
  readonly toSeq: number
}

interface Asked {
  readonly input: DiffInput
  /** Where the first page stood. */
  readonly position: { readonly fromSeq: number; readonly toSeq: number } | undefined
}

const fromField = { at: 'from_at', seq: 'from_seq' }
const toField = { at: 'to_at', seq: 'to_seq' }

function momentsAsked({ input, position }: Asked) {
  if (position) return { from: { seq: position.fromSeq }, to: { seq: position.toSeq } }
  return {
    from: parseMoment({ at: input.fromAt, seq: input.fromSeq }, fromField),
    to: parseMoment({ at: input.toAt, seq: input.toSeq }, toField),
  }
}

export async function versionsOf(app: App, sides: Sides, input: DiffInput): Promise<Compared> {
  const { fromVersion, toVersion, fromAt, fromSeq, toAt, toSeq, toStoreId } = input
  if (fromVersion === undefined || toVersion === undefined) {
    const missing = fromVersion === undefined ? 'from_version' : 'to_version'
    throw invalid(missing, 'must be given: two versions are compared')
  }
  if ([fromAt, fromSeq, toAt, toSeq, toStoreId].some((one) => one !== undefined)) {
    throw invalid('from_version', 'cannot be given together with moments or another store')
  }
  const before = await readVersion(app, sides.from, fromVersion)
  const after = await readVersion(app, sides.from, toVersion)
  return { changes: versionChange(leafOf(before), leafOf(after)), fromSeq: 0, toSeq: 0 }
}

async function readVersion({ storage }: App, scope: StoreScope, id: string): Promise<Version> {
  return require(await storage.view.version(scope, id, { content: false }), 'memory version')
}

/** A deletion is no text. */
function leafOf(version: Version): Leaf | undefined {
  if (version.operation === 'deleted') return undefined
  const position = parseMemoryId(version.storeId, version.memoryId)
  return {
    firstSeq: position?.seq ?? 0,
    createdAt: position?.at ?? 0,
    seq: version.seq,
    at: version.createdAt,
    path: version.path,
    sha256: version.sha256,
    sizeBytes: version.sizeBytes,
  }
}

function versionChange(before: Leaf | undefined, after: Leaf | undefined): TreeChange[] {
  if (before === undefined && after === undefined) return []
  if (before === undefined) return [{ status: 'added', before, after }]
  if (after === undefined) return [{ status: 'removed', before, after }]
  if (before.seq === after.seq) return []
  if (before.path === after.path && before.path !== undefined && before.sha256 === after.sha256) {
    return []
  }
  const isMove = before.path !== undefined && after.path !== undefined && before.path !== after.path
  return [{ status: isMove ? 'moved' : 'modified', before, after }]
}

export async function momentsOf(app: App, sides: Sides, asked: Asked): Promise<Compared> {
  const { from, to } = momentsAsked(asked)
  if (from === undefined) {
    throw invalid('from_at', 'must be given, or from_seq, or from_version: what is compared')
  }
  const scope = sides.from
  const first = await readableMoment(app, scope, { input: from, field: fromField })
  const second = await readableMoment(app, scope, { input: to, field: toField })
  const [fromSeq, toSeq] = [first.moment.seq, second.moment.seq]
  const isForward = fromSeq <= toSeq
  const range = { from: Math.min(fromSeq, toSeq), to: Math.max(fromSeq, toSeq) }
  const between = await app.storage.view.history.changedBetween(scope, range)
  const found = require(between, 'memory store')
  stillComplete(isForward ? first : second, found.historyFrom)
  const earlier = found.value.flatMap(({ before }) => before ?? [])
  const later = found.value.flatMap(({ after }) => after ?? [])
  const changes = isForward
    ? compareTrees(earlier, later, true)
    : compareTrees(later, earlier, true)
  return { changes, fromSeq, toSeq }
}

export async function storesOf(app: App, sides: Sides, asked: Asked): Promise<Compared> {
  const { from, to } = momentsAsked(asked)
  const first = await treeOf(app, sides.from, { input: from, field: fromField, asked })
  const second = await treeOf(app, sides.to, { input: to, field: toField, asked })
  const changes = compareTrees(first.leaves, second.leaves, false)
  return { changes, fromSeq: first.seq, toSeq: second.seq }
}

interface Tree {
  readonly input: MomentInput | undefined
  readonly field: typeof fromField
  readonly asked: Asked
}

const pageMemories = 1_000

/** All memories of a store at a moment. */
async function treeOf(app: App, scope: StoreScope, { input, field, asked }: Tree) {
  const facts = await readableMoment(app, scope, { input, field })
  const { seq } = facts.moment
  const prefix = asked.input.pathPrefix ? parsePrefix(asked.input.pathPrefix) : root
  const leaves: Leaf[] = []
  let after: string | undefined
  for (;;) {
    const query = { prefix, depth: 0, after, limit: pageMemories, content: false, seq } as const
    const page = require(await app.storage.view.history.memoriesAsOf(scope, query), 'memory store')
    stillComplete(facts, page.historyFrom)
    const memories = page.value.filter((item): item is Memory => !isDirectory(item))
    leaves.push(...memories.map(leafOfMemory))
    if (page.value.length < pageMemories) return { leaves, seq }
    after = memories.at(-1)?.path
  }
}

function leafOfMemory(memory: Memory): Leaf {
  const { storeId, id, versionId, path, sha256, sizeBytes, createdAt, updatedAt } = memory
  const position = parseMemoryId(storeId, id)
  const version = parseVersionId(storeId, versionId)
  const named = { firstSeq: position?.seq ?? 0, createdAt }
  return { ...named, seq: version?.seq ?? 0, at: updatedAt, path, sha256, sizeBytes }
}
