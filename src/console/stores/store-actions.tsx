import { useState } from 'preact/hooks'
import type { WireStore } from '../../wire/memory-store.ts'
import { archiveStore } from '../api/stores.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { reasonAgainst } from '../session/identity.ts'
import { DeleteStore } from './delete-store.tsx'
import { StoreDialog } from './store-dialog.tsx'
import { useKeepStore } from './store-queries.ts'

interface StoreActionsProps {
  readonly store: WireStore
  readonly onDeleted: () => void
}

export const storeIsLoading = 'The store is being loaded.'

/** Why nothing in a store can be written; undefined when it can. */
export function reasonAgainstWriting(store: WireStore | undefined): string | undefined {
  const against = reasonAgainst('write')
  if (against !== undefined || store?.archived_at === null) return against
  if (store === undefined) return storeIsLoading
  return 'The store is archived: it can be read, nothing in it changes.'
}

export function StoreActions({ store, onDeleted }: StoreActionsProps) {
  const [open, setOpen] = useState<'edit' | 'archive' | 'delete'>()
  const close = () => setOpen(undefined)
  const against = reasonAgainstWriting(store)
  return (
    <div class="actions">
      <Action
        label={`Rename or describe ${store.name}`}
        icon="edit"
        iconOnly
        kind="quiet"
        against={against}
        onClick={() => setOpen('edit')}
      />
      <Action
        label={`Archive ${store.name}`}
        icon="archive"
        iconOnly
        kind="quiet"
        against={store.archived_at === null ? reasonAgainst('write') : 'It is archived already.'}
        onClick={() => setOpen('archive')}
      />
      <Action
        label={`Delete ${store.name}`}
        icon="trash"
        iconOnly
        kind="quiet"
        against={reasonAgainst('admin')}
        onClick={() => setOpen('delete')}
      />
      {open === 'edit' && <StoreDialog store={store} onClose={close} />}
      {open === 'archive' && <ArchiveStore store={store} onClose={close} />}
      {open === 'delete' && <DeleteStore store={store} onClose={close} onDeleted={onDeleted} />}
    </div>
  )
}

interface ArchiveProps {
  readonly store: WireStore
  readonly onClose: () => void
}

function ArchiveStore({ store, onClose }: ArchiveProps) {
  const keep = useKeepStore()
  const archive = async () => {
    try {
      keep(await archiveStore(store.id))
      say(`${store.name} is archived.`)
      onClose()
    } catch (error) {
      sayFailure(error)
    }
  }
  return (
    <Dialog title="Archive this store?" onClose={onClose}>
      <p>
        <strong>
          <Foreign text={store.name} />
        </strong>{' '}
        stays readable with all its history. Nothing in it can be written any more, and there is no
        way back.
      </p>
      <div class="dialog-foot">
        <Action label="Keep it as it is" onClick={onClose} />
        <Action label="Archive" kind="danger" onClick={archive} />
      </div>
    </Dialog>
  )
}
