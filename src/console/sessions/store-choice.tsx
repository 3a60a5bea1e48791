import type { WireStore } from '../../wire/memory-store.ts'
import { Note } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'

export type ChosenStores = ReadonlyMap<string, 'read_only' | 'read_write'>

interface StoreChoiceProps {
  readonly stores: readonly WireStore[]
  readonly chosen: ChosenStores
  readonly onChange: (chosen: ChosenStores) => void
}

/** A session takes this many. */
const storesMax = 8

/** Which stores stand before the agent, and whether it may write them. */
export function StoreChoice({ stores, chosen, onChange }: StoreChoiceProps) {
  const choose = (id: string, access: string) => {
    const next = new Map(chosen)
    if (access === 'none') next.delete(id)
    else next.set(id, access === 'read_only' ? 'read_only' : 'read_write')
    onChange(next)
  }
  return (
    <fieldset class="store-choice">
      <legend>Memory</legend>
      <p class="hint">At most {storesMax} stores; the agent sees each as a directory.</p>
      <ul>
        {stores.map(({ id, name }) => (
          <li key={id} class="store-choice-row">
            <label for={`choose-${id}`} class="cut">
              <Foreign text={name} />
            </label>
            <select
              id={`choose-${id}`}
              value={chosen.get(id) ?? 'none'}
              onChange={(event) => choose(id, event.currentTarget.value)}
            >
              <option value="none">Not attached</option>
              <option value="read_only" disabled={isFull(chosen, id)}>
                Reads only
              </option>
              <option value="read_write" disabled={isFull(chosen, id)}>
                Reads and writes
              </option>
            </select>
          </li>
        ))}
      </ul>
      {chosen.size === 0 && (
        <Note kind="info" icon="help">
          No store is attached: the agent begins without memory and keeps none.
        </Note>
      )}
    </fieldset>
  )
}

function isFull(chosen: ChosenStores, id: string): boolean {
  return chosen.size >= storesMax && !chosen.has(id)
}
