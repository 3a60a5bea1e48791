import { useEffect, useState } from 'preact/hooks'
import type { WireEvent } from '../../wire/session-event.ts'
import { Failure } from '../api/failure.ts'
import { followSession, type Words } from '../api/session-stream.ts'
import { listEvents } from '../api/sessions.ts'
import { addEvent } from './log.ts'

export interface LiveSession {
  /** Undefined until the log was read. */
  readonly events: readonly WireEvent[] | undefined
  /** What the agent is writing just now. */
  readonly words: Words | undefined
  readonly error: unknown
}

const retryMs = 1_000
const nothing: LiveSession = { events: undefined, words: undefined, error: undefined }

/** The log of a session, and what is added to it while somebody looks. */
export function useLiveSession(id: string): LiveSession {
  const [live, setLive] = useState(nothing)
  useEffect(() => {
    const stop = new AbortController()
    setLive(nothing)
    void follow(id, stop.signal, setLive)
    return () => stop.abort()
  }, [id])
  return live
}

type Update = (change: (live: LiveSession) => LiveSession) => void

/** A lost connection is made again: the log is read anew, so that nothing is missed or doubled. */
async function follow(id: string, signal: AbortSignal, update: Update): Promise<void> {
  while (!signal.aborted) {
    try {
      const events = await listEvents(id, signal)
      update(() => ({ events, words: undefined, error: undefined }))
      const after = events.findLast(({ processed_at: at }) => at !== null)?.id
      const onOpen = async () => {
        // A log that was empty names no event to go on from: what came since is read again.
        if (after !== undefined) return
        const late = await listEvents(id, signal)
        update((live) => ({ ...live, events: late }))
      }
      await followSession(id, { after, signal }, { ...listener(update), onOpen })
    } catch (error) {
      if (signal.aborted) return
      const isFinal = error instanceof Failure && error.status >= 400 && error.status < 500
      update((live) => ({
        ...live,
        error: isFinal || live.events === undefined ? error : undefined,
      }))
      if (isFinal) return
    }
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

function listener(update: Update) {
  return {
    onEvent: (event: WireEvent) =>
      update((live) => ({
        ...live,
        events: addEvent(live.events ?? [], event),
        words: live.words?.eventId === event.id ? undefined : live.words,
      })),
    onWords: ({ eventId, text }: Words) =>
      update((live) => {
        if (live.events?.some(({ id }) => id === eventId) === true) return live
        const before = live.words?.eventId === eventId ? live.words.text : ''
        return { ...live, words: { eventId, text: before + text } }
      }),
  }
}
