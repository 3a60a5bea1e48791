import { useEffect } from 'preact/hooks'
import { Link } from 'wouter-preact'
import type { WireMemory } from '../../wire/memory.ts'
import { storeLink } from '../frame/links.ts'
import { Field } from '../parts/field.tsx'
import { Note } from '../parts/notes.tsx'

interface RewriteProps {
  readonly memory: WireMemory
  /** What must not be in it any more. */
  readonly text: string
  readonly content: string | undefined
  readonly onChange: (content: string) => void
}

/** What a memory says now is written anew first: the words are taken out here. */
export function Rewrite({ memory, text, content, onChange }: RewriteProps) {
  const now = memory.content ?? ''
  useEffect(() => {
    if (text !== '') onChange(now.replaceAll(text, '[erased]'))
  }, [text, now])
  // A field of a form would turn these line ends into others.
  if (/[\r\0]/.test(now) && text === '') {
    return (
      <Note kind="warn" icon="alert">
        The memory says this now. Name the words that must go, or{' '}
        <Link href={storeLink(memory.memory_store_id, { path: memory.path, mode: 'edit' })}>
          write it without them first
        </Link>{' '}
        and erase this version then.
      </Note>
    )
  }
  if (/[\r\0]/.test(now)) {
    return (
      <Note kind="warn" icon="alert">
        The memory says this now. It is saved with “[erased]” in the place of these words.
      </Note>
    )
  }
  return (
    <Field
      label="The memory says this now: what shall it say instead?"
      value={content ?? now}
      onInput={onChange}
      hint="It is saved like this first, as a version of its own, and then the old ones are erased."
      lines={5}
      code
    />
  )
}
