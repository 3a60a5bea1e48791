// What to do to make a directory and a store equal: three states of each path, one action.

/** A text at a path, by its hash. */
export interface Local {
  readonly sha256: string
}

export interface Remote {
  readonly sha256: string
  readonly memoryId: string
  readonly versionId: string
}

/** What both sides had when they were last equal. */
export type Baseline = Remote

export type Action =
  /** Write the store's text into the directory. */
  | { readonly type: 'pull'; readonly path: string; readonly remote: Remote }
  | { readonly type: 'remove'; readonly path: string }
  /** Send the directory's text; `base` is what the store must still have. */
  | { readonly type: 'push'; readonly path: string; readonly base: Baseline }
  | { readonly type: 'create'; readonly path: string }
  | { readonly type: 'delete'; readonly path: string; readonly base: Baseline }
  | {
      readonly type: 'rename'
      readonly from: string
      readonly path: string
      readonly base: Baseline
    }
  /** Both changed: `base` is what both had, if they ever were equal. */
  | {
      readonly type: 'merge'
      readonly path: string
      readonly remote: Remote
      readonly base: Baseline | undefined
    }
  /** Both are equal already: only the baseline learns of it. */
  | { readonly type: 'adopt'; readonly path: string; readonly remote: Remote }
  | { readonly type: 'forget'; readonly path: string }

export interface Sides {
  readonly local: ReadonlyMap<string, Local>
  readonly remote: ReadonlyMap<string, Remote>
  readonly base: ReadonlyMap<string, Baseline>
}

export function plan(sides: Sides): Action[] {
  const paths = new Set([...sides.base.keys(), ...sides.local.keys(), ...sides.remote.keys()])
  const actions = [...paths].sort().flatMap((path) => decide(path, sides) ?? [])
  return withRenames(actions, sides.local)
}

function decide(path: string, sides: Sides): Action | undefined {
  const local = sides.local.get(path)
  const remote = sides.remote.get(path)
  const base = sides.base.get(path)
  if (local === undefined && remote === undefined) return { type: 'forget', path }
  if (local?.sha256 === remote?.sha256 && remote !== undefined) {
    const isKnown = base?.versionId === remote.versionId
    return isKnown ? undefined : { type: 'adopt', path, remote }
  }
  const isLocalSame = local?.sha256 === base?.sha256
  const isRemoteSame = remote?.sha256 === base?.sha256
  if (local === undefined) return decideAbsent(path, remote, isRemoteSame ? base : undefined)
  if (remote === undefined) {
    if (base !== undefined && isLocalSame) return { type: 'remove', path }
    return { type: 'create', path }
  }
  if (isLocalSame) return { type: 'pull', path, remote }
  if (isRemoteSame && base !== undefined) return { type: 'push', path, base }
  return { type: 'merge', path, remote, base }
}

/** Gone from the directory: deleted there, unless the store has something newer. */
function decideAbsent(
  path: string,
  remote: Remote | undefined,
  unchanged: Baseline | undefined,
): Action | undefined {
  if (unchanged !== undefined) return { type: 'delete', path, base: unchanged }
  return remote === undefined ? undefined : { type: 'pull', path, remote }
}

/** A text that disappeared here and appeared there has moved: its memory keeps its id. */
function withRenames(actions: readonly Action[], local: ReadonlyMap<string, Local>): Action[] {
  const created = new Map<string, Action & { readonly type: 'create' }>()
  for (const action of actions) {
    const sha256 = local.get(action.path)?.sha256
    if (action.type === 'create' && sha256 !== undefined) created.set(sha256, action)
  }
  const taken = new Set<Action>()
  const renames: Action[] = []
  for (const action of actions) {
    if (action.type !== 'delete') continue
    const target = created.get(action.base.sha256)
    if (target === undefined || taken.has(target)) continue
    taken.add(action)
    taken.add(target)
    renames.push({ type: 'rename', from: action.path, path: target.path, base: action.base })
  }
  return [...renames, ...actions.filter((action) => !taken.has(action))]
}

/** Deletes of one pass: a part of the store at most, so that a mishap can be noticed. */
export function deletesMax(files: number): number {
  return Math.max(8, Math.min(50, Math.floor(files / 4)))
}
