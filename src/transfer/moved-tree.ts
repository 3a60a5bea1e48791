import type { Path } from '../domain/memory/path.ts'
import type { Entry } from './entry.ts'
import type { LiveTree } from './live-tree.ts'

/** A directory that got another name, and how many renames that is. */
export interface MovedTree {
  readonly from: string
  readonly to: string
  readonly count: number
}

/** A memory that may have moved with others. */
export interface Rename {
  readonly memoryId: string
  readonly from: Path
  /** Undefined where the version was redacted since: it went where the others did. */
  readonly to: string | undefined
}

/**
 * The move of a directory that the first of these renames are; undefined where they can as well be
 * made one by one. Only a tree that moves over itself cannot: on the way, one memory would stand
 * where another still is.
 */
export function movedTree(renames: readonly Rename[], tree: LiveTree): MovedTree | undefined {
  const known = renames.find(({ to }) => to !== undefined)
  if (known?.to === undefined || known.from === known.to) return undefined
  for (const { from, to } of endings(known.from, known.to)) {
    const count = tree.countBelow(from)
    const moved = renames.slice(0, count)
    const target = (rename: Rename) => to + rename.from.slice(from.length)
    const fits = moved.every(
      (rename) => rename.from.startsWith(from) && (rename.to ?? target(rename)) === target(rename),
    )
    if (!fits || new Set(moved.map(({ memoryId }) => memoryId)).size !== count) continue
    const pairs = moved.map((rename) => ({ from: rename.from, to: target(rename) as Path }))
    if (collides(pairs, tree)) return { from, to, count }
  }
  return undefined
}

/** Whether the renames, made one by one, run into each other. The tree is as before afterwards. */
function collides(
  pairs: readonly { readonly from: Path; readonly to: Path }[],
  tree: LiveTree,
): boolean {
  let done = 0
  for (const { from, to } of pairs) {
    tree.remove(from)
    if (tree.blockerOf(to) !== undefined) {
      tree.add(from)
      break
    }
    tree.add(to)
    done += 1
  }
  for (const { from, to } of pairs.slice(0, done).toReversed()) {
    tree.remove(to)
    tree.add(from)
  }
  return done < pairs.length
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
  const [one, other] = [requestOf(first), requestOf(entry)]
  const isRequest = one ? one === other : !other && first.at === entry.at
  return isRequest && first.kind === 'modified' && entry.kind === 'modified'
}

/** An import brings what many requests made, and each claim names its own. */
function requestOf({ requestId, claimed }: Entry): string | undefined {
  return claimed?.origin?.requestId ?? claimed?.requestId ?? requestId
}
