import { createMemory } from '../api/memories.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import type { LiveStore } from '../store/live-store.ts'

interface WriteBackProps {
  readonly live: LiveStore
  readonly path: string
  readonly content: string
  readonly against: string | undefined
}

/** Brings a deleted memory back as it was. */
export function WriteBack({ live, path, content, against }: WriteBackProps) {
  return (
    <p>
      <Action
        label="Write it back"
        icon="history"
        against={against}
        onClick={() => writeBack(live, path, content)}
      />
    </p>
  )
}

export async function writeBack(live: LiveStore, path: string, content: string): Promise<void> {
  try {
    live.keep(await createMemory(live.storeId, path, content))
    say('It is back.')
  } catch (error) {
    sayFailure(error)
  }
}
