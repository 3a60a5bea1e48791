import { useQuery, useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import type { WirePlan } from '../../wire/plan.ts'
import { takeBack, type Undo } from '../api/history.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { countOf } from '../parts/figures.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'

interface PlanDialogProps {
  readonly storeId: string
  readonly undo: Undo
  readonly onClose: () => void
}

/** Shows what would be taken back, and does exactly that or nothing. */
export function PlanDialog({ storeId, undo, onClose }: PlanDialogProps) {
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['plan', storeId, undo],
    queryFn: () => takeBack(storeId, undo, { dry_run: true }),
    staleTime: 0,
    gcTime: 0,
  })
  const apply = async ({ seq }: WirePlan) => {
    setBusy(true)
    try {
      const done = await takeBack(storeId, undo, { expected_seq: seq })
      await client.invalidateQueries({ queryKey: ['log', storeId] })
      say(`Done: ${countOf(done.changes.length, 'change')}, each a version of its own.`)
      onClose()
    } catch (problem) {
      sayFailure(problem)
      setBusy(false)
      void refetch()
    }
  }
  const isNothing = data !== undefined && data.changes.length === 0
  return (
    <Dialog
      title={undo.type === 'revert' ? 'Undo all by this writer' : 'Restore'}
      onClose={onClose}
      wide
    >
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && (
        <Waiting lines={5} label="Finding out what changes" />
      )}
      {data !== undefined && <PlanView plan={data} />}
      <div class="dialog-foot">
        <Action label="Leave it as it is" onClick={onClose} />
        <Action
          label={data === undefined ? 'Do it' : `Make ${countOf(data.changes.length, 'change')}`}
          kind="main"
          busy={busy}
          against={
            data === undefined
              ? 'It is not known yet what changes.'
              : isNothing
                ? 'There is nothing to change.'
                : undefined
          }
          onClick={() => data !== undefined && apply(data)}
        />
      </div>
    </Dialog>
  )
}

const verbs = {
  update: 'Write again',
  move: 'Move back',
  delete: 'Delete',
  revive: 'Bring back',
} as const

function PlanView({ plan }: { readonly plan: WirePlan }) {
  const { changes, conflicts } = plan
  return (
    <>
      <p>
        {changes.length === 0
          ? 'Everything is already as it should be.'
          : 'What is there now stays in the history: everything below is written as new versions, all or nothing.'}
      </p>
      {changes.length > 0 && (
        <ul class="plan leaf" tabIndex={0} aria-label="What changes">
          {changes.map((change) => (
            <li key={change.memory_id}>
              <span class="tag">{verbs[change.action]}</span>
              <Foreign text={change.path} />
              {change.previous_path !== null && (
                <span class="soft">
                  from <Foreign text={change.previous_path} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {conflicts.length > 0 && (
        <Note kind="warn" icon="alert">
          {countOf(conflicts.length, 'place')} cannot be taken back cleanly and{' '}
          {conflicts.length === 1 ? 'stays' : 'stay'} as{' '}
          {conflicts.length === 1 ? 'it is' : 'they are'}:
          <ul>
            {conflicts.map((conflict) => (
              <li key={`${conflict.reason} ${conflict.memory_id} ${conflict.memory_version_id}`}>
                {conflict.path !== null && <Foreign text={conflict.path} />} {conflict.message}
              </li>
            ))}
          </ul>
        </Note>
      )}
    </>
  )
}
