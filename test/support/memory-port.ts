// Sessions in memory behind the port that a runner works through: the domain's own decisions, no
// storage. A test can take a lease away, as a server that dies loses it.
import type { Lease, LiveDelta, RunnerPort } from '../../src/domain/session/runner-port.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { makeAgentId, makeEnvironmentId, makeEventId, makeSessionId } from '../../src/domain/ids.ts'
import type { EventId, WorkspaceId } from '../../src/domain/ids.ts'
import type { InboundEvent, LogEntry } from '../../src/domain/session/event.ts'
import { decideAppend } from '../../src/domain/session/decide-append.ts'
import { decideSend } from '../../src/domain/session/decide-send.ts'
import { startLogDraft, type LogDraft } from '../../src/domain/session/log-draft.ts'
import type { AttachedStore, Session } from '../../src/domain/session/session.ts'
import type { AgentDefinition } from '../../src/domain/session/agent.ts'

export interface NewSession {
  readonly stores?: readonly AttachedStore[]
  readonly agent?: Partial<AgentDefinition>
  readonly environmentKind?: Session['environmentKind']
  readonly workspaceId?: WorkspaceId
}

const usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadInputTokens: 0,
  cacheCreationInputTokens: 0,
  activeSeconds: 0,
}

function newSession({ stores = [], agent, environmentKind, workspaceId }: NewSession): Session {
  const now = Date.now()
  const toolset = {
    type: 'agent_toolset_20260401',
    configs: [],
    defaultConfig: { enabled: true, permissionPolicy: { type: 'always_allow' } },
  } as const
  return {
    id: makeSessionId(now),
    workspaceId: workspaceId ?? ('wrkspc_test' as WorkspaceId),
    environmentId: makeEnvironmentId(now),
    environmentKind: environmentKind ?? 'cloud',
    agent: {
      id: makeAgentId(now),
      version: 1,
      name: 'notes',
      model: { id: 'some-model', speed: 'standard' },
      system: undefined,
      description: undefined,
      tools: [toolset],
      ...agent,
    },
    stores,
    title: undefined,
    metadata: {},
    status: 'idle',
    stopReason: undefined,
    stopDetails: undefined,
    usage,
    runningSince: undefined,
    createdAt: now,
    updatedAt: now,
    archivedAt: undefined,
    head: 0,
    calls: [],
    waiting: [],
    arrivals: 0,
    restingSince: undefined,
    liveWorkId: undefined,
    workPauseMs: 0,
    isAttended: false,
  }
}

/** One session and its log. */
export class MemorySession {
  session: Session
  #entries: LogEntry[] = []
  readonly deltas: LiveDelta[] = []
  #lost: AbortController | undefined
  #interrupted = new AbortController()
  readonly #changed = new EventTarget()

  constructor(input: NewSession) {
    this.session = newSession(input)
  }

  /** Processed entries in order, then those that wait. */
  get log(): readonly LogEntry[] {
    const placed = this.#entries.filter(({ processedAt }) => processedAt !== undefined)
    const waiting = this.#entries.filter(({ processedAt }) => processedAt === undefined)
    return [...placed.sort((a, b) => (a.processedAt ?? 0) - (b.processedAt ?? 0)), ...waiting]
  }

  get types(): string[] {
    return this.log.map(({ event }) => event.type)
  }

  send(
    ...events: readonly (InboundEvent extends infer E ? Omit<E & InboundEvent, 'id'> : never)[]
  ) {
    const named = events.map((event) => ({ ...event, id: makeEventId(Date.now()) }) as InboundEvent)
    const draft = this.#draft()
    const decided = decideSend(draft, { answers: new Map() }, named)
    if (decided.kind === 'refused') throw new DomainError(decided.problem)
    this.#apply(draft)
  }

  say(text: string) {
    this.send({ type: 'user.message', content: [{ type: 'text', text }] } as never)
  }

  /** Takes the lease, as the next server would after this one died. */
  claim(): Lease {
    const isTakenOver = this.#lost !== undefined
    this.#lost?.abort()
    const lost = new AbortController()
    this.#lost = lost
    const isInterrupted = () => this.session.waiting.some(({ type }) => type === 'user.interrupt')
    if (!isInterrupted() && this.#interrupted.signal.aborted)
      this.#interrupted = new AbortController()
    const interrupted = () => this.#interrupted.signal
    return {
      session: this.session,
      isTakenOver,
      lost: lost.signal,
      get interrupted() {
        return interrupted()
      },
      log: () => Promise.resolve(this.log),
      append: (batch) => {
        if (lost.signal.aborted) return Promise.reject(lostLease)
        const draft = this.#draft()
        const decided = decideAppend(draft, batch)
        if (decided.kind === 'refused') return Promise.reject(new DomainError(decided.problem))
        this.#apply(draft)
        return Promise.resolve(decided.answer)
      },
      publish: (delta) => void this.deltas.push(delta),
      watched: () => Promise.resolve(),
      release: () => {
        if (this.#lost === lost) this.#lost = undefined
        return Promise.resolve()
      },
    }
  }

  /** Resolves when the session rests. */
  async rested(): Promise<void> {
    while (this.session.status !== 'idle') await this.changed()
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed.addEventListener('change', () => resolve(), { once: true })
    })
  }

  eventOf<Type extends LogEntry['event']['type']>(type: Type) {
    const found = this.log.findLast(({ event }) => event.type === type)?.event
    return found as Extract<LogEntry['event'], { type: Type }> | undefined
  }

  #draft(): LogDraft {
    return startLogDraft(this.session, Date.now())
  }

  #apply({ session, writes }: LogDraft): void {
    for (const write of writes) {
      if (write.kind === 'append') this.#entries.push(write.entry)
      else this.#place(write.id, write.processedAt)
    }
    this.session = session
    const waits = session.waiting.some(({ type }) => type === 'user.interrupt')
    if (waits) this.#interrupted.abort()
    else if (this.#interrupted.signal.aborted) this.#interrupted = new AbortController()
    this.#changed.dispatchEvent(new Event('change'))
  }

  #place(id: EventId, processedAt: number): void {
    this.#entries = this.#entries.map((entry) =>
      entry.event.id === id ? { ...entry, processedAt } : entry,
    )
  }
}

const lostLease = new DomainError({ code: 'conflict', message: 'the lease is lost' })

/** A port over sessions that a test holds. */
export function memoryPort(sessions: readonly MemorySession[]): RunnerPort {
  const held = new Set<MemorySession>()
  return {
    async claim(signal) {
      while (!signal.aborted) {
        const due = sessions.find((one) => !held.has(one) && one.session.status !== 'idle')
        if (due !== undefined) {
          held.add(due)
          const lease = due.claim()
          return Object.assign(Object.create(lease) as Lease, {
            release: async () => {
              held.delete(due)
              await lease.release()
            },
          })
        }
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      return undefined
    },
  }
}
