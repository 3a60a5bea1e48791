import { makeSessionId } from '../ids.ts'
import { refuse, type Refused } from '../memory/decide.ts'
import { mergeMetadata, sameMetadata, slug, type Store } from '../memory/store.ts'
import type { Agent } from './agent.ts'
import type { CreateSession, StoreWish, UpdateSession } from './command.ts'
import { patched, snapshotOf } from './decide-agent.ts'
import type { Environment } from './environment.ts'
import { makeEventId } from '../ids.ts'
import { append, enqueue, run, startLogDraft, type LogDraft } from './log-draft.ts'
import type { AttachedStore, Session } from './session.ts'

export const memoryRoot = '/mnt/memory'

/** What a session takes over of a store. */
export type AttachableStore = Pick<Store, 'id' | 'name' | 'description' | 'archivedAt'>

/** What making a session starts from, as it is in the caller's workspace. */
export interface CreateSessionFacts {
  readonly agent: Agent | undefined
  readonly environment: Environment | undefined
  /** In the order of the wishes; undefined where there is none. */
  readonly stores: readonly (AttachableStore | undefined)[]
  readonly now: number
}

export function decideCreateSession(
  facts: CreateSessionFacts,
  command: CreateSession,
): Refused | LogDraft {
  const { agent, environment, now } = facts
  if (agent === undefined) return missing('Agent', command.agentId)
  if (agent.archivedAt !== undefined) return wrong(`Agent ${agent.id} is archived.`)
  if (environment === undefined) return missing('Environment', command.environmentId)
  if (environment.archivedAt !== undefined) {
    return wrong(`Environment ${environment.id} is archived.`)
  }
  const stores = attach(command.stores, facts.stores)
  if ('kind' in stores) return stores
  const draft = startLogDraft(newSession({ agent, environment, stores }, command, now), now)
  if (command.initialEvents.length > 0) run(draft)
  for (const event of command.initialEvents) enqueue(draft, event)
  return draft
}

interface Parts {
  readonly agent: Agent
  readonly environment: Environment
  readonly stores: readonly AttachedStore[]
}

function newSession(parts: Parts, command: CreateSession, now: number): Session {
  const { agent, environment, stores } = parts
  const { workspaceId, title, metadata, overrides } = command
  return {
    id: makeSessionId(now),
    workspaceId,
    environmentId: environment.id,
    environmentKind: environment.kind,
    agent: snapshotOf(agent, overrides),
    stores,
    title,
    metadata,
    status: 'idle',
    stopReason: undefined,
    stopDetails: undefined,
    usage: {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadInputTokens: 0,
      cacheCreationInputTokens: 0,
      activeSeconds: 0,
    },
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

/** Snapshots of the stores, each at a path of its own (§11.3). */
function attach(
  wishes: readonly StoreWish[],
  stores: readonly (AttachableStore | undefined)[],
): readonly AttachedStore[] | Refused {
  const taken = new Set<string>()
  const attached: AttachedStore[] = []
  for (const [index, wish] of wishes.entries()) {
    const store = stores[index]
    if (store === undefined) return missing('Memory store', wish.storeId)
    if (store.archivedAt !== undefined) return wrong(`Memory store ${store.id} is archived.`)
    const { name, description } = store
    const directory = freeSlug(slug(name), taken)
    taken.add(directory)
    attached.push({ ...wish, name, description, mountPath: `${memoryRoot}/${directory}` })
  }
  return attached
}

function freeSlug(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`
  }
}

/** Says in the log what changed. */
export function decideUpdateSession(draft: LogDraft, command: UpdateSession): Refused | undefined {
  const { session, now } = draft
  if (session.archivedAt !== undefined) return wrong(`Session ${session.id} is archived.`)
  if (command.tools !== undefined && session.status !== 'idle') {
    return wrong(`agent: can change only while the session is idle; it is ${session.status}`)
  }
  const title = patched(session.title, command.title)
  const metadata = mergeMetadata(session.metadata, command.metadata ?? {})
  const tools = command.tools ?? session.agent.tools
  const changes = {
    ...(title === session.title ? {} : { title: title ?? null }),
    ...(sameMetadata(metadata, session.metadata) ? {} : { metadata }),
    ...(JSON.stringify(tools) === JSON.stringify(session.agent.tools) ? {} : { agent: { tools } }),
  }
  if (Object.keys(changes).length === 0) return undefined
  const agent = { ...session.agent, tools }
  draft.session = { ...session, title, metadata, agent, updatedAt: now }
  append(draft, { id: makeEventId(now), type: 'session.updated', changes })
  return undefined
}

function missing(what: string, id: string): Refused {
  return refuse({ code: 'not_found', message: `${what} ${id} not found.` })
}

function wrong(message: string): Refused {
  return refuse({ code: 'invalid', message })
}
