import { useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import type { WireWorkspace } from '../../wire/key.ts'
import { createWorkspace } from '../api/admin.ts'
import { readAnew } from '../api/anew.ts'
import { inWords } from '../api/failure.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'

/** A wall around stores and keys. */
export function NewWorkspace({ onDone }: { readonly onDone: (made: WireWorkspace) => void }) {
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string>()
  const create = async () => {
    try {
      const made = await createWorkspace(name)
      await readAnew(client, ['workspaces'])
      setOpen(false)
      setName('')
      say(`The workspace ${made.name} is there.`)
      onDone(made)
    } catch (error) {
      setProblem(inWords(error))
    }
  }
  return (
    <>
      <Action label="New workspace" icon="plus" kind="quiet" onClick={() => setOpen(true)} />
      {isOpen && (
        <Dialog title="New workspace" onClose={() => setOpen(false)}>
          <Form onSubmit={create}>
            <p>Stores, sessions and keys of one workspace do not exist for another.</p>
            <Field label="Name" value={name} onInput={setName} autoFocus problem={problem} />
            <div class="dialog-foot">
              <Action label="Cancel" onClick={() => setOpen(false)} />
              <Action label="Create" kind="main" submit />
            </div>
          </Form>
        </Dialog>
      )}
    </>
  )
}
