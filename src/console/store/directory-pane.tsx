import { useRef, useState } from 'preact/hooks'
import { Link, useLocation } from 'wouter-preact'
import type { WireStore } from '../../wire/memory-store.ts'
import { useCommands } from '../frame/commands.ts'
import { storeLink } from '../frame/links.ts'
import { Action } from '../parts/action.tsx'
import { Ago, countOf, formatBytes } from '../parts/figures.tsx'
import { Icon } from '../parts/icon.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { StoreFill } from '../stores/store-row.tsx'
import { Crumbs } from './crumbs.tsx'
import type { LiveStore } from './live-store.ts'
import { MoveDirectory } from './move-directory.tsx'
import { orderRows } from './rows.ts'
import { readPicked, type Upload } from './uploads.ts'

interface DirectoryPaneProps {
  readonly live: LiveStore
  readonly store: WireStore | undefined
  /** Ends with "/"; "/" is the whole store. */
  readonly within: string
  readonly against: string | undefined
  readonly onUpload: (uploads: readonly Upload[]) => void
  readonly onNew: () => void
}

const recentMax = 12

/** A directory, or the whole store: how much is in it and what changed last. */
export function DirectoryPane(props: DirectoryPaneProps) {
  const { live, store, within, against, onUpload, onNew } = props
  const [, navigate] = useLocation()
  const [isMoving, setMoving] = useState(false)
  const rows = live.rows.value.filter(({ path }) => path.startsWith(within))
  const bytes = rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const isTop = within === '/'
  const history = storeLink(live.storeId, isTop ? {} : { within }, 'history')
  useCommands([{ name: 'History of what is here', key: 'h', run: () => navigate(history) }])
  return (
    <div class="pane-body">
      <header class="pane-head">
        <Crumbs storeId={live.storeId} path={within} />
        <div class="actions">
          <Action label="New memory" icon="plus" against={against} onClick={onNew} />
          <PickFiles within={within} against={against} onUpload={onUpload} />
          <Action label="History" icon="history" shortcut="h" onClick={() => navigate(history)} />
          {!isTop && <Action label="Rename" against={against} onClick={() => setMoving(true)} />}
        </div>
      </header>
      {isTop && store !== undefined && (
        <div class="store-about">
          <p class="about-text">
            {store.description === '' ? (
              <span class="soft">No description.</span>
            ) : (
              <Foreign text={store.description} />
            )}
          </p>
          <StoreFill
            id={store.id}
            held={live.isComplete.value ? { memories: rows.length, bytes } : undefined}
          />
        </div>
      )}
      {!isTop && (
        <p class="soft" role="status">
          {countOf(rows.length, 'memory', 'memories')}, {formatBytes(bytes)}
        </p>
      )}
      {rows.length > 0 && <h2 class="section">Changed last</h2>}
      <ul class="recent">
        {orderRows(rows, 'changed')
          .slice(0, recentMax)
          .map((row) => (
            <li key={row.id}>
              <Icon name="file" />
              <Link class="cut" href={storeLink(live.storeId, { path: row.path })}>
                <Foreign text={row.path} />
              </Link>
              <span class="soft small">
                <Ago time={row.updatedAt} />
              </span>
            </li>
          ))}
      </ul>
      {rows.length === 0 && against === undefined && (
        <p class="soft">Write the first memory, or drop files and directories here.</p>
      )}
      {isMoving && (
        <MoveDirectory
          live={live}
          from={within}
          onClose={() => setMoving(false)}
          onMoved={(to) => navigate(storeLink(live.storeId, { within: to }), { replace: true })}
        />
      )}
    </div>
  )
}

interface PickFilesProps {
  readonly within: string
  readonly against: string | undefined
  readonly onUpload: (uploads: readonly Upload[]) => void
}

function PickFiles({ within, against, onUpload }: PickFilesProps) {
  const input = useRef<HTMLInputElement>(null)
  const take = async (files: FileList | null) => {
    if (files !== null && files.length > 0) onUpload(await readPicked(files, within))
    if (input.current !== null) input.current.value = ''
  }
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => void take(event.currentTarget.files)}
      />
      <Action
        label="Upload"
        icon="upload"
        against={against}
        onClick={() => input.current?.click()}
      />
    </>
  )
}
