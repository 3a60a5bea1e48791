import type { ComponentChildren } from 'preact'
import { findInvisible } from './invisible.ts'
import { formatCount } from './figures.tsx'

/** Text that other people or agents wrote, with every invisible character shown. */
export function VisibleText({ text }: { readonly text: string }) {
  return <>{visible(text)}</>
}

/** The same without a component, where there are thousands. */
export function visible(text: string): ComponentChildren {
  const pieces = findInvisible(text)
  if (pieces.length === 1 && pieces[0]?.type === 'text') return text
  return pieces.map((piece) => {
    if (piece.type === 'text') return piece.text
    const times = piece.count > 1 && !piece.label.startsWith('tags')
    return (
      <span class="invisible" title={piece.says}>
        {piece.label}
        {times && ` × ${formatCount(piece.count)}`}
      </span>
    )
  })
}

/** A name that somebody chose: kept apart from the text around it. */
export function Foreign({ text }: { readonly text: string }) {
  return (
    <bdi class="foreign">
      <VisibleText text={text} />
    </bdi>
  )
}
