import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import type { WireStore } from '../../wire/memory-store.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink, type StorePlace } from '../frame/links.ts'
import { usePlace } from '../frame/place.ts'
import { MemoryPane } from '../memory/memory-pane.tsx'
import { focusSearch } from '../parts/search-field.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { DirectoryPane } from './directory-pane.tsx'
import { DropZone } from './drop-zone.tsx'
import type { LiveStore } from './live-store.ts'
import { MemoryIndex } from './memory-index.tsx'
import { NewMemory } from './new-memory.tsx'
import { directoryOf } from './rows.ts'
import { UploadDialog } from './upload-dialog.tsx'
import type { Upload } from './uploads.ts'

interface MemoriesProps {
  readonly store: WireStore | undefined
  readonly live: LiveStore
}

/** The index beside what was chosen in it; on a narrow screen one after the other. */
export function Memories({ store, live }: MemoriesProps) {
  const place = usePlace()
  const [, navigate] = useLocation()
  const [isWriting, setWriting] = useState(false)
  const [uploads, setUploads] = useState<readonly Upload[]>()
  const { row, id } = useChosen(live, place)
  const against = reasonAgainstWriting(store)
  const go = (path: string) =>
    navigate(storeLink(live.storeId, path.endsWith('/') ? { within: path } : { path }))
  const within = place.within ?? (place.path === undefined ? '/' : directoryOf(place.path))
  useCommands([
    { name: 'Filter by path', key: '/', run: () => focusSearch('paths') },
    { name: 'New memory', key: 'n', against, run: () => setWriting(true) },
  ])
  const hasChosen = place.path !== undefined || place.within !== undefined
  return (
    <DropZone against={against} within={within} onDrop={setUploads}>
      <div class={hasChosen ? 'memories has-chosen' : 'memories'}>
        <MemoryIndex
          live={live}
          chosen={row?.path ?? place.path ?? place.within}
          against={against}
          onChoose={(path) => {
            // Where only one of both fits, a directory opens in the tree and nowhere else.
            if (!path.endsWith('/') || !isNarrow()) go(path)
          }}
          onNew={() => setWriting(true)}
        />
        <section class="pane" aria-label="What was chosen">
          {place.path !== undefined ? (
            <MemoryPane
              key={place.mode === 'new' ? `new ${place.path}` : (id ?? place.path)}
              live={live}
              path={place.path}
              row={row}
              place={place}
              against={against}
            />
          ) : (
            <DirectoryPane
              live={live}
              store={store}
              within={within}
              against={against}
              onUpload={setUploads}
              onNew={() => setWriting(true)}
            />
          )}
        </section>
      </div>
      {isWriting && <NewMemory live={live} within={within} onClose={() => setWriting(false)} />}
      {uploads !== undefined && (
        <UploadDialog live={live} uploads={uploads} onClose={() => setUploads(undefined)} />
      )}
    </DropZone>
  )
}

const isNarrow = () => matchMedia('(max-width: 52rem)').matches

/**
 * The memory at a path. When it is renamed while somebody looks, the address follows; when it is
 * deleted, its id stays, so that what it said can still be shown.
 */
function useChosen(live: LiveStore, { path, mode }: StorePlace) {
  const [, navigate] = useLocation()
  const known = useRef<{ readonly path: string; readonly id: string }>()
  const rows = live.rows.value
  const before = known.current?.path === path ? known.current?.id : undefined
  const row = useMemo(() => {
    const same = mode === 'new' ? undefined : rows.find(({ id }) => id === before)
    return same ?? rows.find((row) => row.path === path)
  }, [rows, path, mode, before])
  const moved = row?.path === path ? undefined : row?.path
  if (row !== undefined && moved === undefined) known.current = { path: row.path, id: row.id }
  useEffect(() => {
    if (moved === undefined) return
    navigate(storeLink(live.storeId, { path: moved, mode }), { replace: true })
  }, [moved])
  return { row, id: row?.id ?? before }
}
