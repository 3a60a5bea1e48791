import { effect } from '@preact/signals'
import { secret } from '../session/credential.ts'

/** Text that somebody began to write, and what it began from. */
export interface Draft {
  readonly text: string
  /** The content that was read, and its hash. */
  readonly base: string
  readonly expected: string
}

/** By memory. Going to another page loses nothing; leaving the console asks first. */
const drafts = new Map<string, Draft>()

export const draftOf = (memoryId: string) => drafts.get(memoryId)

export function keepDraft(memoryId: string, draft: Draft): void {
  if (draft.text === draft.base) drafts.delete(memoryId)
  else drafts.set(memoryId, draft)
}

export function dropDraft(memoryId: string): void {
  drafts.delete(memoryId)
}

effect(() => {
  if (secret.value === undefined) drafts.clear()
})

window.addEventListener('beforeunload', (event) => {
  if (drafts.size > 0) event.preventDefault()
})
