import { useEffect } from 'preact/hooks'
import { Link, useParams } from 'wouter-preact'
import type { WireSession } from '../../wire/session.ts'
import { base, sessionsLink } from '../frame/links.ts'
import { useTitle } from '../frame/title.ts'
import { Icon } from '../parts/icon.tsx'
import { Empty, FailureNote, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { isGone } from '../api/failure.ts'
import { useLiveSession } from './live-session.ts'
import { statusOf, waitingTools } from './log.ts'
import { Say } from './say.tsx'
import { useAllWrites, useSession } from './session-queries.ts'
import { SessionSide } from './session-side.tsx'
import { SessionStatus } from './sessions-page.tsx'
import { Transcript } from './transcript.tsx'

/** One session: what was said and done, what it wrote, and a way to talk to it. */
export function SessionPage() {
  const { sessionId } = useParams<{ sessionId: string }>()
  const { data: session, error, refetch } = useSession(sessionId)
  useTitle(session?.title ?? sessionId, 'Sessions')
  if (session !== undefined) return <SessionView session={session} onRest={refetch} />
  return (
    <div class="column">
      {error === null ? (
        <Waiting lines={10} label="Loading the session" />
      ) : isGone(error) ? (
        <Empty icon="search" title="There is no such session" isPage>
          <a href={base + sessionsLink}>All sessions</a>
        </Empty>
      ) : (
        <FailureNote error={error} onRetry={refetch} />
      )}
    </div>
  )
}

interface ViewProps {
  readonly session: WireSession
  /** The agent stopped: what it used is known now. */
  readonly onRest: () => unknown
}

function SessionView({ session, onRest }: ViewProps) {
  const live = useLiveSession(session.id)
  const seen = live.events?.length ?? 0
  const writes = useAllWrites(session, seen)
  const status = statusOf(live.events ?? []) ?? session.status
  const isResting = live.events !== undefined && status === 'idle'
  useEffect(() => {
    if (isResting && seen > 0) void onRest()
  }, [isResting, seen])
  const isOver = session.archived_at !== null || status === 'terminated'
  return (
    <div class="session">
      <header class="store-head">
        <Link href={sessionsLink} class="back" aria-label="All sessions">
          <Icon name="back" />
        </Link>
        <h1 class="cut">
          <Foreign text={session.title ?? session.agent.name} />
        </h1>
        <SessionStatus status={isOver ? 'over' : status} />
      </header>
      <div class="session-body">
        <section class="session-talk" aria-label="Transcript">
          {live.error !== undefined && <FailureNote error={live.error} />}
          {live.events === undefined && live.error === undefined && (
            <Waiting lines={8} label="Loading the transcript" />
          )}
          {live.events !== undefined && (
            <Transcript
              sessionId={session.id}
              events={live.events}
              words={live.words}
              waiting={waitingTools(live.events)}
              writes={writes}
            />
          )}
          <Say
            sessionId={session.id}
            isOver={isOver}
            isRunning={status === 'running' || status === 'rescheduled'}
          />
        </section>
        <SessionSide session={session} seen={seen} />
      </div>
    </div>
  )
}
