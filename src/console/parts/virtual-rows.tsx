import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'

interface VirtualRowsProps {
  readonly count: number
  /** The row that has to be in view; -1 for none. */
  readonly current: number
  readonly renderRow: (index: number) => ComponentChildren
  /** Of the element that scrolls. */
  readonly attributes: JSX.HTMLAttributes<HTMLDivElement>
}

/** Only the rows that can be seen are rendered, all as high as `--row`. */
export function VirtualRows({ count, current, renderRow, attributes }: VirtualRowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const height = useRef(36)
  const [, redraw] = useReducer((before: number) => before + 1, 0)
  const options: VirtualizerOptions<HTMLDivElement, HTMLDivElement> = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height.current,
    overscan: 12,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    initialRect: { width: 400, height: 1_000 },
    onChange: () => redraw(0),
  }
  const [virtualizer] = useState(() => new Virtualizer(options))
  virtualizer.setOptions(options)
  useLayoutEffect(() => {
    if (scroller.current !== null) height.current = rowHeight(scroller.current)
    virtualizer.measure()
    return virtualizer._didMount()
  }, [])
  useLayoutEffect(() => virtualizer._willUpdate())
  useEffect(() => {
    if (current >= 0) virtualizer.scrollToIndex(current, { align: 'auto' })
  }, [current])
  return (
    <div {...attributes} ref={scroller} class="rows">
      <div role="presentation" style={{ blockSize: `${virtualizer.getTotalSize()}px` }}>
        {virtualizer.getVirtualItems().map(({ index, start, key }) => (
          <div
            key={key}
            role="presentation"
            class="row-place"
            style={{ transform: `translateY(${start}px)` }}
          >
            {renderRow(index)}
          </div>
        ))}
      </div>
    </div>
  )
}

/** `--row` in pixels: it follows the size of text that the reader chose. */
function rowHeight(element: HTMLElement): number {
  const row = getComputedStyle(element).getPropertyValue('--row')
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Math.round(Number.parseFloat(row) * rem) || 36
}
