import { useQueryClient } from '@tanstack/preact-query'
import { useRef, useState, type MutableRef } from 'preact/hooks'
import type { WireMemory } from '../../wire/memory.ts'
import { Failure, isGone, isOutrun } from '../api/failure.ts'
import { createMemory, getMemory, updateMemory } from '../api/memories.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { useOneRun } from '../parts/one-run.ts'
import type { LiveStore } from '../store/live-store.ts'
import type { Row } from '../store/rows.ts'
import { contentBytesMax } from '../store/uploads.ts'
import { draftOf, dropDraft, keepDraft, slotAt, type Draft } from './drafts.ts'
import type { Editor } from './editor.ts'

/** Somebody writing a memory: from what they began, what they have, what came in between. */
export interface EditSession {
  readonly editor: MutableRef<Editor | undefined>
  /** What the editor opened with: the memory, or a draft from before. */
  readonly start: Draft
  /** What the present text is an edit of. */
  readonly base: MutableRef<Draft>
  readonly bytes: number
  readonly busy: boolean
  /** Why it cannot be saved now. */
  readonly against: string | undefined
  /** The version that was faster, while both are brought together. */
  readonly theirs: WireMemory | undefined
  text(): string
  changed(): void
  save(): Promise<void>
  compare(): Promise<void>
  /** Goes back to the editor without a decision. */
  decideLater(): void
  /** Goes on with a merged text, as an edit of theirs. */
  take(merged: string): void
  leave(): void
}

interface Subject {
  readonly live: LiveStore
  readonly path: string
  /** Undefined before it was saved for the first time. */
  readonly memory: WireMemory | undefined
  /** What lives at the path now: of a new memory, what somebody else was faster with. */
  readonly row: Row | undefined
  /** Why nothing can be saved here. */
  readonly against: string | undefined
  readonly onDone: () => void
}

export function useEditSession(subject: Subject): EditSession {
  const { live, path, memory, row, onDone } = subject
  const client = useQueryClient()
  const editor = useRef<Editor>()
  // What began as a new memory goes on as that when somebody else is first at its path.
  const [slot] = useState(() => slotAt(live, path, memory?.id))
  const [start] = useState<Draft>(() => draftOf(slot) ?? fresh(memory))
  const base = useRef(start)
  const [bytes, setBytes] = useState(() => sizeOf(start.text))
  const [isChanged, setChanged] = useState(start.text !== start.base)
  const [busy, run] = useOneRun()
  const [theirs, setTheirs] = useState<WireMemory>()
  /** Somebody else's, met at the path before the feed told of it. */
  const met = useRef<string>()
  const idNow = () => memory?.id ?? row?.id ?? met.current
  const text = () => editor.current?.text() ?? base.current.text
  const changed = () => {
    const now = text()
    keepDraft(slot, { ...base.current, storeId: live.storeId, path, text: now })
    setBytes(sizeOf(now))
    setChanged(now !== base.current.base)
  }
  const compare = async () => {
    const id = idNow()
    if (id !== undefined) await getMemory(live.storeId, id).then(setTheirs, sayFailure)
  }
  const finish = (saved: WireMemory) => {
    client.setQueryData(['memory', live.storeId, saved.id, saved.memory_version_id], saved)
    dropDraft(slot)
    live.keep(saved)
    say('Saved.')
    onDone()
  }
  const write = async () => {
    const { expected } = base.current
    const content = text()
    const id = idNow()
    try {
      const saved =
        id === undefined
          ? await createMemory(live.storeId, path, content)
          : await updateMemory(live.storeId, id, { content, expected })
      finish({ ...saved, content })
    } catch (error) {
      met.current =
        error instanceof Failure && error.conflictingPath === path ? error.conflictingId : undefined
      if (isOutrun(error) || met.current !== undefined) await compare()
      else sayFailure(isGone(error) ? new Error(deletedMeanwhile) : error)
    }
  }
  const save = () => run(write)
  const take = (merged: string) => {
    if (theirs !== undefined) base.current = { ...fresh(theirs), text: merged }
    setTheirs(undefined)
    editor.current?.replace(merged)
    changed()
    editor.current?.focus()
  }
  const leave = () => {
    const discard = () => dropDraft(slot)
    if (isChanged) say('Your text is kept as a draft.', { label: 'Discard it', run: discard })
    onDone()
  }
  const against = subject.against ?? reasonAgainstSaving(isChanged || memory === undefined, bytes)
  const decideLater = () => setTheirs(undefined)
  const doing = { text, changed, save, compare, decideLater, take, leave }
  return { editor, start, base, bytes, busy, against, theirs, ...doing }
}

const deletedMeanwhile = 'Somebody deleted this memory; your text is kept here.'

const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

function fresh(memory: WireMemory | undefined): Draft {
  const content = memory?.content ?? ''
  return { text: content, base: content, expected: memory?.content_sha256 ?? hashOfNothing }
}

const encoder = new TextEncoder()
const sizeOf = (text: string) => encoder.encode(text).length

function reasonAgainstSaving(isChanged: boolean, bytes: number): string | undefined {
  if (!isChanged) return 'Nothing has changed.'
  return bytes > contentBytesMax ? 'A memory has at most 102,400 bytes.' : undefined
}
