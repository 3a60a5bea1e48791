// Agents, environments, sessions, events and work: our wire types and those of the official SDK of
// two generations, compared by the compiler. This server sends no more than it supports, so theirs
// are narrowed first, and each narrowing says by what.
import type * as CurrentAgents from '@anthropic-ai/sdk/resources/beta/agents/agents'
import type * as CurrentEnvironments from '@anthropic-ai/sdk/resources/beta/environments/environments'
import type * as CurrentWork from '@anthropic-ai/sdk/resources/beta/environments/work'
import type * as CurrentEvents from '@anthropic-ai/sdk/resources/beta/sessions/events'
import type * as CurrentResources from '@anthropic-ai/sdk/resources/beta/sessions/resources'
import type * as CurrentSessions from '@anthropic-ai/sdk/resources/beta/sessions/sessions'
import type * as CurrentThreads from '@anthropic-ai/sdk/resources/beta/sessions/threads/threads'
import type * as OlderAgents from 'anthropic-sdk-0/resources/beta/agents/agents'
import type * as OlderEnvironments from 'anthropic-sdk-0/resources/beta/environments/environments'
import type * as OlderWork from 'anthropic-sdk-0/resources/beta/environments/work'
import type * as OlderEvents from 'anthropic-sdk-0/resources/beta/sessions/events'
import type * as OlderResources from 'anthropic-sdk-0/resources/beta/sessions/resources'
import type * as OlderSessions from 'anthropic-sdk-0/resources/beta/sessions/sessions'
import type * as OlderThreads from 'anthropic-sdk-0/resources/beta/sessions/threads/threads'
import { expect, test } from 'vitest'
import type { Turn } from '../../clients/typescript/turns.mjs'
import type { EventType, SessionEvent } from '../../src/domain/session/event.ts'
import type { WireAgent, WireSnapshot, WireTool } from '../../src/wire/agent.ts'
import type { WireEnvironment } from '../../src/wire/environment.ts'
import type { WireResource, WireSession, WireThread } from '../../src/wire/session.ts'
import type { WireModelUsage, WireUsage } from '../../src/wire/session-event.ts'
import type { WireTurn } from '../../src/wire/turn.ts'
import type { WireHeartbeat, WireWork, WireWorkStats } from '../../src/wire/work.ts'

type Extends<Left, Right> = [Left] extends [Right] ? true : never
type Twins<Ours, Theirs> = Extends<Ours, Theirs> & Extends<Theirs, Ours>
/** Assignable to theirs with no key missing; theirs may hold more values than this server has. */
type Within<Ours, Theirs> = Extends<Ours, Theirs> & Twins<keyof Ours, keyof Theirs>
/** Theirs with some fields put into the form that this server gives them. */
type With<Theirs, Fields> = Omit<Required<Theirs>, keyof Fields> & Fields

/** No MCP, skills, several agents or other identities. */
interface PlainAgent {
  execution_identity: { type: 'service_account' }
  mcp_servers: never[]
  model: WireSnapshot['model']
  multiagent: null
  skills: never[]
  tools: WireTool[]
}
/** Nothing of budgets, vaults, outcomes or deployments, and the memory stores alone. */
interface PlainSession {
  agent: WireSnapshot
  budget: null
  deployment_id: null
  outcome_evaluations: never[]
  resources: WireResource[]
  stats: WireSession['stats']
  usage: WireUsage
  vault_ids: never[]
}
type Toolset = Extract<WireTool, { type: 'agent_toolset_20260401' }>

type SnakeCase<Text extends string> = Text extends `${infer Head}${infer Rest}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Rest>}`
  : Text
/** What `snakeKeys` makes of a value of the domain; ids lose their brand. */
type Snake<Value> = Value extends string
  ? Value extends object
    ? string
    : Value
  : Value extends readonly (infer Item)[]
    ? Snake<Item>[]
    : Value extends object
      ? string extends keyof Value
        ? { [key: string]: unknown }
        : { -readonly [Key in keyof Value as SnakeCase<Key & string>]: Snake<Value[Key]> }
      : Value

/** Of events that clients send, which may wait; the others have their place from the start. */
type Waits = `user.${string}` | 'system.message'
type Of<Type extends EventType> = SessionEvent extends infer Event
  ? Event extends { readonly type: infer Own }
    ? Type extends Own
      ? Omit<Event, 'type'>
      : never
    : never
  : never
/** What a model says of its refusal is passed on, in the words that theirs lists. */
type Refusal = CurrentEvents.BetaManagedAgentsSessionRefusalStopDetails
/** What encoding adds, or does by hand. */
interface ByHand {
  'session.status_idle': { stop_details: Refusal | null }
  'session.thread_status_idle': { stop_details: Refusal | null }
  'session.usage': { usage: WireUsage; budget: null }
  'session.updated': {
    title?: string | null
    metadata?: Record<string, string>
    agent?: WireSnapshot
  }
  'span.model_request_end': { model_usage: WireModelUsage & { speed: null } }
}
type Fields<Type extends EventType> = Type extends keyof ByHand ? ByHand[Type] : unknown
type WireOf<Type extends EventType> = { type: Type } & Omit<
  Snake<Of<Type>>,
  keyof Fields<Type> | 'changes'
