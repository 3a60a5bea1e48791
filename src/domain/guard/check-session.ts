import type { SessionEvent } from '../session/event.ts'
import { answeredBy } from '../session/log-draft.ts'
import type { Session, SessionStatus } from '../session/session.ts'
import type { Report } from './check-store.ts'

/** The columns beside a session's own value, by which statements search. */
export interface StoredSession {
  readonly session: Session
  readonly status: string
  readonly head: number
  readonly workspaceId: string
}

export interface StoredEvent {
  readonly place: number
  readonly isWaiting: boolean
  readonly id: string
  readonly type: string
  /** Undefined when it is no JSON. */
  readonly event: SessionEvent | undefined
  readonly answers: string | undefined
}

const statusAfter: Readonly<Record<string, SessionStatus>> = {
  'session.status_running': 'running',
  'session.status_rescheduled': 'rescheduling',
  'session.status_idle': 'idle',
  'session.status_terminated': 'terminated',
}

/** Holds a session to its log; events come by their place. */
export class SessionCheck {
  readonly #stored: StoredSession
  readonly #report: Report
  readonly #waiting: string[] = []
  readonly #calls = new Set<string>()
  #head = 0
  #status: SessionStatus = 'idle'

  constructor(stored: StoredSession, report: Report) {
    this.#stored = stored
    this.#report = report
  }

  event(stored: StoredEvent): void {
    const { place, id, type, event, isWaiting } = stored
    const where = `event ${id}`
    if (event === undefined) return this.#report('session', where, 'is no JSON')
    if (event.id !== id || event.type !== type) {
      this.#report('session', where, 'is filed under another id or type')
    }
    const answered = answeredBy(event)
    if (answered !== stored.answers) this.#report('session', where, 'is filed as another answer')
    if (answered !== undefined && !this.#calls.has(answered)) {
      this.#report('session', where, 'answers a call that is not before it')
    }
    if (isWaiting) {
      this.#waiting.push(id)
      return
    }
    if (place <= this.#head) this.#report('session', where, 'is not behind the event before it')
    this.#head = place
    if (type === 'agent.tool_use' || type === 'agent.custom_tool_use') this.#calls.add(id)
    this.#status = statusAfter[type] ?? this.#status
  }

  finish(): void {
    const { session, status, head, workspaceId } = this.#stored
    if (session.status !== status || session.head !== head) {
      this.#report('session', '', 'is filed under another status or head')
    }
    if (session.workspaceId !== workspaceId) {
      this.#report('session', '', 'is filed under another workspace')
    }
    if (session.head !== this.#head) {
      const message = `has its head at ${session.head}, its newest event is at ${this.#head}`
      this.#report('session', '', message)
    }
    if (session.status !== this.#status) {
      this.#report('session', '', `is ${session.status}, its log says ${this.#status}`)
    }
    const waiting = session.waiting.map(({ id }) => id)
    if (waiting.join(' ') !== this.#waiting.join(' ')) {
      this.#report('session', '', 'does not wait for the events that wait')
    }
    for (const { id } of session.calls) {
      if (!this.#calls.has(id)) this.#report('session', `call ${id}`, 'is open, and not in the log')
    }
  }
}
