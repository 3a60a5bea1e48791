import { effect, signal } from '@preact/signals'
import { secret } from '../session/credential.ts'

/** Text that somebody began to write, and what it began from. */
export interface Draft {
  readonly text: string
  /** The content that was read, and its hash. */
  readonly base: string
  readonly expected: string
}

/**
 * By the id of the memory, or by where it will be. Going to another page loses nothing; leaving the
 * console asks first.
 */
const drafts = signal<ReadonlyMap<string, Draft>>(new Map())

/** Where the draft of a memory waits that was never saved. */
export const slotOfNew = (storeId: string, path: string) => storeId + path

export const draftOf = (slot: string) => drafts.value.get(slot)

export function keepDraft(slot: string, draft: Draft): void {
  if (draft.text === draft.base) dropDraft(slot)
  else drafts.value = new Map(drafts.peek()).set(slot, draft)
}

export function dropDraft(slot: string): void {
  drafts.value = new Map([...drafts.peek()].filter(([known]) => known !== slot))
}

effect(() => {
  if (secret.value === undefined) drafts.value = new Map()
})

window.addEventListener('beforeunload', (event) => {
  if (drafts.peek().size > 0) event.preventDefault()
})
