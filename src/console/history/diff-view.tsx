import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Action } from '../parts/action.tsx'
import { formatCount } from '../parts/figures.tsx'
import { visible } from '../parts/visible-text.tsx'
import { firstLines, numberLines, pairLines, type Hunk, type NumberedLine } from './sides.ts'

interface DiffViewProps {
  readonly hunks: readonly Hunk[]
  /** Both texts beside each other; else one under the other. */
  readonly isWide: boolean
  /** What can be done about one of several places. */
  readonly actionOf?: ((hunk: Hunk) => ComponentChildren) | undefined
}

const words = { keep: 'unchanged', add: 'added', remove: 'removed' } as const
const marks = { keep: ' ', add: '+', remove: '−' } as const

/** Rows that a browser lays out without being noticed. */
const linesMax = 2_000

/** Changed lines with a few around them. */
export function DiffView({ hunks, isWide, actionOf }: DiffViewProps) {
  const [max, setMax] = useState(linesMax)
  const shown = firstLines(hunks, max)
  return (
    <>
      <div class="diff leaf" tabIndex={0} role="region" aria-label="Changed lines">
        {shown.pieces.map((hunk, index) => (
          <div key={`${hunk.old_start} ${hunk.new_start}`} class="hunk-place">
            <table class={isWide ? 'hunk wide' : 'hunk'}>
              <caption class="unseen">
                From line {hunk.new_start}, {hunk.lines.length} lines
              </caption>
              <tbody>{isWide ? <WideRows hunk={hunk} /> : <Rows hunk={hunk} />}</tbody>
            </table>
            {hunks.length > 1 && actionOf?.(hunks[index] ?? hunk)}
          </div>
        ))}
      </div>
      {shown.left > 0 && (
        <p>
          <Action
            label={`Show more: ${formatCount(shown.left)} lines are left`}
            onClick={() => setMax(max + 5 * linesMax)}
          />
        </p>
      )}
    </>
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
    <td class={`line-text ${op}`}>
      <span class="line-mark" aria-hidden="true">
        {marks[op]}
      </span>
      {op !== 'keep' && <span class="unseen">{words[op]}: </span>}
      <bdi>{visible(text)}</bdi>
      {endsHere && op !== 'keep' && <span class="soft small"> (no line break at the end)</span>}
    </td>
  )
}
