import { useQueryClient } from '@tanstack/preact-query'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { WireMemory } from '../../wire/memory.ts'
import { isGone, isOutrun } from '../api/failure.ts'
import { getMemory, updateMemory } from '../api/memories.ts'
import { useCommands } from '../frame/commands.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Note } from '../parts/notes.tsx'
import type { LiveStore } from '../store/live-store.ts'
import type { Row } from '../store/rows.ts'
import { contentBytesMax } from '../store/uploads.ts'
import { dropDraft, draftOf, keepDraft, type Draft } from './drafts.ts'
import type { Editor } from './editor.ts'
import { EditorPlace } from './editor-place.tsx'
import { MergeDialog } from './merge-dialog.tsx'

interface WritingProps {
  readonly live: LiveStore
  readonly memory: WireMemory
  readonly row: Row
  readonly onDone: () => void
}

/** The editor of a memory. It saves only over what was read; else both texts are brought together. */
export function Writing({ live, memory, row, onDone }: WritingProps) {
  const client = useQueryClient()
  const editor = useRef<Editor>()
  const [start] = useState<Draft>(() => draftOf(memory.id) ?? fresh(memory))
  const base = useRef(start)
  const [bytes, setBytes] = useState(() => sizeOf(start.text))
  const [isChanged, setChanged] = useState(start.text !== start.base)
  const [busy, setBusy] = useState(false)
  const [theirs, setTheirs] = useState<WireMemory>()
  const text = () => editor.current?.text() ?? base.current.text
  const changed = () => {
    const now = text()
    keepDraft(memory.id, { ...base.current, text: now })
    setBytes(sizeOf(now))
    setChanged(now !== base.current.base)
  }
  const save = async (content = text(), expected = base.current.expected) => {
    if (busy) return
    setBusy(true)
    try {
      const saved = await updateMemory(live.storeId, memory.id, { content, expected })
      client.setQueryData(['memory', live.storeId, saved.id, saved.memory_version_id], saved)
      dropDraft(memory.id)
      live.keep(saved)
      say('Saved.')
      onDone()
    } catch (error) {
      if (isOutrun(error)) await compare()
      else if (isGone(error)) sayFailure(new Error('Somebody deleted this memory; your text is kept.'))
      else sayFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const compare = async () => {
    try {
      setTheirs(await getMemory(live.storeId, memory.id))
    } catch (error) {
      sayFailure(error)
    }
  }
  const leave = () => {
    if (isChanged) say('Your text is kept as a draft.', { label: 'Discard it', run: discard })
    onDone()
  }
  const discard = () => dropDraft(memory.id)
  const against = reasonAgainstSaving(isChanged, bytes)
  useCommands([{ name: 'Save', key: 'mod+s', against, run: () => save() }])
  const take = (merged: string, latest: WireMemory) => {
    base.current = { ...fresh(latest), text: merged }
    setTheirs(undefined)
    editor.current?.replace(merged)
    changed()
    editor.current?.focus()
  }
  return (
    <div class="writing">
      <Outrun isOutrun={row.sha256 !== base.current.expected} onCompare={compare} />
      {start.text !== start.base && (
        <Note kind="info" icon="history">
          This is your draft from before.
        </Note>
      )}
      <EditorPlace
        text={start.text}
        path={memory.path}
        handle={editor}
        onChange={changed}
        onSave={() => against === undefined && void save()}
        onLeave={leave}
      />
      <div class="writing-foot">
        <span class={`soft small number ${bytes > contentBytesMax ? 'problem' : ''}`} role="status">
          {bytes.toLocaleString('en')} of {contentBytesMax.toLocaleString('en')} bytes
        </span>
        <span class="bar-space" />
        <Action label="Cancel" onClick={leave} />
        <Action
          label="Save"
          kind="main"
          busy={busy}
          against={against}
          shortcut="Control+S"
          onClick={() => save()}
        />
      </div>
      {theirs !== undefined && (
        <MergeDialog
          base={base.current.base}
          mine={text()}
          theirs={theirs}
          onClose={() => setTheirs(undefined)}
          onSave={(merged) => {
            take(merged, theirs)
            void save(merged, theirs.content_sha256)
          }}
          onEdit={(merged) => take(merged, theirs)}
        />
      )}
    </div>
  )
}

function fresh(memory: WireMemory): Draft {
  const content = memory.content ?? ''
  return { text: content, base: content, expected: memory.content_sha256 }
}

const encoder = new TextEncoder()
const sizeOf = (text: string) => encoder.encode(text).length

function reasonAgainstSaving(isChanged: boolean, bytes: number): string | undefined {
  if (!isChanged) return 'Nothing has changed.'
  return bytes > contentBytesMax ? 'A memory has at most 102,400 bytes.' : undefined
}

interface OutrunProps {
  readonly isOutrun: boolean
  readonly onCompare: () => unknown
}

/** Said as soon as it is known, not only when saving fails. */
function Outrun({ isOutrun, onCompare }: OutrunProps) {
  const button = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isOutrun) button.current?.scrollIntoView({ block: 'nearest' })
  }, [isOutrun])
  if (!isOutrun) return null
  return (
    <div ref={button}>
      <Note kind="warn" icon="alert">
        Somebody saved another version while you write.{' '}
        <Action label="Bring both together" onClick={onCompare} />
      </Note>
    </div>
  )
}
