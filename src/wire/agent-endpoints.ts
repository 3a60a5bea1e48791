import { decodeAgent, encodeAgent } from './agent.ts'
import { camelKeys, snakeKeys } from './case.ts'
import { endpoint, param, type Body } from './endpoint.ts'
import { createdFields, limitField, pageField } from './memory-store-endpoints.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { boolean, integer } from './query.ts'
import { ref, type Schema } from './schema.ts'
import { exampleAgent } from './session-examples.ts'

const group = 'Agents'
const agents = '/v1/agents'
const item = '/v1/agents/:agent_id'

const fields: Readonly<Record<string, Schema>> = {
  name: { description: '1 to 256 characters.' },
  model: { description: 'A name, or an object with `id`, `speed`, `effort`.' },
  system: { description: 'At most 100,000 characters.' },
  description: { description: 'At most 2,048 characters.' },
  tools: { description: 'One agent_toolset_20260401, and custom tools.' },
  mcp_servers: { description: 'Empty: not supported.' },
  skills: { description: 'Empty: not supported.' },
  multiagent: { description: 'Null: not supported.' },
  metadata: { description: 'At most 16 pairs.' },
  execution_identity: { description: '`service_account`.' },
}

/** A body whose nested values are checked by the verb, in the spelling of the domain. */
export function nested(body: Body): Readonly<Record<string, unknown>> {
  return camelKeys(body) as Readonly<Record<string, unknown>>
}

export function nestedBody(input: object): Body {
  return snakeKeys(input) as Body
}

const createAgent = endpoint({
  verb: 'createAgent',
  method: 'POST',
  path: agents,
  query: {},
  body: {
    type: 'object',
    properties: fields,
    required: ['name', 'model'],
    additionalProperties: false,
  },
  answer: ref('Agent'),
  docs: {
    group,
    summary: 'Create an agent',
    description: 'A model with a system prompt and tools; sessions pin a version of it.',
    example: {
      body: {
        name: 'notes',
        model: 'claude-sonnet-5-5',
        tools: [{ type: 'agent_toolset_20260401' }],
      },
      answer: exampleAgent,
    },
  },
  toInput: ({ body }) => nested(body),
  toRequest: (input) => ({ body: nestedBody(input) }),
  encode: encodeAgent,
  decode: decodeAgent,
})

const listAgents = endpoint({
  verb: 'listAgents',
  method: 'GET',
  path: agents,
  query: {
    ...createdFields,
    include_archived: boolean('Whether archived agents are listed too.'),
    limit: limitField,
    page: pageField,
  },
  answer: pageSchema(ref('Agent')),
  docs: {
    group,
    summary: 'List agents',
    description: 'Newest first.',
    example: { search: '?limit=20', answer: { data: [exampleAgent], next_page: null } },
  },
  toInput: ({ query }) => ({
    createdFrom: query['created_at[gte]'],
    createdTo: query['created_at[lte]'],
    includeArchived: query.include_archived,
    limit: query.limit,
    page: query.page,
  }),
  toRequest: (input) => ({
    query: {
      'created_at[gte]': input.createdFrom,
      'created_at[lte]': input.createdTo,
      include_archived: input.includeArchived,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: (page) => encodePage(page, encodeAgent),
  decode: (json, workspaceId) => decodePage(json, (agent) => decodeAgent(agent, workspaceId)),
})

const getAgent = endpoint({
  verb: 'getAgent',
  method: 'GET',
  path: item,
  query: { version: integer('A version; the newest when not given.') },
  answer: ref('Agent'),
  docs: {
    group,
    summary: 'Retrieve an agent',
    description: 'The newest version, or the one that is asked for.',
    example: { answer: exampleAgent },
  },
  toInput: (request) => ({ agentId: param(request, 'agent_id'), version: request.query.version }),
  toRequest: ({ agentId, version }) => ({ params: { agent_id: agentId }, query: { version } }),
  encode: encodeAgent,
  decode: decodeAgent,
})

const updateAgent = endpoint({
  verb: 'updateAgent',
  method: 'POST',
  path: item,
  query: {},
  body: {
    type: 'object',
    properties: { ...fields, version: { description: 'The version that you saw.' } },
    additionalProperties: false,
  },
  answer: ref('Agent'),
  docs: {
    group,
    summary: 'Update an agent',
    description:
      'Makes a new version, unless nothing changes. Omitted fields stay, null clears, lists replace, metadata merges. With `version` the update applies only to that one.',
    example: {
      body: { version: 1, system: 'Keep notes.' },
      answer: { ...exampleAgent, version: 2 },
    },
  },
  toInput: (request) => ({ agentId: param(request, 'agent_id'), ...nested(request.body) }),
  toRequest: ({ agentId, ...input }) => ({
    params: { agent_id: agentId },
    body: nestedBody(input),
  }),
  encode: encodeAgent,
  decode: decodeAgent,
})

const archiveAgent = endpoint({
  verb: 'archiveAgent',
  method: 'POST',
  path: `${item}/archive`,
  query: {},
  answer: ref('Agent'),
  docs: {
    group,
    summary: 'Archive an agent',
    description: 'One-way: no new sessions, no updates.',
    example: { answer: { ...exampleAgent, archived_at: '2026-11-20T09:00:00.000Z' } },
  },
  toInput: (request) => ({ agentId: param(request, 'agent_id') }),
  toRequest: ({ agentId }) => ({ params: { agent_id: agentId } }),
  encode: encodeAgent,
  decode: decodeAgent,
})

const listAgentVersions = endpoint({
  verb: 'listAgentVersions',
  method: 'GET',
  path: `${item}/versions`,
  query: { limit: limitField, page: pageField },
  answer: pageSchema(ref('Agent')),
  docs: {
    group,
    summary: 'List versions of an agent',
    description: 'Newest first.',
    example: { answer: { data: [exampleAgent], next_page: null } },
  },
  toInput: (request) => ({ agentId: param(request, 'agent_id'), ...request.query }),
  toRequest: ({ agentId, limit, page }) => ({
    params: { agent_id: agentId },
    query: { limit, page },
  }),
  encode: (page) => encodePage(page, encodeAgent),
  decode: (json, workspaceId) => decodePage(json, (agent) => decodeAgent(agent, workspaceId)),
})

export const agentEndpoints = {
  createAgent,
  listAgents,
  getAgent,
  updateAgent,
  archiveAgent,
  listAgentVersions,
}
