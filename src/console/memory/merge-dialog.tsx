import { useMemo, useState } from 'preact/hooks'
import type { WireMemory } from '../../wire/memory.ts'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Ago, countOf } from '../parts/figures.tsx'
import { VisibleText } from '../parts/visible-text.tsx'
import { mergedText, mergeTexts, type Choice, type Conflict, type Region } from './merge.ts'

interface MergeDialogProps {
  /** What the writer began from. */
  readonly base: string
  readonly mine: string
  readonly theirs: WireMemory
  readonly onClose: () => void
  readonly onSave: (merged: string) => void
  readonly onEdit: (merged: string) => void
}

/** Somebody else was faster: both edits in one text, and a choice where they meet. */
export function MergeDialog({ base, mine, theirs, onClose, onSave, onEdit }: MergeDialogProps) {
  const regions = useMemo(
    () => mergeTexts(base, mine, theirs.content ?? ''),
    [base, mine, theirs.content],
  )
  const [choices, setChoices] = useState<ReadonlyMap<number, Choice>>(new Map())
  const conflicts = regions.filter(({ type }) => type === 'conflict').length
  const left = conflicts - choices.size
  const merged = mergedText(regions, choices)
  const against =
    merged === undefined ? `Choose in ${countOf(left, 'more place', 'more places')}.` : undefined
  return (
    <Dialog title="Bring both texts together" onClose={onClose} wide>
      <p>
        Another version was saved <Ago time={theirs.updated_at} />.{' '}
        {conflicts === 0
          ? 'Both edits fit together: below is the text with both in it.'
          : `Both of you changed ${countOf(conflicts, 'place')} differently: choose what stays.`}
      </p>
      <div class="merge" tabIndex={0} role="region" aria-label="The merged text">
        {regions.map((region, index) =>
          region.type === 'conflict' ? (
            <ConflictPlace
              key={index}
              name={`place-${index}`}
              conflict={region}
              choice={choices.get(index)}
              onChoose={(choice) => setChoices(new Map(choices).set(index, choice))}
            />
          ) : (
            <Stretch key={index} region={region} />
          ),
        )}
      </div>
      <div class="dialog-foot">
        <Action label="Back to my text" onClick={onClose} />
        <Action
          label="Edit the result"
          against={against}
          onClick={() => merged !== undefined && onEdit(merged)}
        />
        <Action
          label="Save the result"
          kind="main"
          against={against}
          onClick={() => merged !== undefined && onSave(merged)}
        />
      </div>
    </Dialog>
  )
}

const shownLines = 3

/** What needs no choice; of long stretches that agree only the ends. */
function Stretch({ region }: { readonly region: Exclude<Region, Conflict> }) {
  const { type, text } = region
  const lines = text.split('\n')
  const hidden = type === 'same' ? lines.length - 2 * shownLines : 0
  if (hidden > 1) {
    return (
      <pre class="stretch same">
        <VisibleText text={lines.slice(0, shownLines).join('\n')} />
        <span class="stretch-gap">{countOf(hidden, 'line')} that agree</span>
        <VisibleText text={lines.slice(-shownLines).join('\n')} />
      </pre>
    )
  }
  return (
    <pre class={`stretch ${type}`}>
      {type !== 'same' && <span class="stretch-who">{type === 'mine' ? 'you' : 'they'}</span>}
      {text === '' ? <span class="soft">(taken out)</span> : <VisibleText text={text} />}
    </pre>
  )
}

interface ConflictPlaceProps {
  readonly name: string
  readonly conflict: Conflict
  readonly choice: Choice | undefined
  readonly onChoose: (choice: Choice) => void
}

const choiceNames = { theirs: 'Keep theirs', mine: 'Keep yours', both: 'Keep both' } as const

function ConflictPlace({ name, conflict, choice, onChoose }: ConflictPlaceProps) {
  return (
    <fieldset class={choice === undefined ? 'conflict' : 'conflict decided'}>
      <legend>You both changed this</legend>
      <p class="was soft small">
        It was{' '}
        {conflict.before === '' ? (
          'not there'
        ) : (
          <VisibleText text={`“${conflict.before.trimEnd()}”`} />
        )}
      </p>
      {(['theirs', 'mine', 'both'] as const).map((option) => (
        <label key={option} class={`option ${option} ${choice === option ? 'on' : ''}`}>
          <span class="check">
            <input
              type="radio"
              name={name}
              checked={choice === option}
              onChange={() => onChoose(option)}
            />
            {choiceNames[option]}
          </span>
          {option !== 'both' && (
            <pre>
              {conflict[option] === '' ? (
                <span class="soft">(taken out)</span>
              ) : (
                <VisibleText text={conflict[option]} />
              )}
            </pre>
          )}
        </label>
      ))}
    </fieldset>
  )
}
