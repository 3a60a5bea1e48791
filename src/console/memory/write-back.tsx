import { createMemory } from '../api/memories.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import type { LiveStore } from '../store/live-store.ts'
import { dropDraft } from './drafts.ts'

interface WriteBackProps {
  readonly live: LiveStore
  readonly path: string
  readonly content: string
  /** Of the draft that is no longer needed then. */
  readonly slot: string
  readonly against: string | undefined
}

/** Brings a deleted memory back, as it was or as somebody was writing it. */
export function WriteBack({ live, path, content, slot, against }: WriteBackProps) {
  return (
    <p>
      <Action
        label="Write it back"
        icon="history"
        against={against}
        onClick={async () => {
          if (await writeBack(live, path, content)) dropDraft(slot)
        }}
      />
    </p>
  )
}

/** @returns whether it is back; when not, the reason was said */
export async function writeBack(live: LiveStore, path: string, content: string): Promise<boolean> {
  try {
    live.keep(await createMemory(live.storeId, path, content))
    say('It is back.')
    return true
  } catch (error) {
    sayFailure(error)
    return false
  }
}