> & { processed_at: Type extends Waits ? string | null : string } & Fields<Type>

/** Fields of theirs that this server never has a value for. */
interface NeverSent {
  'agent.tool_use': 'session_thread_id'
  'agent.custom_tool_use': 'session_thread_id'
  'user.tool_result': 'session_thread_id'
  'user.custom_tool_result': 'session_thread_id'
  'user.tool_confirmation': 'session_thread_id'
  'session.updated': 'budget'
}
type Missing<Type> = Type extends keyof NeverSent ? NeverSent[Type] : never
/** Every event that this server sends can be read as theirs, and has every field of theirs. */
type Events<Theirs> = {
  [Type in EventType]: Extends<WireOf<Type>, Extract<Theirs, { type: Type }>> &
    Twins<keyof WireOf<Type>, Exclude<keyof Extract<Theirs, { type: Type }>, Missing<Type>>>
}

interface Checks {
  agent: Twins<WireAgent, With<CurrentAgents.BetaManagedAgentsAgent, PlainAgent>>
  agentOfSession: Twins<
    WireSnapshot,
    With<CurrentSessions.BetaManagedAgentsSessionAgent, PlainAgent>
  >
  toolset: Within<Toolset, CurrentAgents.BetaManagedAgentsAgentToolset20260401>
  environment: Twins<
    WireEnvironment,
    With<CurrentEnvironments.BetaEnvironment, Pick<WireEnvironment, 'config' | 'scope'>>
  >
  cloud: Within<
    Extract<WireEnvironment['config'], { type: 'cloud' }>,
    CurrentEnvironments.BetaCloudConfig
  >
  session: Twins<WireSession, With<CurrentSessions.BetaManagedAgentsSession, PlainSession>>
  resource: Within<WireResource, CurrentResources.BetaManagedAgentsMemoryStoreResource>
  usage: Extends<WireUsage, CurrentSessions.BetaManagedAgentsSessionUsage>
  thread: Within<
    Omit<WireThread, 'agent'>,
    Omit<CurrentThreads.BetaManagedAgentsSessionThread, 'agent'>
  >
  work: Within<Omit<WireWork, 'actor'>, CurrentWork.BetaSelfHostedWork>
  heartbeat: Twins<WireHeartbeat, CurrentWork.BetaSelfHostedWorkHeartbeatResponse>
  workStats: Within<WireWorkStats, CurrentWork.BetaSelfHostedWorkQueueStats>

  olderAgent: Extends<WireAgent, OlderAgents.BetaManagedAgentsAgent>
  olderEnvironment: Extends<WireEnvironment, OlderEnvironments.BetaEnvironment>
  olderSession: Extends<WireSession, OlderSessions.BetaManagedAgentsSession>
  olderResource: Within<WireResource, OlderResources.BetaManagedAgentsMemoryStoreResource>
  olderThread: Extends<WireThread, OlderThreads.BetaManagedAgentsSessionThread>
  olderWork: Extends<WireWork, OlderWork.BetaSelfHostedWork>
  olderHeartbeat: Twins<WireHeartbeat, OlderWork.BetaSelfHostedWorkHeartbeatResponse>

  /** Turns are our own: their other side is the module that teaches them to the SDK. */
  turn: Twins<Omit<WireTurn, 'stop_reason' | 'output'>, Omit<Turn, 'stop_reason' | 'output'>>
  turnStop: Extends<WireTurn['stop_reason'], Turn['stop_reason']>
}
test('the checks above are all true, which the compiler proved', () => {
  const proof: Checks = {
    agent: true,
    agentOfSession: true,
    toolset: true,
    environment: true,
    cloud: true,
    session: true,
    resource: true,
    usage: true,
    thread: true,
    work: true,
    heartbeat: true,
    workStats: true,
    olderAgent: true,
    olderEnvironment: true,
    olderSession: true,
    olderResource: true,
    olderThread: true,
    olderWork: true,
    olderHeartbeat: true,
    turn: true,
    turnStop: true,
  }
  expect(Object.keys(proof)).toHaveLength(21)
})

test('so are those of the events', () => {
  const events: Events<CurrentEvents.BetaManagedAgentsStreamSessionEvents> = {
    'user.message': true,
    'user.tool_result': true,
    'user.custom_tool_result': true,
    'user.tool_confirmation': true,
    'user.interrupt': true,
    'system.message': true,
    'agent.message': true,
    'agent.thinking': true,
    'agent.tool_use': true,
    'agent.tool_result': true,
    'agent.custom_tool_use': true,
    'agent.thread_context_compacted': true,
    'span.model_request_start': true,
    'span.model_request_end': true,
    'session.error': true,
    'session.status_running': true,
    'session.status_rescheduled': true,
    'session.status_terminated': true,
    'session.deleted': true,
    'session.status_idle': true,
    'session.thread_status_running': true,
    'session.thread_status_idle': true,
    'session.usage': true,
    'session.updated': true,
  }
  // The older generation drops session.usage, and knows no errors of limits.
  const { 'session.usage': _usage, 'session.error': _error, ...known } = events
  const older: Omit<
    Events<OlderEvents.BetaManagedAgentsStreamSessionEvents>,
    'session.usage' | 'session.error'
  > = known
  expect(Object.keys(older)).toHaveLength(Object.keys(events).length - 2)
})
