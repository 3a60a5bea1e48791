import { useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import type { WireStore } from '../../wire/memory-store.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Action } from '../parts/action.tsx'
import { countOf } from '../parts/figures.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { SearchField } from '../parts/search-field.tsx'
import { reasonAgainst } from '../session/identity.ts'
import { StoreDialog } from './store-dialog.tsx'
import { useStores } from './store-queries.ts'
import { StoreRow } from './store-row.tsx'

/** All stores of the workspace. */
export function StoresPage() {
  useTitle('Stores')
  const [, navigate] = useLocation()
  const { data, error, refetch } = useStores()
  const [text, setText] = useState('')
  const [showsArchived, setShowsArchived] = useState(false)
  const [isCreating, setCreating] = useState(false)
  const against = reasonAgainst('write')
  useCommands([{ name: 'New store', key: 'n', against, run: () => setCreating(true) }])
  const archived = data?.filter(isArchived).length ?? 0
  return (
    <div class="column">
      <header class="page-head">
        <h1>Stores</h1>
        <Action
          label="New store"
          icon="plus"
          kind="main"
          against={against}
          onClick={() => setCreating(true)}
        />
      </header>
      <div class="tools">
        <SearchField label="Filter stores" value={text} onInput={setText} />
        {archived > 0 && (
          <label class="check">
            <input
              type="checkbox"
              checked={showsArchived}
              onChange={(event) => setShowsArchived(event.currentTarget.checked)}
            />
            Show {countOf(archived, 'archived store')}
          </label>
        )}
      </div>
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && <Waiting lines={8} label="Loading the stores" />}
      {data !== undefined && (
        <StoreList
          stores={data.filter((store) => showsArchived || !isArchived(store))}
          text={text}
          isEmpty={data.length === 0}
        />
      )}
      {isCreating && (
        <StoreDialog
          onClose={() => setCreating(false)}
          onDone={(store) => navigate(storeLink(store.id))}
        />
      )}
    </div>
  )
}

function isArchived(store: WireStore): boolean {
  return store.archived_at !== null
}

interface ListProps {
  readonly stores: readonly WireStore[]
  readonly text: string
  readonly isEmpty: boolean
}

/** Rows that are rendered; the next ones come when somebody asks. */
const step = 100

function StoreList({ stores, text, isEmpty }: ListProps) {
  const [shown, setShown] = useState(step)
  const found = stores.filter((store) => matches(store, text))
  if (isEmpty) {
    return (
      <Empty icon="store" title="There is no store yet">
        <p>A store holds what agents remember: text documents at paths.</p>
      </Empty>
    )
  }
  if (found.length === 0) {
    return (
      <Empty icon="search" title={text === '' ? 'Every store is archived' : 'No store matches'} />
    )
  }
  return (
    <>
      <p class="soft small" role="status">
        {countOf(found.length, 'store')}
      </p>
      <ul class="stores">
        {found.slice(0, shown).map((store) => (
          <StoreRow key={store.id} store={store} />
        ))}
      </ul>
      {found.length > shown && (
        <Action label="Show more" onClick={() => setShown((before) => before + step)} />
      )}
    </>
  )
}

/** By name, description, id, and what metadata says. */
function matches(store: WireStore, text: string): boolean {
  const metadata = Object.entries(store.metadata).flatMap(([key, value]) => [key, value])
  const all = [store.name, store.description, store.id, ...metadata].join('\n').toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
