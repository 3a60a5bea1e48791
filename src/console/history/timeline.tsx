import { useMemo } from 'preact/hooks'
import type { WireLogEntry } from '../../wire/logged.ts'
import { doorWords } from '../memory/memory-facts.tsx'
import { Ago } from '../parts/figures.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { ActorName } from '../session/actor-name.tsx'
import { deedsOf, kindWords, type Deed } from './deeds.ts'

interface TimelineProps {
  readonly entries: readonly WireLogEntry[]
  readonly chosen: WireLogEntry | undefined
  /** Where one knows to be: what was elsewhere says so. */
  readonly of: string | undefined
  readonly onChoose: (entry: WireLogEntry) => void
}

/** Changes, newest first; choosing one shows what it changed. */
export function Timeline({ entries, chosen, of, onChoose }: TimelineProps) {
  const deeds = useMemo(() => deedsOf(entries), [entries])
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by === undefined || !(event.currentTarget instanceof HTMLElement)) return
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.moment-button')]
    const at = buttons.findIndex((button) => button === document.activeElement)
    buttons[at + by]?.focus()
    event.preventDefault()
  }
  return (
    <ol class="timeline leaf" onKeyDown={onKeyDown}>
      {entries.map((entry) => (
        <li key={entry.seq} class={`moment ${entry.kind}`}>
          <button
            type="button"
            class="moment-button"
            aria-current={entry.seq === chosen?.seq ? 'true' : undefined}
            onClick={() => onChoose(entry)}
          >
            <span class="moment-head">
              <span>
                <DeedTag entry={entry} deed={deeds.get(entry.seq)} />
                <Undone deed={deeds.get(entry.seq)} />
              </span>
              <Ago time={entry.created_at} />
            </span>
            {(entry.path !== of || isMove(entry)) && <EntryPath entry={entry} />}
            {entry.reason !== undefined && (
              <span class="moment-reason small">
                <Foreign text={entry.reason} />
              </span>
            )}
            <span class="moment-who cut soft small">
              <ActorName actor={entry.created_by} />
              {doorWords(entry.door, entry.created_by)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  )
}

interface DeedProps {
  readonly entry: WireLogEntry
  readonly deed: Deed | undefined
}

/** What a change was, in a word. */
export function DeedTag({ entry, deed }: DeedProps) {
  const title = deed?.again === undefined ? undefined : `The text of change ${deed.again} again`
  return (
    <span class={`tag ${entry.kind}`} title={title}>
      {deed?.words ?? kindWords(entry.kind)}
    </span>
  )
}

function Undone({ deed }: Pick<DeedProps, 'deed'>) {
  if (deed?.undoes === undefined) return null
  return <span class="soft small number"> undoes change {deed.undoes}</span>
}

/** Where it happened, and where it came from when it moved. */
export function EntryPath({ entry }: { readonly entry: WireLogEntry }) {
  const { path, previous_path: previous, memory_id: memoryId } = entry
  if (memoryId === null) return null
  if (path === null) {
    const what = entry.kind === 'redacted' ? 'a version was erased' : 'its text is erased'
    return <span class="soft">{what}</span>
  }
  return (
    <span class="moment-path cut">
      {isMove(entry) && previous !== null && (
        <>
          <s>
            <Foreign text={previous} />
          </s>{' '}
        </>
      )}
      <Foreign text={path} />
    </span>
  )
}

function isMove({ path, previous_path: previous }: WireLogEntry): boolean {
  return path !== null && previous !== null && previous !== path
}

/** Whether it wrote a text that can still be read. */
export function isText({ kind, path }: WireLogEntry): boolean {
  return (kind === 'created' || kind === 'modified') && path !== null
}
