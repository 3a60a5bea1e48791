import {
  beta,
  body,
  createdFrom,
  createdTo,
  idFlag,
  includeArchived,
  inGroup,
  metadata,
  metadataPatch,
  paging,
  type Flag,
  type Operation,
} from './operation.ts'

const header = 'managed-agents-2026-04-01'

const agentId = idFlag('agent-id', 'The agent (agent_…)')
const name: Flag = { ...body, name: 'name', key: 'name', help: '1 to 256 characters' }
const model: Flag = {
  name: 'model',
  kind: 'mapOrWord',
  place: 'body',
  key: 'model',
  help: 'The model, its id or a map like "{id: …, effort: high}"',
}
const description: Flag = {
  ...body,
  kind: 'nullable',
  name: 'description',
  key: 'description',
  help: 'What the agent does',
}
const system: Flag = {
  ...body,
  kind: 'nullable',
  name: 'system',
  key: 'system',
  help: 'The system prompt; @FILE reads a file',
}
const tool: Flag = {
  name: 'tool',
  kind: 'maps',
  place: 'body',
  key: 'tools',
  help: 'A tool, like "{type: agent_toolset_20260401}"; may be repeated',
}
const skill: Flag = {
  name: 'skill',
  kind: 'maps',
  place: 'body',
  key: 'skills',
  help: 'A skill; may be repeated',
}
const server: Flag = {
  name: 'mcp-server',
  kind: 'maps',
  place: 'body',
  key: 'mcp_servers',
  help: 'An MCP server; may be repeated',
}

function ofServer(key: string, help: string): Flag {
  const within = { flag: server.name, isInLast: true }
  return { ...body, name: `${server.name}.${key}`, key, within, help }
}
const serverFields: readonly Flag[] = [
  ofServer('name', 'Name of an MCP server'),
  ofServer('type', '"url"'),
  ofServer('url', 'Address of an MCP server'),
]

const multiagent: readonly Flag[] = [
  {
    name: 'multiagent',
    kind: 'map',
    place: 'body',
    key: 'multiagent',
    help: 'Agents that work together, as YAML or JSON',
  },
  {
    name: 'multiagent.agents',
    kind: 'sequence',
    place: 'body',
    key: 'agents',
    within: { flag: 'multiagent' },
    help: 'The agents, like "[agent_…]"',
  },
  {
    ...body,
    name: 'multiagent.type',
    key: 'type',
    within: { flag: 'multiagent' },
    help: '"coordinator"',
  },
]

const agents = '/v1/agents'
const agent = `${agents}/{agent_id}`

const itemOperations = inGroup({ group: 'beta:agents', header }, [
  {
    verb: 'create',
    summary: 'Create an agent',
    method: 'POST',
    path: agents,
    hasBody: true,
    positional: undefined,
    flags: [
      { ...model, required: true },
      { ...name, required: true },
      description,
      server,
      ...serverFields,
      metadata,
      ...multiagent,
      skill,
      system,
      tool,
      beta,
    ],
    example:
      '--name Helper --model "{id: claude-opus-4-8}" --tool "{type: agent_toolset_20260401}"',
  },
  {
    verb: 'retrieve',
    summary: 'Retrieve an agent',
    method: 'GET',
    path: agent,
    positional: 'agent-id',
    flags: [
      agentId,
      {
        name: 'version',
        kind: 'integer',
        place: 'query',
        key: 'version',
        help: 'A version of it; without, the latest',
      },
      beta,
    ],
    example: 'agent_…',
  },
  {
    verb: 'update',
    summary: 'Update an agent: a change makes a new version',
    method: 'POST',
    path: agent,
    hasBody: true,
    positional: 'agent-id',
    flags: [
      { ...agentId, alias: 'id' },
      { ...description, help: 'New description; "" or null clears it' },
      { ...server, kind: 'any', help: 'All MCP servers, as YAML or JSON; null clears them' },
      ...serverFields,
      metadataPatch,
      model,
      ...multiagent,
      name,
      { ...skill, kind: 'any', help: 'All skills, as YAML or JSON; null clears them' },
      { ...system, help: 'New system prompt; "" or null clears it' },
      { ...tool, kind: 'any', help: 'All tools, as YAML or JSON; null clears them' },
      {
        name: 'version',
        kind: 'integer',
        place: 'body',
        key: 'version',
        help: 'Update only if this is the latest version',
      },
      beta,
    ],
    example: 'agent_… --system @prompt.md --version 3',
  },
  {
    verb: 'list',
    summary: 'List agents',
    method: 'GET',
    path: agents,
    answer: 'page',
    positional: undefined,
    flags: [createdFrom, createdTo, includeArchived, ...paging],
    example: '--transform id -r',
  },
  {
    verb: 'archive',
    summary: 'Archive an agent',
    method: 'POST',
    path: `${agent}/archive`,
    positional: 'agent-id',
    flags: [agentId, beta],
    example: 'agent_…',
  },
])

const versionOperations = inGroup({ group: 'beta:agents:versions', header }, [
  {
    verb: 'list',
    summary: 'List the versions of an agent, newest first',
    method: 'GET',
    path: `${agent}/versions`,
    answer: 'page',
    positional: 'agent-id',
    flags: [agentId, ...paging],
    example: 'agent_… --max-items 5',
  },
])

export const agentOperations: readonly Operation[] = [...itemOperations, ...versionOperations]
