import { parsePath } from '../domain/memory/path.ts'
import type { Entry } from './entry.ts'
import type { LiveTree } from './live-tree.ts'

/** A directory that got another name, and how many renames that is. */
export interface MovedTree {
  readonly from: string
  readonly to: string
  readonly count: number
}

/**
 * The move of a directory that the first of these renames are; undefined where they can as well be
 * made one by one. Only a tree that moves over itself cannot: on the way, one memory would stand
 * where another still is.
 */
export function movedTree(renames: readonly Entry[], tree: LiveTree): MovedTree | undefined {
  const [first] = renames
  for (const { from, to } of endings(first?.previousPath ?? '', first?.path ?? '')) {
    const count = tree.countBelow(from)
    const moved = renames.slice(0, count)
    const fits = moved.every(
      ({ path, previousPath }) =>
        previousPath?.startsWith(from) && path === to + previousPath.slice(from.length),
    )
    const isWhole = new Set(moved.map(({ memoryId }) => memoryId)).size === count
    if (fits && isWhole && collides(moved, tree)) return { from, to, count }
  }
  return undefined
}

/** Whether the renames, made one by one, run into each other. The tree is as before afterwards. */
function collides(group: readonly Entry[], tree: LiveTree): boolean {
  const done: { readonly from: string; readonly to: string }[] = []
  let isBlocked = false
  for (const { path, previousPath } of group) {
    const [from, to] = [parsePath(previousPath), parsePath(path)]
    tree.remove(from)
    isBlocked = tree.blockerOf(to) !== undefined
    if (isBlocked) {
      tree.add(from)
      break
    }
    tree.add(to)
    done.push({ from, to })
  }
  for (const { from, to } of done.toReversed()) {
    tree.remove(parsePath(to))
    tree.add(parsePath(from))
  }
  return isBlocked
}

/** Every pair of directories whose names, followed by the same rest, give the two paths. */
function* endings(before: string, after: string) {
  for (let slash = before.indexOf('/'); slash !== -1; slash = before.indexOf('/', slash + 1)) {
    const rest = before.slice(slash + 1)
    if (after.endsWith(`/${rest}`)) {
      yield { from: before.slice(0, slash + 1), to: after.slice(0, after.length - rest.length) }
    }
  }
}

/** Entries that may be one move of a directory come together, all others alone. */
export async function* inGroups(entries: AsyncIterable<Entry>): AsyncGenerator<readonly Entry[]> {
  let group: Entry[] = []
  for await (const entry of entries) {
    const [first] = group
    if (first !== undefined && isSameMove(first, entry)) {
      group.push(entry)
      continue
    }
    if (group.length > 0) yield group
    group = [entry]
  }
  if (group.length > 0) yield group
}

function isSameMove(first: Entry, entry: Entry): boolean {
  // What one request did has one time as well, where nobody tells of requests.
  const isRequest = first.requestId
    ? first.requestId === entry.requestId
    : !entry.requestId && first.at === entry.at
  return isRequest && isRename(first) && isRename(entry)
}

function isRename({ kind, path, previousPath }: Entry): boolean {
  return kind === 'modified' && path !== undefined && previousPath !== undefined
}
