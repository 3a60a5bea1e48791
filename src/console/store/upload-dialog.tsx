import { useState } from 'preact/hooks'
import { inWords } from '../api/failure.ts'
import { say } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { countOf, formatBytes } from '../parts/figures.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import type { LiveStore } from './live-store.ts'
import { writeUpload, type Upload } from './uploads.ts'

interface UploadDialogProps {
  readonly live: LiveStore
  readonly uploads: readonly Upload[]
  readonly onClose: () => void
}

const atOnce = 4

/** What will be written where, before anything is. */
export function UploadDialog({ live, uploads, onClose }: UploadDialogProps) {
  const [states, setStates] = useState<ReadonlyMap<string, string>>(new Map())
  const [busy, setBusy] = useState(false)
  const [replaces, setReplaces] = useState(true)
  const taken = new Map(live.rows.value.map((row) => [row.path, row]))
  const existing = uploads.filter(({ path, against }) => against === undefined && taken.has(path))
  const ready = uploads.filter(
    ({ path, against }) => against === undefined && (replaces || !taken.has(path)),
  )
  const tell = (path: string, state: string) =>
    setStates((before) => new Map(before).set(path, state))
  const write = async (upload: Upload) => {
    try {
      live.keep(await writeUpload(live.storeId, upload, taken.get(upload.path)))
      tell(upload.path, 'written')
    } catch (error) {
      tell(upload.path, inWords(error))
    }
  }
  const writeAll = async () => {
    setBusy(true)
    await inParallel(ready, write)
    setBusy(false)
  }
  const written = [...states.values()].filter((state) => state === 'written').length
  const isOver = states.size > 0 && !busy
  const close = () => {
    if (written > 0) say(`${countOf(written, 'memory', 'memories')} written.`)
    onClose()
  }
  return (
    <Dialog title={`Write ${countOf(uploads.length, 'file')}`} onClose={close} wide>
      <UploadList
        uploads={uploads}
        says={(upload) =>
          states.get(upload.path) ?? whatHappens(upload, taken.has(upload.path), replaces)
        }
      />
      {existing.length > 0 && (
        <label class="check">
          <input
            type="checkbox"
            checked={replaces}
            onChange={(event) => setReplaces(event.currentTarget.checked)}
          />
          Write over what is there ({countOf(existing.length, 'memory', 'memories')}); old versions
          stay in the history
        </label>
      )}
      <p class="soft small" role="status">
        {states.size > 0 && `${written} of ${ready.length} written`}
      </p>
      <div class="dialog-foot">
        <Action label={isOver ? 'Done' : 'Cancel'} onClick={close} />
        {!isOver && (
          <Action
            label={`Write ${countOf(ready.length, 'memory', 'memories')}`}
            kind="main"
            busy={busy}
            against={ready.length === 0 ? 'None of them can be written.' : undefined}
            onClick={writeAll}
          />
        )}
      </div>
    </Dialog>
  )
}

async function inParallel(uploads: readonly Upload[], write: (upload: Upload) => Promise<void>) {
  const queue = [...uploads]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await write(next)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

function whatHappens({ against }: Upload, exists: boolean, replaces: boolean): string {
  if (against !== undefined) return against
  if (!exists) return 'new'
  return replaces ? 'new version' : 'stays as it is'
}

interface UploadListProps {
  readonly uploads: readonly Upload[]
  readonly says: (upload: Upload) => string
}

function UploadList({ uploads, says }: UploadListProps) {
  return (
    <ul class="uploads" tabIndex={0} aria-label="Files">
      {uploads.map((upload) => (
        <UploadLine key={upload.path} upload={upload} says={says(upload)} />
      ))}
    </ul>
  )
}

function UploadLine({ upload, says }: { readonly upload: Upload; readonly says: string }) {
  return (
    <li class="upload">
      <span class="cut">
        <Foreign text={upload.path} />
      </span>
      <span class="soft number">{formatBytes(upload.sizeBytes)}</span>
      <span class={upload.against === undefined ? 'soft' : 'problem'}>{says}</span>
    </li>
  )
}
