import { VisibleText } from '../parts/visible-text.tsx'
import { numberLines, pairLines, type Hunk, type NumberedLine } from './sides.ts'

interface DiffViewProps {
  readonly hunks: readonly Hunk[]
  /** Both texts beside each other; else one under the other. */
  readonly isWide: boolean
}

const words = { keep: 'unchanged', add: 'added', remove: 'removed' } as const
const marks = { keep: ' ', add: '+', remove: '−' } as const

/** Changed lines with a few around them. */
export function DiffView({ hunks, isWide }: DiffViewProps) {
  return (
    <div class="diff leaf" tabIndex={0} role="region" aria-label="Changed lines">
      {hunks.map((hunk) => (
        <table key={hunk.old_start} class={isWide ? 'hunk wide' : 'hunk'}>
          <caption class="unseen">
            From line {hunk.old_start}, {hunk.lines.length} lines
          </caption>
          <tbody>{isWide ? <WideRows hunk={hunk} /> : <Rows hunk={hunk} />}</tbody>
        </table>
      ))}
    </div>
  )
}

function Rows({ hunk }: { readonly hunk: Hunk }) {
  return (
    <>
      {numberLines(hunk).map((numbered, index) => (
        <tr key={index} class={numbered.line.op}>
          <td class="line-number">{numbered.old}</td>
          <td class="line-number">{numbered.new}</td>
          <Text of={numbered} />
        </tr>
      ))}
    </>
  )
}

function WideRows({ hunk }: { readonly hunk: Hunk }) {
  return (
    <>
      {pairLines(numberLines(hunk)).map(({ left, right }, index) => (
        <tr key={index}>
          <td class="line-number">{left?.old}</td>
          <Text of={left} />
          <td class="line-number">{right?.new}</td>
          <Text of={right} />
        </tr>
      ))}
    </>
  )
}

function Text({ of }: { readonly of: NumberedLine | undefined }) {
  if (of === undefined) return <td class="line-text" />
  const { op, text, no_newline: endsHere } = of.line
  return (
    <td class={`line-text ${op}`} dir="auto">
      <span class="line-mark" aria-hidden="true">
        {marks[op]}
      </span>
      {op !== 'keep' && <span class="unseen">{words[op]}: </span>}
      <VisibleText text={text} />
      {endsHere && op !== 'keep' && <span class="soft small"> (no line break at the end)</span>}
    </td>
  )
}
