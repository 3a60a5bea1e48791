import type { MutableRef } from 'preact/hooks'
import { useEffect, useRef, useState } from 'preact/hooks'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { nameOf } from '../store/rows.ts'
import type { Editor } from './editor.ts'

interface EditorPlaceProps {
  /** What it begins with; later values are not read. */
  readonly text: string
  readonly path: string
  readonly handle: MutableRef<Editor | undefined>
  readonly onChange: () => void
  readonly onSave: () => void
  readonly onLeave: () => void
}

/** Where the editor comes to stand once its code is loaded. */
export function EditorPlace(props: EditorPlaceProps) {
  const host = useRef<HTMLDivElement>(null)
  const [isReady, setReady] = useState(false)
  const [error, setError] = useState<unknown>()
  // The editor lives longer than one rendering: it calls what is current.
  const current = useRef(props)
  current.current = props
  useEffect(() => {
    let isOver = false
    const start = async () => {
      const { createEditor } = await import('./editor.ts')
      if (isOver || host.current === null) return
      props.handle.current = createEditor(host.current, {
        text: props.text,
        label: `Text of ${nameOf(props.path)}`,
        isMarkdown: /\.(md|markdown)$|\/[^.]*$/i.test(props.path),
        onChange: () => current.current.onChange(),
        onSave: () => current.current.onSave(),
        onLeave: () => current.current.onLeave(),
      })
      props.handle.current.focus()
      setReady(true)
    }
    start().catch(setError)
    return () => {
      isOver = true
      props.handle.current?.destroy()
      props.handle.current = undefined
    }
  }, [])
  return (
    <>
      {error !== undefined && <FailureNote error={error} />}
      <div class="editor leaf" ref={host} data-ready={isReady ? '' : undefined} />
      {!isReady && error === undefined && <Waiting lines={1} label="Opening the editor" />}
    </>
  )
}
