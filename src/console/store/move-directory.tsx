import { useState } from 'preact/hooks'
import { inWords } from '../api/failure.ts'
import { moveDirectory } from '../api/memories.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { countOf } from '../parts/figures.tsx'
import type { LiveStore } from './live-store.ts'
import { directoryOf } from './rows.ts'

interface MoveDirectoryProps {
  readonly live: LiveStore
  /** Ends with "/". */
  readonly from: string
  readonly onClose: () => void
  readonly onMoved: (to: string) => void
}

/** Moves or renames a directory with everything in it, in one step that can be taken back. */
export function MoveDirectory({ live, from, onClose, onMoved }: MoveDirectoryProps) {
  const [to, setTo] = useState(from)
  const [problem, setProblem] = useState<string>()
  const move = async () => {
    const target = to.normalize('NFC').replace(/\/?$/, '/')
    try {
      const moved = await moveAndKeep(live, from, target)
      const back = () => moveAndKeep(live, target, from).then(() => onMoved(from), sayFailure)
      say(`${countOf(moved, 'memory', 'memories')} at ${target} now.`, { label: 'Undo', run: back })
      onClose()
      onMoved(target)
    } catch (error) {
      setProblem(inWords(error))
    }
  }
  return (
    <Dialog title="Rename this directory" onClose={onClose}>
      <Form onSubmit={move}>
        <Field
          label="Path"
          value={to}
          onInput={setTo}
          problem={problem}
          code
          autoFocus
          selected={[directoryOf(from.slice(0, -1)).length, from.length - 1]}
          hint="Everything in it goes along, in one step."
        />
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label="Rename" kind="main" submit />
        </div>
      </Form>
    </Dialog>
  )
}

async function moveAndKeep(live: LiveStore, from: string, to: string): Promise<number> {
  const memories = await moveDirectory(live.storeId, from, to)
  for (const memory of memories) live.keep(memory)
  return memories.length
}
