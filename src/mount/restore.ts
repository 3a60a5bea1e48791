import type { Committed, Replica } from './replica.ts'
import { submit } from './mint.ts'
import type { KnownNode, Recovered } from './recovery.ts'
import type { Recorder } from './recorder.ts'
import { show, snapshot } from './text.ts'
import { isBusy, rootId, type Base, type Directory, type File, type Node } from './tree.ts'
import { present, type View } from './view.ts'

// What a journal tells, brought back: for a kernel that still holds numbers of files (a killed
// worker's successor), or for the store alone (the first mount after everything was killed).

/**
 * The kernel was promised these: it is not known how often it was told, so they are never dropped.
 */
const lookupsUnknown = Number.POSITIVE_INFINITY

/**
 * Makes every file that the kernel knows answer under its number again. The replica is filled, the
 * tree is empty.
 */
export function restoreTree(view: View, recovered: Recovered): void {
  const { tree } = view
  const children = new Map<number, KnownNode[]>()
  for (const known of recovered.nodes.values()) {
    if (known.type === 'loose') restoreLoose(view, recovered, known)
    else children.set(known.parent, [...(children.get(known.parent) ?? []), known])
  }
  tree.skipIds(recovered.nextNode)
  const attach = (directory: Directory): void => {
    for (const known of (children.get(directory.id) ?? []).sort((a, b) => a.cookie - b.cookie)) {
      if (known.id === rootId || directory.children.has(known.name)) continue
      const node = restoreNode(view, recovered, known)
      tree.attachAt(node, directory, known)
      if (node.type === 'directory') attach(node)
      else if (node.isHeld) view.holds.start(node)
    }
  }
  attach(tree.root)
}

function restoreNode(view: View, recovered: Recovered, known: KnownNode): Node {
  if (known.type === 'directory') {
    const directory = view.tree.newDirectory(present(view, 'directory'), known.id)
    directory.isKept = known.isKept
    restoreShown(directory, known)
    directory.lookups = lookupsUnknown
    return directory
  }
  const file = restoreFile(view, recovered, known)
  if (known.aside !== undefined) {
    const { from, over, sha256 } = known.aside
    const base = sha256 === undefined ? undefined : recovered.texts.get(sha256)
    const identity = over === undefined ? undefined : recovered.identity(over)
    view.holds.setAside(file, { from, over: identity && { identity, base } })
  }
  return file
}

function restoreFile(view: View, recovered: Recovered, known: KnownNode): File {
  const { identity, text, isHeld, isScratch } = known
  const file = view.tree.newFile(present(view, 'file'), known.id)
  file.lookups = lookupsUnknown
  file.isHeld = isHeld
  file.isScratch = isScratch
  if (identity !== undefined) {
    file.identity = recovered.identity(identity)
    const { memory } = file.identity
    if (memory !== undefined) view.tree.identify(file.identity, memory)
  }
  const base = baseOf(view.replica, recovered, { file, known })
  if (base !== undefined) show(file, base)
  restoreShown(file, known, base)
  if (text !== undefined) {
    file.data = Buffer.from(text)
    file.size = text.length
    file.isOwned = true
    file.isDirty = !isScratch
    file.isAppended = false
  }
  return file
}

/** As it was set, or as old as the memory is. */
function restoreShown(
  { shown }: Node,
  known: KnownNode,
  base?: Base & Partial<Pick<Committed, 'updatedAtMs'>>,
): void {
  const at = base?.updatedAtMs
  if (at !== undefined) Object.assign(shown, { mtimeMs: at, ctimeMs: at })
  if (known.shown !== undefined) Object.assign(shown, known.shown, { isSet: true })
}

/** The text the file had: still the store's, or kept in the journal. */
function baseOf(
  replica: Replica,
  { texts }: Recovered,
  { file, known }: { readonly file: File; readonly known: KnownNode },
): Base | undefined {
  const { memory } = file.identity
  const truth: Committed | undefined = memory && replica.get(memory)
  if (truth !== undefined && (truth.sha256 === known.sha256 || known.sha256 === undefined)) {
    return truth
  }
  const kept = known.sha256 === undefined ? undefined : texts.get(known.sha256)
  if (kept !== undefined || truth === undefined) return kept
  // It changed meanwhile and the old text is nowhere: the difference makes the tree show the new
  // one.
  return { sha256: known.sha256 ?? '', bytes: truth.bytes }
}

/** Unlinked or replaced, but perhaps still open. */
function restoreLoose(view: View, recovered: Recovered, known: KnownNode): void {
  const file = restoreFile(view, recovered, known)
  file.replacedAt = known.replacedAt
  file.isDirty = false
  // It had a place once, so the next worker hears of it too.
  file.cookie = 1
}

/** Operations that the server did not confirm, in their order. */
export function restoreOperations(view: View, recovered: Recovered): void {
  for (const operation of recovered.operations) submit(view, operation)
}

/**
 * Texts that were closed, but had not become operations when everything ended. Only for a mount
 * whose kernel state is gone; what was never closed is not replayed.
 */
export function replayStaged(view: View, recovered: Recovered): void {
  for (const known of recovered.nodes.values()) {
    if (known.type === 'directory' || known.isScratch) continue
    const identity = recovered.identity(known.identity ?? 0)
    if (known.aside !== undefined && identity.memory !== undefined) {
      const to = pathOf(recovered, known)
      submit(view, { type: 'rename', identity, from: known.aside.from, to })
    }
    if (!known.isStaged || known.text === undefined) continue
    const file = view.tree.newFile(present(view, 'file'))
    file.data = Buffer.from(known.text)
    file.size = known.text.length
    const content = snapshot(file)
    const base = known.sha256 === undefined ? undefined : recovered.texts.get(known.sha256)
    const path = known.replacedAt ?? pathOf(recovered, known)
    const rest = { isAppended: false, consumed: undefined }
    submit(view, { type: 'put', identity, path, content, base, ...rest })
  }
}

function pathOf({ nodes }: Recovered, known: KnownNode): string {
  let path = `/${known.name}`
  for (let id = known.parent; id > rootId;) {
    const parent = nodes.get(id)
    if (parent === undefined) break
    path = `/${parent.name}${path}`
    id = parent.parent
  }
  return path
}

/** Writes the state down anew: what a next worker will read. */
export function recordAll(
  view: View,
  recorder: Recorder,
  { applied, submitAll }: { readonly applied: number; readonly submitAll: () => void },
): void {
  recorder.rewrite(() => {
    recorder.next(view.tree.nextId)
    recorder.server(view.options)
    for (const memory of view.replica.memories) recorder.committed(memory)
    recorder.applied(applied)
    recordBelow(view.tree.root, recorder)
    for (const node of view.tree.nodes) {
      if (node.parent === undefined && node.id !== rootId && node.cookie > 0)
        recorder.detached(node)
    }
    submitAll()
  })
}

function recordBelow(directory: Directory, recorder: Recorder): void {
  for (const node of directory.children.values()) {
    recorder.attached(node)
    recorder.shown(node)
    if (node.type === 'directory') recordBelow(node, recorder)
    else recordFile(node, recorder)
  }
}

function recordFile(file: File, recorder: Recorder): void {
  recorder.aside(file)
  if (file.isDirty || file.isScratch) {
    recorder.dirty(file)
    if (file.writers === 0) recorder.staged(file)
  } else if (isBusy(file)) recorder.text(file)
}
