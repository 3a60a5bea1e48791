import { hash } from 'node:crypto'
import { contentBytesMax } from '../domain/memory/content.ts'
import type { Operation, Put } from './operation.ts'
import { mergeInto, type Commit } from './resolve.ts'
import type { Base } from './tree.ts'

/**
 * Somebody else's edit came into a text while more of our edits of it waited: each of them is made
 * again on what the text is now, so that they need not all be found to be old one by one.
 * @param waiting what was submitted after `done`, in order
 * @returns the same, with the edits of that text as they are now
 */
export function rebase(
  done: Operation,
  commits: readonly Commit[],
  waiting: readonly Operation[],
): readonly Operation[] {
  if (done.type !== 'put') return waiting
  const commit = commits.find(({ identity }) => identity === done.identity)
  if (commit?.text === undefined || commit.memory.sha256 === done.content.sha256) return waiting
  const rebased: Operation[] = []
  let ours: Base = done.content
  let theirs: Base | undefined = { sha256: commit.memory.sha256, bytes: commit.text }
  for (const operation of waiting) {
    const next: Put | undefined = theirs && again(operation, done, { ours, theirs })
    if (operation.type === 'put' && operation.identity === done.identity) {
      ours = operation.content
      theirs = next?.content
    }
    rebased.push(next ?? operation)
  }
  return rebased
}

interface Bases {
  readonly ours: Base
  readonly theirs: Base
}

/** The edit on the new text; undefined for another operation, or where it cannot be merged. */
function again(operation: Operation, done: Put, { ours, theirs }: Bases): Put | undefined {
  if (operation.type !== 'put' || operation.identity !== done.identity) return undefined
  if (operation.base?.sha256 !== ours.sha256) return undefined
  const text = mergeInto(operation, theirs.bytes.toString())
  if (text === undefined || Buffer.byteLength(text) > contentBytesMax) return undefined
  const bytes = Buffer.from(text)
  return { ...operation, base: theirs, content: { bytes, sha256: hash('sha256', bytes) } }
}
