// Values of the session wire that types alone do not hold: what is null, and what is not left out.
import type {
  AgentCreateParams,
  AgentUpdateParams,
} from '@anthropic-ai/sdk/resources/beta/agents/agents'
import type {
  EnvironmentCreateParams,
  EnvironmentUpdateParams,
} from '@anthropic-ai/sdk/resources/beta/environments/environments'
import type {
  WorkStopParams,
  WorkUpdateParams,
} from '@anthropic-ai/sdk/resources/beta/environments/work'
import type { EventSendParams } from '@anthropic-ai/sdk/resources/beta/sessions/events'
import type {
  SessionCreateParams,
  SessionUpdateParams,
} from '@anthropic-ai/sdk/resources/beta/sessions/sessions'
import { expect, test } from 'vitest'
import { parseTools } from '../../src/domain/session/parse-agent.ts'
import type { EventId } from '../../src/domain/ids.ts'
import { camelKeys } from '../../src/wire/case.ts'
import { encodeSnapshot } from '../../src/wire/agent.ts'
import { endpoints } from '../../src/wire/endpoints.ts'
import { decodeEntry, encodeEntry } from '../../src/wire/session-event.ts'

interface Bodies {
  createAgent: AgentCreateParams
  updateAgent: AgentUpdateParams
  createEnvironment: EnvironmentCreateParams
  updateEnvironment: EnvironmentUpdateParams
  createSession: SessionCreateParams
  updateSession: SessionUpdateParams
  sendEvents: EventSendParams
  updateWork: WorkUpdateParams
  stopWork: WorkStopParams
}
type NotInBody = 'betas' | 'workspace_id' | 'environment_id'
type BodyFields = {
  [Verb in keyof Bodies]: Exclude<keyof Bodies[Verb], NotInBody>
}

test('bodies have exactly the fields that official clients can send', () => {
  const agent = {
    name: true,
    model: true,
    system: true,
    description: true,
    tools: true,
    mcp_servers: true,
    skills: true,
    multiagent: true,
    metadata: true,
    execution_identity: true,
  } as const
  const environment = {
    name: true,
    config: true,
    description: true,
    metadata: true,
    scope: true,
  } as const
  const official: { [V in keyof BodyFields]: Record<BodyFields[V], true> } = {
    createAgent: agent,
    updateAgent: { ...agent, version: true },
    createEnvironment: environment,
    updateEnvironment: environment,
    createSession: {
      agent: true,
      resources: true,
      title: true,
      metadata: true,
      initial_events: true,
      vault_ids: true,
      budget: true,
    },
    updateSession: { title: true, metadata: true, agent: true, budget: true, vault_ids: true },
    sendEvents: { events: true },
    updateWork: { metadata: true },
    stopWork: { force: true },
  }
  for (const [verb, fields] of Object.entries(official)) {
    const { body } = endpoints[verb as keyof BodyFields]
    const names = Object.keys(body?.properties ?? {}).filter((name) => name !== 'environment_id')
    expect(names.toSorted(), verb).toEqual(Object.keys(fields).toSorted())
  }
})

test('a refusal without a reason says so with nulls, there and back', () => {
  const event = {
    id: 'sevt_1' as EventId,
    type: 'session.status_idle',
    stopReason: { type: 'refusal' },
    stopDetails: { type: 'refusal', category: undefined, explanation: undefined },
  } as const
  const wire = encodeEntry({ event, processedAt: 0, raw: undefined })
  expect(JSON.parse(JSON.stringify(wire))).toMatchObject({
    stop_details: { type: 'refusal', category: null, explanation: null },
  })
  expect(decodeEntry(wire).event).toEqual(event)
})

test('what is shown of a tool can be sent back as it is', () => {
  const sent = [
    { type: 'agent_toolset_20260401', configs: [{ name: 'web_fetch' }, { name: 'bash' }] },
    { type: 'custom', name: 'x', description: 'd', input_schema: { type: 'object' } },
  ]
  const tools = parseTools(camelKeys(sent))
  const shown = encodeSnapshot({ tools } as Parameters<typeof encodeSnapshot>[0]).tools
  expect(shown[0]).toMatchObject({
    configs: [{ name: 'web_fetch', type: 'web_fetch', url_sources: null }, { name: 'bash' }],
  })
  expect(parseTools(camelKeys(shown))).toEqual(tools)
  const narrowed = [
    { ...sent[0], configs: [{ name: 'web_fetch', url_sources: { user_input: 1 } }] },
  ]
  expect(() => parseTools(camelKeys(narrowed))).toThrow('url_sources')
})
