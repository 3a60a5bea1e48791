import { findInvisible } from './invisible.ts'
import { formatCount } from './figures.tsx'

/** Text that other people or agents wrote, with every invisible character shown. */
export function VisibleText({ text }: { readonly text: string }) {
  const pieces = findInvisible(text)
  if (pieces.length === 1 && pieces[0]?.type === 'text') return <>{text}</>
  return (
    <>
      {pieces.map((piece, index) =>
        piece.type === 'text' ? (
          piece.text
        ) : (
          <span key={index} class="invisible" title={piece.says}>
            {piece.label}
            {piece.count > 1 && !piece.label.startsWith('tags') && ` × ${formatCount(piece.count)}`}
          </span>
        ),
      )}
    </>
  )
}

/** A name that somebody chose: kept apart from the text around it. */
export function Foreign({ text }: { readonly text: string }) {
  return (
    <bdi class="foreign">
      <VisibleText text={text} />
    </bdi>
  )
}
