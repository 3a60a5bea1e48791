import { useId } from 'preact/hooks'
import type { WireMomentReport } from '../../wire/moment.ts'
import { Action } from '../parts/action.tsx'
import { formatCount, formatTime } from '../parts/figures.tsx'
import { useTold } from '../parts/settled.ts'

interface SliderProps {
  readonly moment: WireMomentReport
  readonly onMove: (seq: number) => void
}

/** How long somebody holds still before the store is shown as of there. */
const settleMs = 150

/** From the oldest readable change to the newest, one step a change. */
export function Slider({ moment, onMove }: SliderProps) {
  const id = useId()
  const { seq, at, head_seq: head, history_from: first } = moment
  const [value, setValue] = useTold({ known: seq, tell: onMove, milliseconds: settleMs })
  const step = (by: number) => setValue(Math.max(first, Math.min(head, value + by)))
  return (
    <div class={value < head ? 'slider leaf past' : 'slider leaf'}>
      <label for={id} class="slider-label">
        <strong>
          {value >= head
            ? 'This is the present'
            : at === null
              ? 'Before the first change'
              : formatTime(at)}
        </strong>
        <span
          class="soft small number"
          title="Every write in this store is one change; they are numbered from the first."
        >
          {value < head && 'The past: '}as it was after change {formatCount(value)} of{' '}
          {formatCount(head)}
        </span>
      </label>
      <Action label="One change back" icon="back" iconOnly kind="quiet" onClick={() => step(-1)} />
      <input
        id={id}
        type="range"
        min={Math.min(first, head)}
        max={head}
        value={value}
        aria-valuetext={`change ${value}, ${at === null ? 'the beginning' : formatTime(at)}`}
        onInput={(event) => setValue(Number(event.currentTarget.value))}
      />
      <Action label="One change on" icon="open" iconOnly kind="quiet" onClick={() => step(1)} />
      <Action
        label="Now"
        against={value >= head ? 'This is the present.' : undefined}
        onClick={() => setValue(head)}
      />
    </div>
  )
}
