import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { say } from '../frame/toasts.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { readDropped, type Upload } from './uploads.ts'

interface DropZoneProps {
  readonly against: string | undefined
  /** Where files land; ends with "/". */
  readonly within: string
  readonly onDrop: (uploads: readonly Upload[]) => void
  readonly children: ComponentChildren
}

/** Files and directories that are dropped anywhere on the store are taken up. */
export function DropZone({ against, within, onDrop, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false)
  // Every element below tells of entering and leaving.
  const depth = useRef(0)
  const enter = (by: number) => (event: DragEvent) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  const drop = async (event: DragEvent) => {
    if (!hasFiles(event) || event.dataTransfer === null) return
    event.preventDefault()
    depth.current = 0
    setOver(false)
    if (against !== undefined) return say(against)
    onDrop(await readDropped(event.dataTransfer, within))
  }
  return (
    <div
      class="drop-zone"
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={enter(0)}
      onDrop={(event) => void drop(event)}
    >
      {children}
      {isOver && (
        <div class="drop-sign" aria-hidden="true">
          <p>{against ?? <>Drop to write them below {<Foreign text={within} />}</>}</p>
        </div>
      )}
    </div>
  )
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}
