import type { AgentId, WorkspaceId } from '../domain/ids.ts'
import type { Agent, AgentSnapshot, BuiltInTool, Model } from '../domain/session/agent.ts'
import type { PermissionPolicy, Tool } from '../domain/session/agent.ts'
import { camelKeys, snakeKeys } from './case.ts'
import { expectObject } from './json.ts'
import { literal, object, orNull, string, time, type Schema } from './schema.ts'
import { decodeTime, decodeTimeOrUndefined, encodeTime, encodeTimeOrNull } from './timestamp.ts'

export interface WireAgent extends WireSnapshot {
  archived_at: string | null
  created_at: string
  metadata: Record<string, string>
  updated_at: string
}

interface WirePolicy {
  enabled: boolean
  permission_policy: { type: PermissionPolicy['type'] }
}

type WireToolConfig = {
  [Name in BuiltInTool]: { name: Name; type: Name } & WirePolicy &
    (Name extends 'web_fetch' ? { url_sources: null } : unknown)
}[BuiltInTool]

export type WireTool =
  | {
      configs: WireToolConfig[]
      default_config: WirePolicy
      type: 'agent_toolset_20260401'
    }
  | {
      description: string
      input_schema: { type: 'object'; [key: string]: unknown }
      name: string
      type: 'custom'
    }

export interface WireSnapshot {
  id: string
  description: string | null
  execution_identity: { type: 'service_account' }
  mcp_servers: never[]
  /** Spelled as in the domain. */
  model: Model
  multiagent: null
  name: string
  skills: never[]
  system: string | null
  tools: WireTool[]
  type: 'agent'
  version: number
}

export function encodeAgent(agent: Agent): WireAgent {
  return {
    ...encodeSnapshot(agent),
    metadata: agent.metadata,
    created_at: encodeTime(agent.createdAt),
    updated_at: encodeTime(agent.updatedAt),
    archived_at: encodeTimeOrNull(agent.archivedAt),
  }
}

export function encodeSnapshot(agent: AgentSnapshot): WireSnapshot {
  return {
    id: agent.id,
    type: 'agent',
    version: agent.version,
    name: agent.name,
    description: agent.description ?? null,
    system: agent.system ?? null,
    model: agent.model,
    tools: agent.tools.map(encodeTool),
    mcp_servers: [],
    skills: [],
    multiagent: null,
    execution_identity: { type: 'service_account' },
  }
}

/** The official API says what kind of configuration one is by the name of its tool. */
function encodeTool(tool: Tool): WireTool {
  if (tool.type === 'custom') return snakeKeys(tool) as WireTool
  const configs = tool.configs.map((config) => ({
    ...config,
    type: config.name,
    ...(config.name === 'web_fetch' ? { urlSources: null } : {}),
  }))
  return snakeKeys({ ...tool, configs }) as WireTool
}

/** @param workspaceId from the answer's header: the body does not name it */
export function decodeAgent(json: unknown, workspaceId: string): Agent {
  const wire = expectObject(json, 'agent') as WireAgent
  return {
    ...decodeSnapshot(wire),
    workspaceId: workspaceId as WorkspaceId,
    metadata: wire.metadata,
    createdAt: decodeTime(wire.created_at),
    updatedAt: decodeTime(wire.updated_at),
    archivedAt: decodeTimeOrUndefined(wire.archived_at),
  }
}

export function decodeSnapshot(wire: WireSnapshot): AgentSnapshot {
  return {
    id: wire.id as AgentId,
    version: wire.version,
    name: wire.name,
    description: wire.description ?? undefined,
    system: wire.system ?? undefined,
    model: wire.model,
    tools: wire.tools.map(decodeTool),
  }
}

function decodeTool(json: unknown): Tool {
  const tool = camelKeys(json) as Tool
  if (tool.type === 'custom') return tool
  const configs = tool.configs.map(({ name, enabled, permissionPolicy }) => ({
    name,
    enabled,
    permissionPolicy,
  }))
  return { ...tool, configs }
}

export const anything: Schema = {}

const snapshotFields = {
  id: string('`agent_…`'),
  type: literal('agent'),
  version: { type: 'integer', minimum: 1 },
  name: string(),
  description: orNull({ type: 'string' }),
  system: orNull({ type: 'string', description: 'The system prompt.' }),
  model: object({ id: string(), speed: string() }),
  tools: { type: 'array', items: anything },
  mcp_servers: { type: 'array', items: anything },
  skills: { type: 'array', items: anything },
  multiagent: { type: 'null' },
  execution_identity: object({ type: literal('service_account') }),
} satisfies Record<string, Schema>

export const agentSnapshotSchema: Schema = object(snapshotFields, 'An agent as a session pins it.')

export const agentSchema: Schema = object(
  {
    ...snapshotFields,
    metadata: { type: 'object', additionalProperties: { type: 'string' } },
    created_at: time,
    updated_at: time,
    archived_at: orNull(time),
  },
  'A version of an agent.',
)
