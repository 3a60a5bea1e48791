import { useQuery } from '@tanstack/preact-query'
import type { WireMomentReport } from '../../wire/moment.ts'
import { listLog, takeBack } from '../api/history.ts'
import { Icon } from '../parts/icon.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { directoryOf, nameOf } from '../store/rows.ts'

/** What is looked at, and when. */
interface ErasedPlace {
  readonly moment: WireMomentReport
  readonly within: string
  /** Whether plans may be asked for; without them nobody can say. */
  readonly canPlan: boolean
}

/** Memories that were in a directory then, and whose text of that time is erased. */
export function useErased({ moment, within, canPlan }: ErasedPlace): readonly Missing[] {
  const { memory_store_id: storeId, seq, head_seq: head } = moment
  const { data = [] } = useQuery({
    queryKey: ['erased', storeId, seq, within],
    queryFn: ({ signal }) => findErased(storeId, { seq, within }, signal),
    enabled: canPlan && seq < head,
  })
  return data
}

interface ErasedProps {
  readonly erased: readonly Missing[]
  readonly within: string
}

export function Erased({ erased, within }: ErasedProps) {
  if (erased.length === 0) return null
  return (
    <ul class="timeline leaf" aria-label="Erased since">
      {erased.map(({ id, path }) => (
        <li key={id} class="as-of-line erased">
          <Icon name="file" />
          <span class="cut">
            {path === null ? (
              'A memory that is gone now'
            ) : (
              <Foreign text={directoryOf(path) === within ? nameOf(path) : path} />
            )}
          </span>
          <span class="tag redacted">erased</span>
        </li>
      ))}
    </ul>
  )
}

interface Missing {
  readonly id: string
  /** Where it is now; its path of then is erased as well. */
  readonly path: string | null
}

/** A plan to bring the moment back names what it cannot; few stores have anything erased. */
async function findErased(
  storeId: string,
  { seq, within }: { readonly seq: number; readonly within: string },
  signal: AbortSignal,
): Promise<readonly Missing[]> {
  const { data } = await listLog(storeId, { kind: 'redacted' }, { signal })
  if (data.length === 0) return []
  const of = within === '/' ? {} : { path_prefix: within }
  const plan = await takeBack(
    storeId,
    { type: 'restore', body: { at_seq: seq, ...of } },
    { dry_run: true },
  )
  return plan.conflicts.flatMap(({ reason, memory_id: id, path }) =>
    reason === 'redacted' && id !== null ? [{ id, path }] : [],
  )
}
