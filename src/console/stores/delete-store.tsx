import { useState } from 'preact/hooks'
import type { WireStore } from '../../wire/memory-store.ts'
import { deleteStore } from '../api/stores.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { countOf } from '../parts/figures.tsx'
import { Form } from '../parts/form.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { useForgetStore, useUsage } from './store-queries.ts'

interface DeleteStoreProps {
  readonly store: WireStore
  readonly onClose: () => void
  readonly onDeleted: () => void
}

/** Deletion is for good, so it wants the name typed. */
export function DeleteStore({ store, onClose, onDeleted }: DeleteStoreProps) {
  const { data: usage } = useUsage(store.id)
  const forget = useForgetStore()
  const [typed, setTyped] = useState('')
  const isSure = typed.trim() === store.name.trim()
  const remove = async () => {
    if (!isSure) return
    try {
      await deleteStore(store.id)
      say(`${store.name} is deleted.`)
      onClose()
      forget(store.id)
      onDeleted()
    } catch (error) {
      sayFailure(error)
    }
  }
  return (
    <Dialog title="Delete this store for good?" onClose={onClose}>
      <Form onSubmit={remove}>
        <p>
          <strong>
            <Foreign text={store.name} />
          </strong>{' '}
          goes with{' '}
          {usage === undefined ? 'all memories' : countOf(usage.memories, 'memory', 'memories')} and
          their whole history. Nobody can bring it back.
        </p>
        <Field
          label={`Type its name to confirm: ${store.name}`}
          value={typed}
          onInput={setTyped}
          autoFocus
        />
        <div class="dialog-foot">
          <Action label="Keep it" onClick={onClose} />
          <Action
            label="Delete for good"
            kind="danger"
            submit
            against={isSure ? undefined : 'Type the name of the store first.'}
          />
        </div>
      </Form>
    </Dialog>
  )
}
