import { useQuery, useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import type { WireActor } from '../../wire/actor.ts'
import type { WirePlan } from '../../wire/plan.ts'
import { isStale } from '../api/failure.ts'
import { takeBack, type Undo } from '../api/history.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Choice } from '../parts/choice.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { countOf, formatCount } from '../parts/figures.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { ActorName } from '../session/actor-name.tsx'
import { forgetHistory } from './follow.ts'
import { PlanView } from './plan-view.tsx'

/** One of several reaches that an undo may have. */
export interface PlanWay {
  /** Needed where there are several. */
  readonly label?: string
  readonly undo: Undo
}

interface PlanDialogProps {
  readonly storeId: string
  /** What it does, as its button says: "Undo …" or "Restore …". */
  readonly title: string
  /** Whose writes are taken back, where that is what it is about. */
  readonly by?: WireActor | undefined
  readonly ways: readonly [PlanWay, ...PlanWay[]]
  readonly onClose: () => void
  /** What was written is there now. */
  readonly onDone?: ((done: WirePlan) => void) | undefined
}

/** Shows what would be taken back, and does exactly that or nothing. */
export function PlanDialog({ storeId, title, by, ways, onClose, onDone }: PlanDialogProps) {
  const [way, setWay] = useState(0)
  const { undo } = ways[way] ?? ways[0]
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['plan', storeId, undo],
    queryFn: () => takeBack(storeId, undo, { dry_run: true }),
    staleTime: 0,
    gcTime: 0,
  })
  const { apply, isOutrun } = useApply({
    storeId,
    title,
    undo,
    onDone: (done) => {
      onClose()
      onDone?.(done)
    },
    onStale: refetch,
  })
  return (
    <Dialog title={title} onClose={onClose} wide>
      {by !== undefined && <Whose by={by} plan={data} />}
      {ways.length > 1 && (
        <Choice
          label="How far"
          value={String(way)}
          options={ways.map(({ label = '' }, index) => ({ value: String(index), label }))}
          onChange={(value) => setWay(Number(value))}
        />
      )}
      {isOutrun && (
        <Note kind="warn" icon="alert">
          Somebody wrote in the meantime, so nothing was done. This is what would happen now.
        </Note>
      )}
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {data === undefined && error === null && (
        <Waiting lines={5} label="Finding out what changes" />
      )}
      {data !== undefined && <PlanView plan={data} />}
      <div class="dialog-foot stays">
        <Action label="Leave it as it is" onClick={onClose} />
        <Action
          label={doWords(title, data)}
          kind="main"
          busy={isFetching}
          against={reasonAgainstPlan(data)}
          onClick={() => data !== undefined && apply(data)}
        />
      </div>
    </Dialog>
  )
}

interface WhoseProps {
  readonly by: WireActor
  readonly plan: WirePlan | undefined
}

/** Who it is about, and how much that is. */
function Whose({ by, plan }: WhoseProps) {
  return (
    <p>
      What <ActorName actor={by} /> wrote in this store
      {plan !== undefined && (
        <>
          : {countOf(plan.changes.length, 'memory changes', 'memories change')}
          {plan.conflicts.length > 0 && `, ${formatCount(plan.conflicts.length)} left as it is`}
        </>
      )}
      .
    </p>
  )
}

/** The button says again what it does, and to how many. */
function doWords(title: string, plan: WirePlan | undefined): string {
  const count = plan?.changes.length ?? 1
  if (count === 0) return 'Nothing to do'
  return count === 1 ? title : `${title}: ${countOf(count, 'memory', 'memories')}`
}

/** "Undone: this change." */
function doneWords(title: string, { changes }: WirePlan): string {
  const done = title.replace(/^Undo /, 'Undone: ').replace(/^Restore /, 'Restored: ')
  return `${done}. ${countOf(changes.length, 'memory', 'memories')} changed.`
}

function reasonAgainstPlan(plan: WirePlan | undefined): string | undefined {
  if (plan === undefined) return 'It is not known yet what changes.'
  return plan.changes.length === 0 ? 'There is nothing to change.' : undefined
}

interface Applied {
  readonly storeId: string
  readonly title: string
  readonly undo: Undo
  readonly onDone: (done: WirePlan) => void
  readonly onStale: () => unknown
}

function useApply({ storeId, title, undo, onDone, onStale }: Applied) {
  const client = useQueryClient()
  const [isOutrun, setOutrun] = useState(false)
  const refresh = () => forgetHistory(client, storeId)
  const takeBackAgain = async (planned: number, done: number) => {
    const here = location.pathname
    try {
      const before = { type: 'restore', body: { at_seq: planned } } as const
      const again = await takeBack(storeId, before, { expected_seq: done })
      await refresh()
      say('It is as it was before.')
      if (location.pathname === here) onDone(again)
    } catch (problem) {
      sayFailure(problem)
    }
  }
  const apply = async ({ seq }: WirePlan) => {
    try {
      const done = await takeBack(storeId, undo, { expected_seq: seq })
      await refresh()
      say(doneWords(title, done), {
        label: 'Put it back as it was',
        run: () => takeBackAgain(seq, done.seq),
      })
      onDone(done)
    } catch (problem) {
      setOutrun(isStale(problem))
      if (!isStale(problem)) sayFailure(problem)
      void onStale()
    }
  }
  return { apply, isOutrun }
}
