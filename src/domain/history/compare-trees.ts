import type { Sha256 } from '../memory/content.ts'
import type { Path } from '../memory/path.ts'
import { compareBytes } from '../text.ts'
import type { FileStatus } from './diff.ts'

/** A memory in one of two states that are compared. */
export interface Leaf {
  /** Names the memory: the sequence of its first change. */
  readonly firstSeq: number
  readonly createdAt: number
  /** The version that was current, and when it was made. */
  readonly seq: number
  readonly at: number
  /** Undefined when redacted. */
  readonly path: Path | undefined
  readonly sha256: Sha256 | undefined
  readonly sizeBytes: number | undefined
}

export interface TreeChange {
  readonly status: FileStatus
  readonly before: Leaf | undefined
  readonly after: Leaf | undefined
}

/**
 * What differs between two states, by path, in byte order; what has lost its path comes last. A
 * memory that went where nothing was, from where nothing came, is moved.
 * @param hasIdentity whether both states are of one store, so that a memory is the same in both
 */
export function compareTrees(
  before: readonly Leaf[],
  after: readonly Leaf[],
  hasIdentity: boolean,
): TreeChange[] {
  const [old, now] = [byPath(before), byPath(after)]
  const oldById = new Map(before.map((leaf) => [leaf.firstSeq, leaf]))
  const moved = new Set<Leaf>()
  const changes: TreeChange[] = []
  for (const leaf of now.values()) {
    const was = leaf.path && old.get(leaf.path)
    const origin = hasIdentity && was === undefined ? oldById.get(leaf.firstSeq) : undefined
    const hasMoved = origin?.path !== undefined && !now.has(origin.path)
    if (was && isSame(was, leaf)) continue
    if (hasMoved) moved.add(origin)
    const status = was ? 'modified' : hasMoved ? 'moved' : 'added'
    changes.push({ status, before: was ?? (hasMoved ? origin : undefined), after: leaf })
  }
  for (const leaf of old.values()) {
    const isGone = leaf.path !== undefined && !now.has(leaf.path) && !moved.has(leaf)
    if (isGone) changes.push({ status: 'removed', before: leaf, after: undefined })
  }
  return [...mendRedacted(changes, before, after), ...pathless(before, after)].sort(inOrder)
}

function byPath(leaves: readonly Leaf[]): Map<Path, Leaf> {
  const found = new Map<Path, Leaf>()
  for (const leaf of leaves) if (leaf.path !== undefined) found.set(leaf.path, leaf)
  return found
}

function isSame(was: Leaf, leaf: Leaf): boolean {
  return was.sha256 === leaf.sha256
}

/** One that only seems to come or go, because its other side has lost its path. */
function mendRedacted(
  changes: readonly TreeChange[],
  before: readonly Leaf[],
  after: readonly Leaf[],
): TreeChange[] {
  const erasedBefore = erased(before)
  const erasedAfter = erased(after)
  return changes.map((change) => {
    const seq = (change.after ?? change.before)?.firstSeq ?? 0
    if (change.status === 'added' && erasedBefore.has(seq)) {
      return { ...change, status: 'modified', before: erasedBefore.get(seq) }
    }
    if (change.status === 'removed' && erasedAfter.has(seq)) {
      return { ...change, status: 'modified', after: erasedAfter.get(seq) }
    }
    return change
  })
}

function erased(leaves: readonly Leaf[]): Map<number, Leaf> {
  const found = leaves.filter(({ path }) => path === undefined)
  return new Map(found.map((leaf) => [leaf.firstSeq, leaf]))
}

/** What has no path on either side it is on. */
function pathless(before: readonly Leaf[], after: readonly Leaf[]): TreeChange[] {
  const old = new Map(before.map((leaf) => [leaf.firstSeq, leaf]))
  const now = new Map(after.map((leaf) => [leaf.firstSeq, leaf]))
  const changes: TreeChange[] = []
  for (const [seq, leaf] of erased(before)) {
    const other = now.get(seq)
    if (other === undefined) changes.push({ status: 'removed', before: leaf, after: undefined })
    else if (other.path === undefined && other.seq !== leaf.seq) {
      changes.push({ status: 'modified', before: leaf, after: other })
    }
  }
  for (const [seq, leaf] of erased(after)) {
    if (!old.has(seq)) changes.push({ status: 'added', before: undefined, after: leaf })
  }
  return changes
}

/** Where a change stands among the others: its path, or nothing when that is erased. */
export function pathOf({ before, after }: TreeChange): Path | undefined {
  return after?.path ?? before?.path
}

function inOrder(a: TreeChange, b: TreeChange): number {
  const [left, right] = [pathOf(a), pathOf(b)]
  if (left !== undefined && right !== undefined) return compareBytes(left, right)
  if (left === undefined && right === undefined) return seqOf(a) - seqOf(b)
  return left === undefined ? 1 : -1
}

function seqOf({ before, after }: TreeChange): number {
  return (after ?? before)?.firstSeq ?? 0
}
