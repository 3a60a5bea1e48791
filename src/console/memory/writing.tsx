import type { WireMemory } from '../../wire/memory.ts'
import { useCommands } from '../frame/commands.ts'
import { Action } from '../parts/action.tsx'
import { formatCount } from '../parts/figures.tsx'
import { Note } from '../parts/notes.tsx'
import type { LiveStore } from '../store/live-store.ts'
import type { Row } from '../store/rows.ts'
import { contentBytesMax } from '../store/uploads.ts'
import { useEditSession } from './edit-session.ts'
import { EditorPlace } from './editor-place.tsx'
import { MergeDialog } from './merge-dialog.tsx'

interface WritingProps {
  readonly live: LiveStore
  readonly path: string
  /** Undefined before it was saved for the first time. */
  readonly memory?: WireMemory | undefined
  /** What lives at the path now. */
  readonly row: Row | undefined
  /** Why nothing can be saved here. */
  readonly against: string | undefined
  readonly onDone: () => void
}

/** The editor of a memory. It saves only over what was read; else both texts come together. */
export function Writing(props: WritingProps) {
  const { live, path, memory, row, onDone } = props
  const edit = useEditSession({ live, path, memory, row, against: props.against, onDone })
  const { start, base, against, busy, bytes, theirs } = edit
  const save = () => edit.save()
  useCommands([{ name: 'Save', key: 'mod+s', against, run: save }])
  return (
    <div class="writing">
      {row !== undefined && row.sha256 !== base.current.expected && !busy && (
        <Note kind="warn" icon="alert">
          {memory === undefined
            ? 'Somebody made a memory here while you write.'
            : 'Somebody saved another version while you write.'}{' '}
          <Action label="Bring both together" onClick={() => edit.compare()} />
        </Note>
      )}
      {start.text !== start.base && (
        <Note kind="info" icon="history">
          This is your draft from before.
        </Note>
      )}
      <EditorPlace
        text={start.text}
        path={path}
        handle={edit.editor}
        onChange={() => edit.changed()}
        onSave={() => against === undefined && void save()}
        onLeave={() => edit.leave()}
      />
      <div class="writing-foot">
        <span class={bytes > contentBytesMax ? 'problem number' : 'soft small number'}>
          {formatCount(bytes)} of {formatCount(contentBytesMax)} bytes
        </span>
        <span class="bar-space" />
        <Action label="Cancel" onClick={() => edit.leave()} />
        <Action
          label="Save"
          kind="main"
          busy={busy}
          against={against}
          shortcut="Control+S"
          onClick={save}
        />
      </div>
      {theirs !== undefined && (
        <MergeDialog
          base={base.current.base}
          mine={edit.text()}
          theirs={theirs}
          onClose={() => edit.decideLater()}
          onSave={(merged) => {
            edit.take(merged)
            void save()
          }}
          onEdit={(merged) => edit.take(merged)}
        />
      )}
    </div>
  )
}
