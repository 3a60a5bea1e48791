import type { Refusal } from './errno.ts'
import { identitiesOf, type Operation } from './operation.ts'
import { reconcile, retryBlocked } from './reconcile.ts'
import type { Commit, Outcome } from './resolve.ts'
import type { File, Identity } from './tree.ts'
import type { View } from './view.ts'

// The server has decided about an operation: the replica learns of it, and the tree follows where
// nothing newer is under way.

export function settle(view: View, operation: Operation, outcome: Outcome): void {
  const identities = identitiesOf(operation)
  for (const identity of identities) identity.pending -= 1
  for (const commit of outcome.commits) learn(view, commit)
  for (const { identity, seq } of outcome.deleted) {
    if (identity.memory !== undefined) view.replica.remove(identity.memory, seq)
  }
  for (const { memory } of outcome.commits) reconcile(view, memory.id)
  for (const identity of identities) reconcileIdentity(view, identity)
  retryBlocked(view)
}

function learn(view: View, { identity, memory, text, seq }: Commit): void {
  if (identity !== undefined) identify(view, identity, memory.id)
  const bytes = text ?? knownText(view, memory)
  if (bytes === undefined) return
  const { id, path, sha256, updatedAt } = memory
  view.replica.put({ id, path, sha256, bytes, seq, updatedAtMs: updatedAt })
}

/** The text of a memory's current version, where the mount has it. */
export function knownText(view: View, { id, sha256 }: Commit['memory']): Buffer | undefined {
  const known = view.replica.get(id)
  if (known?.sha256 === sha256) return known.bytes
  const base = view.tree.identityOf(id)?.file?.base
  return base?.sha256 === sha256 ? base.bytes : undefined
}

function identify(view: View, identity: Identity, memory: Commit['memory']['id']): void {
  if (identity.memory === memory) return
  const other = view.tree.identityOf(memory)?.file
  // The same memory under another path: it has moved here.
  if (other !== undefined && other !== identity.file) takeOut(view, other)
  view.tree.identify(identity, memory)
}

/** The store said no for good: the file shows again what the store has. */
export function settleRefused(view: View, operation: Operation, refusal: Refusal): void {
  const identities = identitiesOf(operation)
  for (const identity of identities) identity.pending -= 1
  noteRefusal(view, operation, refusal)
  for (const identity of identities) reconcileIdentity(view, identity)
  retryBlocked(view)
}

function noteRefusal(view: View, operation: Operation, refusal: Refusal): void {
  if (operation.type !== 'put') {
    const path = 'path' in operation ? operation.path : 'from' in operation ? operation.from : '/'
    view.problems.add(path, refusal.message, refusal.errno)
    return
  }
  const place = view.keepRefused(operation.path, operation.content.bytes)
  const kept = place === undefined ? '' : `; the text is kept at ${place}`
  view.problems.add(operation.path, refusal.message + kept, refusal.errno)
}

function reconcileIdentity(view: View, identity: Identity): void {
  const { memory, file, pending } = identity
  if (memory !== undefined) return reconcile(view, memory)
  // It never became a memory: nothing is in the store for the file to show.
  if (file !== undefined && pending === 0 && !file.isDirty && !file.isHeld) takeOut(view, file)
}

function takeOut(view: View, file: File): void {
  const { parent, name } = file
  view.tree.detach(file)
  if (parent === undefined) return
  view.notify({ directory: parent, name, isListed: true, node: undefined })
}
