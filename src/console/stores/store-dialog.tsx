import { useState } from 'preact/hooks'
import type { WireStore } from '../../wire/memory-store.ts'
import { inWords } from '../api/failure.ts'
import { createStore, updateStore, type StoreFields } from '../api/stores.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { FailureNote } from '../parts/notes.tsx'
import { MetadataFields, pairsOf, patchOf } from './metadata-fields.tsx'
import { useKeepStore } from './store-queries.ts'

interface StoreDialogProps {
  /** The store to change; a new one is made without it. */
  readonly store?: WireStore
  readonly onClose: () => void
  readonly onDone?: (store: WireStore) => void
}

/** Name, description and metadata of a store. */
export function StoreDialog({ store, onClose, onDone }: StoreDialogProps) {
  const keep = useKeepStore()
  const [name, setName] = useState(store?.name ?? '')
  const [description, setDescription] = useState(store?.description ?? '')
  const [pairs, setPairs] = useState(pairsOf(store?.metadata ?? {}))
  const [error, setError] = useState<unknown>()
  const save = async () => {
    const metadata = patchOf(pairs, store?.metadata ?? {})
    try {
      const saved = await write(store, { name, description, metadata })
      keep(saved)
      say(store === undefined ? `${saved.name} is ready.` : `${saved.name} is saved.`)
      onClose()
      onDone?.(saved)
    } catch (error) {
      setError(error)
    }
  }
  return (
    <Dialog title={store === undefined ? 'New store' : 'Rename or describe'} onClose={onClose}>
      <Form onSubmit={save}>
        <Field
          label="Name"
          value={name}
          onInput={setName}
          required
          autoFocus
          problem={problemOf(error, 'name')}
        />
        <Field
          label="Description"
          value={description}
          onInput={setDescription}
          lines={3}
          problem={problemOf(error, 'description')}
          hint="Agents read it to know what the store is for."
        />
        <MetadataFields pairs={pairs} onChange={setPairs} />
        {error !== undefined && problemOf(error, 'name', 'description') === undefined && (
          <FailureNote error={error} />
        )}
        <div class="dialog-foot">
          <Action label="Cancel" onClick={onClose} />
          <Action label={store === undefined ? 'Create' : 'Save'} kind="main" submit />
        </div>
      </Form>
    </Dialog>
  )
}

/** What the server says of one of the fields; its messages begin with the field's name. */
function problemOf(error: unknown, ...fields: readonly string[]): string | undefined {
  if (error === undefined) return undefined
  const text = inWords(error)
  return fields.some((field) => text.toLowerCase().startsWith(`${field}:`)) ? text : undefined
}

function write(store: WireStore | undefined, fields: StoreFields): Promise<WireStore> {
  return store === undefined ? createStore(fields) : updateStore(store.id, fields)
}
