// An installation on which the tests themselves play the model: they claim sessions and append what
// a runner would.
import { randomUUID } from 'node:crypto'
import type { Api } from '../../src/api.ts'
import { makeEventId, makeRequestId } from '../../src/domain/ids.ts'
import type { LogEntry, ModelUsage, RunnerEvent } from '../../src/domain/session/event.ts'
import type { AppendBatch, Lease, RunnerPort } from '../../src/domain/session/runner-port.ts'
import type { Session } from '../../src/domain/session/session.ts'
import { openApp, operator } from '../../src/server/open-app.ts'
import type { App } from '../../src/usecases/app.ts'
import { bind } from '../../src/usecases/bind.ts'
import { holdLease, leaseMs } from '../../src/usecases/runs/lease.ts'
import { openRunnerPort } from '../../src/usecases/runs/runner-port.ts'
import { authenticator } from '../../src/usecases/tenants/authenticate.ts'
import { keepWork } from '../../src/usecases/work/keeper.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { configOf, type Place } from './in-process.ts'

export interface Stage extends AsyncDisposable {
  readonly app: App
  /** An admin of the first workspace. */
  readonly api: Api
  readonly runner: RunnerPort
  /** The Api for a secret. */
  connect(secret: string): Promise<Api>
}

export type OpenStage = () => Promise<Stage>

/** Over a place that others may use too; it is not gone with the stage. */
export async function openStage(place: Pick<Place, 'flags'>): Promise<Stage> {
  const opened = await openApp(configOf(place), { isModelKnown: (name) => name !== 'nobody' })
  const { app, homeWorkspaceId } = opened
  const authenticate = authenticator(app, homeWorkspaceId)
  const keeper = keepWork(app, (error) => {
    throw error
  })
  return {
    app,
    api: bind(app, operator(app, homeWorkspaceId)),
    runner: openRunnerPort(app),
    connect: async (secret) => {
      const principal = await authenticate(secret)
      if (principal === undefined) {
        throw new DomainError({ code: 'unauthenticated', message: 'unknown credential' })
      }
      return bind(app, { ...principal, door: 'http', requestId: makeRequestId(app.clock()) })
    },
    async [Symbol.asyncDispose]() {
      await keeper[Symbol.asyncDispose]()
      await opened[Symbol.asyncDispose]()
    },
  }
}

export interface Made {
  readonly agentId: string
  readonly environmentId: string
  readonly session: Session
}

/** An agent with every tool, an environment, and a session of both. */
export async function makeSession(
  api: Api,
  options: { readonly selfHosted?: boolean; readonly storeIds?: readonly string[] } = {},
): Promise<Made> {
  const tools = [{ type: 'agent_toolset_20260401' }]
  const agent = await api.createAgent({ name: 'notes', model: 'claude-sonnet-5-5', tools })
  const config = options.selfHosted === true ? { type: 'self_hosted' } : undefined
  const environment = await api.createEnvironment({ name: 'own', config })
  const resources = (options.storeIds ?? []).map((memoryStoreId) => ({
    type: 'memory_store',
    memoryStoreId,
  }))
  const session = await api.createSession({
    agent: agent.id,
    environmentId: environment.id,
    resources,
  })
  return { agentId: agent.id, environmentId: environment.id, session }
}

export function say(text: string) {
  return { type: 'user.message', content: [{ type: 'text', text }] }
}

/**
 * Claims a session that has something to run, the newest one when none is named; fails when there
 * is none in half a minute.
 */
export async function claim({ app }: Stage, wanted?: string): Promise<Lease> {
  const { storage, clock } = app
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await pause(5)) {
    const free = await storage.view.sessions.claimable(clock(), 1_000)
    const [newest] = free
      .filter(({ id }) => wanted === undefined || id === wanted)
      .toSorted((a, b) => (a.id < b.id ? 1 : -1))
    if (newest === undefined) continue
    const { id: sessionId, workspaceId } = newest
    const lease = randomUUID()
    const claimed = { type: 'claim_session', workspaceId, sessionId, lease, leaseMs } as const
    return holdLease(app, await storage.commit(claimed), lease)
  }
  throw new Error('no session has anything to run')
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

type Unnamed<Event> = Event extends unknown ? Omit<Event, 'id'> : never

const usage: ModelUsage = {
  inputTokens: 10,
  outputTokens: 5,
  cacheReadInputTokens: 2,
  cacheCreationInputTokens: 1,
}

/** One model request that said this, consuming everything that waits. */
export async function answer(
  lease: Lease,
  said: readonly Unnamed<RunnerEvent>[],
  end?: AppendBatch['end'],
) {
  const waiting = (await lease.log()).filter(({ processedAt }) => processedAt === undefined)
  const start = makeEventId(Date.now())
  const events: RunnerEvent[] = [
    { id: start, type: 'span.model_request_start' },
    ...said.map((event) => ({ ...event, id: makeEventId(Date.now()) })),
    {
      id: makeEventId(Date.now()),
      type: 'span.model_request_end',
      modelRequestStartId: start,
      isError: false,
      modelUsage: usage,
    },
  ]
  return lease.append({
    consume: waiting
      .filter(({ event }) => event.type !== 'user.interrupt')
      .map(({ event }) => event.id),
    events: events.map((event) => ({ event })),
    ...(end === undefined ? {} : { end }),
  })
}

export const message = (text: string) =>
  ({ type: 'agent.message', content: [{ type: 'text', text }] }) as const

export const call = (name: string, evaluatedPermission: 'allow' | 'ask' = 'allow') =>
  ({ type: 'agent.tool_use', name, input: {}, evaluatedPermission }) as const

export const customCall = (name: string) =>
  ({ type: 'agent.custom_tool_use', name, input: {} }) as const

/** The whole log. */
export async function logOf(api: Api, sessionId: string): Promise<readonly LogEntry[]> {
  return (await api.listEvents({ sessionId })).items
}

export async function typesOf(api: Api, sessionId: string): Promise<string[]> {
  return (await logOf(api, sessionId)).map(({ event }) => event.type)
}

/** The ids of the calls in a log, in their order. */
export async function callsOf(api: Api, sessionId: string): Promise<string[]> {
  const log = await logOf(api, sessionId)
  return log.flatMap(({ event }) => (event.type.endsWith('tool_use') ? [event.id] : []))
}
