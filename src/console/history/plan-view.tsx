import { useQuery } from '@tanstack/preact-query'
import { useMemo, useState } from 'preact/hooks'
import type { WirePlan } from '../../wire/plan.ts'
import { inWords, isGone } from '../api/failure.ts'
import { getMemory } from '../api/memories.ts'
import { Action } from '../parts/action.tsx'
import { formatBytes, formatCount } from '../parts/figures.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { diffLines } from './line-diff.ts'
import { Hunks, VersionChange } from './version-change.tsx'

type Planned = WirePlan['changes'][number]

const verbs = {
  update: 'Changes',
  move: 'Moves back',
  delete: 'Is deleted',
  revive: 'Comes back',
} as const

const tags = { update: 'modified', move: 'modified', delete: 'deleted', revive: 'created' } as const

const linesMax = 200

interface PlanViewProps {
  readonly plan: WirePlan
}

/** What would change, each with its text, and what cannot. */
export function PlanView({ plan }: PlanViewProps) {
  const { changes, conflicts, memory_store_id: storeId } = plan
  const [max, setMax] = useState(linesMax)
  return (
    <>
      <p>
        {changes.length === 0
          ? conflicts.length === 0
            ? 'Everything is already as it should be.'
            : 'Nothing would change.'
          : 'What is there now stays in the history: everything below is written as new versions, all or nothing.'}
      </p>
      {changes.length > 0 && (
        <ul class="plan leaf" aria-label="What changes">
          {changes.slice(0, max).map((change) => (
            <li key={change.memory_id}>
              <PlannedChange storeId={storeId} change={change} isOpen={changes.length === 1} />
            </li>
          ))}
        </ul>
      )}
      {changes.length > max && (
        <Action
          label={`Show more: ${formatCount(changes.length - max)} are left`}
          onClick={() => setMax(max + linesMax)}
        />
      )}
      {conflicts.length > 0 && <Conflicts of={conflicts} type={plan.type} />}
    </>
  )
}

interface ConflictsProps {
  readonly of: WirePlan['conflicts']
  readonly type: WirePlan['type']
}

function Conflicts({ of: conflicts, type }: ConflictsProps) {
  const done = type === 'restore' ? 'brought back' : 'undone by itself'
  return (
    <Note kind="warn" icon="alert">
      {conflicts.length === 1
        ? `This cannot be ${done}, and stays as it is:`
        : `These ${formatCount(conflicts.length)} cannot be ${done}, and stay as they are:`}
      <ul class="conflicts">
        {conflicts.map((conflict) => (
          <li key={`${conflict.reason} ${conflict.memory_id} ${conflict.memory_version_id}`}>
            {conflict.path !== null && (
              <strong>
                <Foreign text={conflict.path} />
              </strong>
            )}{' '}
            {inWords(conflict.message)}
          </li>
        ))}
      </ul>
    </Note>
  )
}

interface PlannedProps {
  readonly storeId: string
  readonly change: Planned
  readonly isOpen: boolean
}

function PlannedChange({ isOpen, ...planned }: PlannedProps) {
  const [open, setOpen] = useState(isOpen)
  const { action, path, previous_path: previous, content_size_bytes: bytes } = planned.change
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={`tag ${tags[action]}`}>{verbs[action]}</span> <Foreign text={path} />
        {previous !== null && (
          <span class="soft">
            {' '}
            from <Foreign text={previous} />
          </span>
        )}
        {bytes !== null && <span class="soft small number"> {formatBytes(bytes)}</span>}
      </summary>
      {open && <PlannedText {...planned} />}
    </details>
  )
}

function PlannedText({ storeId, change }: Omit<PlannedProps, 'isOpen'>) {
  const { action, memory_id: memoryId, from_version_id: from, content } = change
  const { data, error, refetch } = useQuery({
    queryKey: ['memory-now', storeId, memoryId],
    queryFn: ({ signal }) => getMemory(storeId, memoryId, signal),
    staleTime: 0,
    gcTime: 0,
    enabled: action !== 'revive',
  })
  if (action === 'move') return <p class="soft">The text stays the same.</p>
  if (action === 'revive') {
    if (from !== null) return <VersionChange storeId={storeId} from={null} to={from} />
    return <MergedText before="" after={content} />
  }
  if (isGone(error)) return <p class="soft">It was deleted just now.</p>
  if (error !== null) return <FailureNote error={error} onRetry={refetch} />
  if (data === undefined) return <Waiting lines={3} label="Comparing" />
  const now = data.memory_version_id
  if (action === 'delete') return <VersionChange storeId={storeId} from={null} to={now} />
  if (from !== null) return <VersionChange storeId={storeId} from={now} to={from} />
  return <MergedText before={data.content ?? ''} after={content} />
}

interface MergedProps {
  readonly before: string
  /** Null: more than a plan shows. */
  readonly after: string | null
}

/** From what it says now to what would be saved, which is the text of no version yet. */
function MergedText({ before, after }: MergedProps) {
  const hunks = useMemo(() => (after === null ? [] : diffLines(before, after)), [before, after])
  return (
    <>
      <p class="soft">From what it says now to what is saved. What others wrote since stays.</p>
      {after === null ? (
        <p class="soft">There is more in this plan than can be shown.</p>
      ) : (
        <Hunks hunks={hunks} />
      )}
    </>
  )
}
