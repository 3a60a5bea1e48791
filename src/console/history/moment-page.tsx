import { useQuery } from '@tanstack/preact-query'
import { useLocation, useParams } from 'wouter-preact'
import { getMoment } from '../api/history.ts'
import { isGone } from '../api/failure.ts'
import { readSeq, storeLink, type StorePlace } from '../frame/links.ts'
import { usePlace } from '../frame/place.ts'
import { useTitle } from '../frame/title.ts'
import { formatCount } from '../parts/figures.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { NoStore } from '../store/no-store.tsx'
import { StoreHead } from '../store/store-head.tsx'
import { reasonAgainstWriting } from '../stores/store-actions.tsx'
import { useStore } from '../stores/store-queries.ts'
import { AsOf } from './as-of.tsx'
import { Slider } from './slider.tsx'

/** A store as it was: move through time, read, and bring it back. */
export function MomentPage() {
  const { storeId } = useParams<{ storeId: string }>()
  const place = usePlace()
  const { data: store, error } = useStore(storeId)
  useTitle('As it was', store?.name ?? 'Store')
  if (isGone(error)) return <NoStore />
  return (
    <div class="store-page">
      <StoreHead storeId={storeId} store={store} />
      <Moment storeId={storeId} place={place} against={reasonAgainstWriting(store)} />
    </div>
  )
}

const nothingToRestore = 'This is the present: there is nothing to bring back.'

interface MomentProps {
  readonly storeId: string
  readonly place: StorePlace
  readonly against: string | undefined
}

function Moment({ storeId, place, against }: MomentProps) {
  const [, navigate] = useLocation()
  const seq = readSeq(place.at)
  const {
    data: moment,
    error,
    refetch,
  } = useQuery({
    queryKey: ['moment', storeId, seq],
    queryFn: ({ signal }) => getMoment(storeId, seq, signal),
    placeholderData: (before) => before,
  })
  const go = (to: number) =>
    navigate(storeLink(storeId, { ...place, at: String(to) }, 'moment'), { replace: true })
  return (
    <div class="history-frame">
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {moment === undefined && error === null && <Waiting lines={3} label="Loading the moment" />}
      {moment !== undefined && (
        <>
          <Slider moment={moment} onMove={go} />
          {moment.is_complete ? (
            <AsOf
              moment={moment}
              place={place}
              against={against ?? (moment.seq >= moment.head_seq ? nothingToRestore : undefined)}
              canPlan={against === undefined}
            />
          ) : (
            <Note kind="warn" icon="alert">
              Retention has removed part of what was here. From change{' '}
              {formatCount(moment.history_from)} on everything can be read.
            </Note>
          )}
        </>
      )}
    </div>
  )
}
