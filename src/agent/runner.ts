import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import { makeEventId, type EventId } from '../domain/ids.ts'
import type { Lease, RunnerPort } from '../domain/session/runner-port.ts'
import type { Session } from '../domain/session/session.ts'
import { openCalls } from '../domain/session/step.ts'
import type { FilesOnDisk } from './files-on-disk.ts'
import type { LoopSettings } from './loop-settings.ts'
import type { Model } from './messages.ts'
import { toolResult } from './reply-events.ts'
import { retiredStores } from './retired-stores.ts'
import { runSession } from './run-session.ts'
import { sessionError } from './running.ts'
import type { LiveMemory } from './sandbox/memory-directory.ts'
import type { Sandbox } from './sandbox/sandbox.ts'
import { SessionWorlds } from './session-worlds.ts'

export interface RunnerOptions {
  readonly port: RunnerPort
  readonly model: Model
  readonly settings: LoopSettings
  /** Every verb in process, for a session as the caller (`sessionCaller`). */
  readonly apiFor: (session: Session) => Api
  /** Scratch directories of sessions are made in it. */
  readonly directory: string
  /** Told who ends shells. */
  readonly files?: FilesOnDisk | undefined
  readonly sandbox: Sandbox | { readonly noneBecause: string }
  /** Undefined: bash sees copies of the stores. */
  readonly liveMemory?: LiveMemory | undefined
  /** Sessions that run at once. */
  readonly sessionsMax: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Told of what broke and is no answer to anybody. */
  readonly report: (sentence: string, error: unknown) => void
}

/** Runs the sessions that have something to run, until it is disposed of. */
export function startRunner(options: RunnerOptions): AsyncDisposable {
  const stop = new AbortController()
  const sandbox = 'noneBecause' in options.sandbox ? undefined : options.sandbox
  const worlds = new SessionWorlds({ ...options, sandbox })
  options.files?.endShellsBy((sessionId) => worlds.end(sessionId))
  const claiming = claimAll({ options, worlds, stopping: stop.signal })
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await claiming
      await worlds[Symbol.asyncDispose]()
    },
  }
}

interface Claiming {
  readonly options: RunnerOptions
  readonly worlds: SessionWorlds
  readonly stopping: AbortSignal
}

/** Milliseconds after a claim that failed. */
const claimPauseMs = 1_000

async function claimAll(claiming: Claiming): Promise<void> {
  const { options, stopping } = claiming
  const running = new Set<Promise<void>>()
  while (!stopping.aborted) {
    try {
      const lease = await options.port.claim(stopping)
      if (lease === undefined) continue
      const run = runLease(claiming, lease).finally(() => running.delete(run))
      running.add(run)
    } catch (error) {
      if (stopping.aborted) break
      options.report('no session could be claimed', error)
      await pause(claimPauseMs, stopping)
    }
    if (running.size >= options.sessionsMax) await Promise.race(running)
  }
  await Promise.all(running)
}

async function runLease({ options, worlds, stopping }: Claiming, lease: Lease): Promise<void> {
  const { model, settings, sandbox, report } = options
  const noShellBecause = 'noneBecause' in sandbox ? sandbox.noneBecause : undefined
  const newEventId = () => makeEventId(options.clock())
  try {
    await runSession({
      lease,
      model,
      settings,
      prompt: { noShellBecause },
      openWorld: () => worlds.open(lease.session),
      retiredStores: () => retiredStores(options.apiFor(lease.session), lease.session.stores),
      makeEventId: newEventId,
      stopping,
    })
  } catch (error) {
    if (!isLost(lease, error)) {
      report(`session ${lease.session.id} broke`, error)
      await giveUp(lease, newEventId).catch((cause: unknown) => report('it stays as it is', cause))
    }
  } finally {
    await lease.release().catch((error: unknown) => report('a lease was not released', error))
  }
}

function isLost(lease: Lease, error: unknown): boolean {
  return lease.lost.aborted || (error instanceof DomainError && error.code === 'conflict')
}

/** A session that cannot go on says so, instead of being claimed again and again. */
async function giveUp(lease: Lease, newEventId: () => EventId): Promise<void> {
  const message = 'the server failed while it ran this session; its log has the reason'
  const answers = openCalls(await lease.log()).map((callId) => {
    return { event: toolResult(newEventId(), callId, { text: message, isError: true }) }
  })
  const event = sessionError({ makeEventId: newEventId }, 'unknown_error', message)
  await lease.append({ events: [...answers, event], end: 'retries_exhausted' })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
