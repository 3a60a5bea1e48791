import { hash } from 'node:crypto'
import { contentBytesMax } from '../domain/memory/content.ts'
import { errno, Refusal } from './errno.ts'
import { identitiesOf, type Consumed, type Operation } from './operation.ts'
import { checkText, show, snapshot, textOf } from './text.ts'
import { pathOf, type Aside, type Base, type File } from './tree.ts'
import type { View } from './view.ts'

// From a written file to a version: when a writing handle closes, at fsync, when a name is taken
// over.

/** Hands an operation to the outbox; until it is settled, its memories are what this mount says. */
export function submit(view: View, operation: Operation): void {
  view.outbox.submit(operation)
  for (const identity of identitiesOf(operation)) identity.pending += 1
}

/**
 * Makes a version of a file's text, unless it says what the last one says.
 * @throws Refusal when the text cannot be one
 */
export function mint(view: View, file: File, consumed?: Consumed): void {
  if (file.isScratch) return
  checkText(file)
  const isNew = file.identity.memory === undefined && file.identity.pending === 0
  const isSame = !isNew && file.base?.sha256 === hash('sha256', textOf(file))
  if (isSame && consumed === undefined) {
    file.isDirty = false
    view.journal.unstaged(file)
    return
  }
  view.outbox.checkRoom(file.size)
  const { base, isAppended, identity } = file
  const content = snapshot(file)
  const path = placeOf(view, file)
  submit(view, { type: 'put', identity, path, content, base, isAppended, consumed })
  file.base = content
  file.isDirty = false
  file.isAppended = true
  file.isHeld = false
  for (const handle of view.handles.written(file)) handle.hasWritten = false
  view.journal.unstaged(file)
}

/** Where a file is, or where it was when somebody else's text took its place. */
export function placeOf(view: View, file: File): string {
  if (file.parent !== undefined) return pathOf(file)
  const visible = file.identity.file
  if (visible !== undefined) return pathOf(visible)
  const { memory } = file.identity
  const known = memory === undefined ? undefined : view.replica.get(memory)?.path
  return known ?? file.replacedAt ?? `/${file.name}`
}

/** Unlinked here: what is still written to it goes nowhere. */
export function isUnlinked(file: File): boolean {
  return file.parent === undefined && file.replacedAt === undefined
}

/** Whether the store would refuse one more memory, as far as this mount can see. */
export function checkCapacity(view: View): void {
  const max = view.options.limits.storeMemoriesMax
  if (view.tree.files < max) return
  throw new Refusal(errno.quota, `the store holds at most ${max} memories; delete some`)
}

/** Scratch given an ordinary name: from here on it is a memory like any other. */
export function checkBecomesMemory(file: File): void {
  if (file.size > contentBytesMax) {
    throw new Refusal(
      errno.fileTooLarge,
      `a memory holds at most ${contentBytesMax} bytes of text; this is ${file.size}`,
    )
  }
  checkText({ ...file, isScratch: false })
}

/**
 * Takes back what was written since the last version, because it cannot be one: a memory must not
 * keep half of a failed write. A file that never was a memory disappears.
 */
export function revert(view: View, file: File): void {
  view.journal.unstaged(file)
  view.holds.cancel(file)
  file.isDirty = false
  file.isHeld = false
  file.failure = undefined
  for (const handle of view.handles.written(file)) handle.hasWritten = false
  const { parent, name, base } = file
  if (parent === undefined) return
  const isCommitted = file.identity.memory !== undefined || file.identity.pending > 0
  if (!isCommitted || base === undefined) {
    view.tree.detach(file)
    view.notify({ directory: parent, name, isListed: true, node: undefined })
    return
  }
  swap(view, file, base)
}

/**
 * Puts a new file in a file's place, so that the kernel reads it anew while whoever has the old one
 * open keeps what he opened.
 */
export function swap(view: View, file: File, base: Base): File {
  const { parent, name } = file
  const now = view.tree.newFile({ ...file.shown, ctimeMs: view.clock() })
  now.isScratch = file.isScratch
  show(now, base)
  view.tree.replace(file, now)
  view.tree.claim(now, file.identity)
  view.journal.shown(now)
  if (parent !== undefined) view.notify({ directory: parent, name, isListed: false, node: now })
  return now
}

/** What a held file becomes when its time is over. */
export function endHold(view: View, file: File): void {
  const aside = view.holds.takeBack(file)
  if (file.parent === undefined) return
  const to = pathOf(file)
  try {
    if (aside !== undefined) endAside(view, file, aside)
    if (view.handles.written(file).length > 0 || !file.isHeld) return
    if (file.identity.memory === undefined) checkCapacity(view)
    mint(view, file)
    file.isHeld = false
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    view.problems.add(to, `${error.message}; the file is taken back`, error.errno)
    revert(view, file)
  }
}

/** No new file came: it was a plain rename, perhaps over an older backup. */
function endAside(view: View, file: File, { from, over }: Aside): void {
  const to = pathOf(file)
  const { identity } = file
  if (over !== undefined) {
    view.tree.claim(file, over.identity)
    file.base = over.base
    mint(view, file, { identity, path: from })
  } else if (from !== to) {
    submit(view, { type: 'rename', identity, from, to })
  }
}

/**
 * Ends a file's being set aside because it goes on to somewhere else; an older backup it replaced
 * is gone then.
 * @returns where the store has it
 */
export function leaveAside(view: View, file: File): string | undefined {
  const path = pathOf(file)
  const aside = view.holds.takeBack(file)
  if (aside?.over !== undefined) {
    const { identity, base } = aside.over
    submit(view, { type: 'delete', identity, path, sha256: base?.sha256 })
  }
  return aside?.from
}
