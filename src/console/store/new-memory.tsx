import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { inWords } from '../api/failure.ts'
import { createMemory } from '../api/memories.ts'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import type { LiveStore } from './live-store.ts'

interface NewMemoryProps {
  readonly live: LiveStore
  /** The directory to begin with; ends with "/". */
  readonly within: string
  readonly onClose: () => void
}

/** An empty memory at a path, opened in the editor. */
export function NewMemory({ live, within, onClose }: NewMemoryProps) {
  const [, navigate] = useLocation()
  const [path, setPath] = useState(within)
  const [problem, setProblem] = useState<string>()
  const [busy, setBusy] = useState(false)
  const create = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    try {
      live.keep(await createMemory(live.storeId, path.normalize('NFC'), ''))
      onClose()
      navigate(storeLink(live.storeId, { path: path.normalize('NFC'), mode: 'edit' }))
    } catch (error) {
      setProblem(inWords(error))
      setBusy(false)
    }
  }
  return (
    <Dialog title="New memory" onClose={onClose}>
      <form onSubmit={(event) => void create(event)} noValidate>
        <Field
          label="Path"
          value={path}
          onInput={setPath}
          problem={problem}
          code
          autoFocus
          hint="Begins with “/”; directories come by themselves, like /customers/4711/profile.md."
        />
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label="Create and write" kind="main" submit busy={busy} />
        </div>
      </form>
    </Dialog>
  )
}
