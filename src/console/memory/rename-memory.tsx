import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { inWords } from '../api/failure.ts'
import { updateMemory } from '../api/memories.ts'
import { storeLink } from '../frame/links.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import type { LiveStore } from '../store/live-store.ts'
import type { Row } from '../store/rows.ts'

interface RenameMemoryProps {
  readonly live: LiveStore
  readonly row: Row
  readonly onClose: () => void
}

/** Another path for the same memory; its history stays with it. */
export function RenameMemory({ live, row, onClose }: RenameMemoryProps) {
  const [, navigate] = useLocation()
  const [path, setPath] = useState(row.path)
  const [problem, setProblem] = useState<string>()
  const move = async (to: string) => {
    const moved = await updateMemory(live.storeId, row.id, { path: to, expected: row.sha256 })
    live.keep(moved)
    navigate(storeLink(live.storeId, { path: moved.path }), { replace: true })
    return moved
  }
  const rename = async () => {
    try {
      const moved = await move(path.normalize('NFC'))
      say(`It is at ${moved.path} now.`, {
        label: 'Undo',
        run: () => move(row.path).catch(sayFailure),
      })
      onClose()
    } catch (error) {
      setProblem(inWords(error))
    }
  }
  return (
    <Dialog title="Rename" onClose={onClose}>
      <Form onSubmit={rename}>
        <Field
          label="Path"
          value={path}
          onInput={setPath}
          problem={problem}
          code
          autoFocus
          selected={nameIn(row.path)}
          hint="Another directory in the path moves it there. Its history stays with it."
        />
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label="Rename" kind="main" submit />
        </div>
      </Form>
    </Dialog>
  )
}

/** The name without its ending: what people change most. */
function nameIn(path: string): readonly [number, number] {
  const start = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  return [start, dot > start ? dot : path.length]
}
