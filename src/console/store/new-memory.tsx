import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import type { LiveStore } from './live-store.ts'
import { meantPath, problemOf } from './new-path.ts'

interface NewMemoryProps {
  readonly live: LiveStore
  /** The directory to begin with; ends with "/". */
  readonly within: string
  readonly onClose: () => void
}

/** Asks where; nothing is there before the first text is saved. */
export function NewMemory({ live, within, onClose }: NewMemoryProps) {
  const [, navigate] = useLocation()
  const [typed, setTyped] = useState(within)
  const [problem, setProblem] = useState<string>()
  const begin = () => {
    const path = meantPath(typed, within)
    const found = problemOf(path, live.rows.value)
    if (found !== undefined) return setProblem(found)
    onClose()
    navigate(storeLink(live.storeId, { path, mode: 'new' }))
  }
  return (
    <Dialog title="New memory" onClose={onClose}>
      <Form onSubmit={begin}>
        <Field
          label="Path"
          value={typed}
          onInput={setTyped}
          problem={problem}
          code
          autoFocus
          hint="Directories come by themselves, like /customers/4711/profile.md. Nothing is there before you save."
        />
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label="Write" kind="main" submit />
        </div>
      </Form>
    </Dialog>
  )
}
