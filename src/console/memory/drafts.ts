import { effect, signal } from '@preact/signals'
import { farewell, signedOut } from '../session/credential.ts'
import { identity } from '../session/identity.ts'
import type { LiveStore } from '../store/live-store.ts'

/** Text that somebody began to write, and what it began from. */
export interface Draft {
  readonly text: string
  /** The content that was read, and its hash. */
  readonly base: string
  readonly expected: string
}

/** A draft, and where it was being written. */
interface Kept extends Draft {
  readonly storeId: string
  readonly path: string
}

/**
 * By the id of the memory, or by where it will be. Going to another page loses nothing; leaving the
 * console asks first.
 */
const drafts = signal<ReadonlyMap<string, Kept>>(new Map())

export const hasDrafts = () => drafts.value.size > 0

/** All that was being written in a store, with the slot of each. */
export const draftsIn = (storeId: string) =>
  [...drafts.value].filter(([, draft]) => draft.storeId === storeId)

/**
 * Where the draft of what is written at a path waits. One that was never saved, or whose memory is
 * gone, belongs to whatever comes to live there.
 * @param id the memory that lives at the path
 */
export function slotAt(live: LiveStore, path: string, id?: string): string {
  if (id !== undefined && drafts.value.has(id)) return id
  const lives = (slot: string) => live.rows.value.some((row) => row.id === slot)
  const isHere = ([slot, draft]: readonly [string, Kept]) => draft.path === path && !lives(slot)
  const [found] = live.isComplete.value ? (draftsIn(live.storeId).find(isHere) ?? []) : []
  return found ?? id ?? live.storeId + path
}

export const draftOf = (slot: string) => drafts.value.get(slot)

export function keepDraft(slot: string, draft: Kept): void {
  if (draft.text === draft.base) dropDraft(slot)
  else drafts.value = new Map(drafts.peek()).set(slot, draft)
}

export function dropDraft(slot: string): void {
  drafts.value = new Map([...drafts.peek()].filter(([known]) => known !== slot))
}

let workspaceId: string | undefined
// A key that was revoked takes no text along. Who signs out does, and no other workspace sees any.
effect(() => {
  const now = identity.value?.workspace_id ?? workspaceId
  if (now !== workspaceId || farewell.value === signedOut) drafts.value = new Map()
  workspaceId = now
})

window.addEventListener('beforeunload', (event) => {
  if (drafts.peek().size > 0) event.preventDefault()
})
