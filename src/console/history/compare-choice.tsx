import { useInfiniteQuery } from '@tanstack/preact-query'
import { useId } from 'preact/hooks'
import type { WireLogEntry } from '../../wire/logged.ts'
import { listLog } from '../api/history.ts'
import { formatTime } from '../parts/figures.tsx'
import { useActorWords } from '../session/actor-name.tsx'

interface CompareChoiceProps {
  readonly storeId: string
  readonly entry: WireLogEntry
  /** A version; undefined is the one before. */
  readonly against: string | undefined
  readonly onChange: (against: string | undefined) => void
}

/** With which version of the same memory one is compared. */
export function CompareChoice({ storeId, entry, against, onChange }: CompareChoiceProps) {
  const id = useId()
  const filter = { memoryId: entry.memory_id ?? undefined }
  const { data, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['log', storeId, filter],
    queryFn: ({ pageParam, signal }) => listLog(storeId, filter, { page: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_page: next }) => next ?? undefined,
  })
  const others = data?.pages
    .flatMap((page) => page.data)
    .filter((one) => one.kind !== 'redacted' && one.seq !== entry.seq)
  const says = useActorWords(others?.flatMap((one) => one.created_by ?? []) ?? [])
  const isListed = others?.some((one) => one.memory_version_id === against) ?? false
  const choose = (value: string) => {
    if (value === older) void fetchNextPage()
    else onChange(value || undefined)
  }
  return (
    <span class="compare">
      <label class="soft small" for={id}>
        Compared with
      </label>
      <select
        id={id}
        class="input small"
        value={against ?? ''}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">the version before</option>
        {against !== undefined && !isListed && <option value={against}>{against}</option>}
        {others?.map((one) => (
          <option key={one.seq} value={one.memory_version_id ?? ''}>
            {one.seq > entry.seq ? 'later: ' : ''}
            {formatTime(one.created_at)}, {one.kind}
            {one.created_by !== null && ` by ${says(one.created_by)}`}
          </option>
        ))}
        {hasNextPage && <option value={older}>show older…</option>}
      </select>
    </span>
  )
}

const older = '…'
