import {
  beta,
  body,
  createdBetween,
  idFlag,
  includeArchived,
  inGroup,
  longPaging,
  metadata,
  metadataPatch,
  order,
  paging,
  query,
  type Flag,
  type Operation,
} from './operation.ts'

const header = 'managed-agents-2026-04-01'

const sessionId = idFlag('session-id', 'The session (sesn_…)')
const resourceId = idFlag('resource-id', 'The resource (sesrsc_…)')
const title: Flag = { ...body, kind: 'nullable', name: 'title', key: 'title', help: 'Its title' }
const vaultId: Flag = {
  name: 'vault-id',
  kind: 'list',
  place: 'body',
  key: 'vault_ids',
  help: 'A vault; may be repeated',
}
const sessions = '/v1/sessions'
const session = `${sessions}/{session_id}`
const resources = `${session}/resources`
const resource = `${resources}/{resource_id}`

const itemOperations = inGroup({ group: 'beta:sessions', header }, [
  {
    verb: 'create',
    summary: 'Create a session',
    method: 'POST',
    path: sessions,
    hasBody: true,
    positional: undefined,
    flags: [
      {
        name: 'agent',
        kind: 'any',
        place: 'body',
        key: 'agent',
        required: true,
        help: 'The agent, its id or a map like "{type: agent, id: agent_…, version: 2}"',
      },
      {
        ...body,
        name: 'environment-id',
        key: 'environment_id',
        required: true,
        help: 'The environment (env_…)',
      },
      {
        name: 'initial-event',
        kind: 'maps',
        place: 'body',
        key: 'initial_events',
        help: 'An event to begin with; may be repeated',
      },
      metadata,
      {
        name: 'resource',
        kind: 'maps',
        place: 'body',
        key: 'resources',
        help: 'Like "{type: memory_store, memory_store_id: memstore_…}"; may be repeated',
      },
      title,
      vaultId,
      beta,
    ],
    example:
      '--agent agent_… --environment-id env_… ' +
      '--resource "{type: memory_store, memory_store_id: memstore_…}"',
  },
  {
    verb: 'retrieve',
    summary: 'Retrieve a session',
    method: 'GET',
    path: session,
    positional: 'session-id',
    flags: [sessionId, beta],
    example: 'sesn_… --transform status -r',
  },
  {
    verb: 'update',
    summary: 'Update a session',
    method: 'POST',
    path: session,
    hasBody: true,
    positional: 'session-id',
    flags: [
      { ...sessionId, alias: 'id' },
      {
        name: 'agent',
        kind: 'map',
        place: 'body',
        key: 'agent',
        help: 'New tools or MCP servers, as YAML or JSON',
      },
      {
        name: 'agent.mcp-servers',
        kind: 'sequence',
        place: 'body',
        key: 'mcp_servers',
        within: { flag: 'agent' },
        help: 'All MCP servers, as YAML or JSON',
      },
      {
        name: 'agent.tools',
        kind: 'sequence',
        place: 'body',
        key: 'tools',
        within: { flag: 'agent' },
        help: 'All tools, as YAML or JSON',
      },
      metadataPatch,
      title,
      vaultId,
      beta,
    ],
    example: 'sesn_… --title "Onboarding" --metadata "{team: docs}"',
  },
  {
    verb: 'list',
    summary: 'List sessions',
    method: 'GET',
    path: sessions,
    answer: 'page',
    positional: undefined,
    flags: [
      { ...query, name: 'agent-id', key: 'agent_id', help: 'Of this agent' },
      {
        name: 'agent-version',
        kind: 'integer',
        place: 'query',
        key: 'agent_version',
        help: 'Of this version of it',
      },
      ...createdBetween,
      { ...query, name: 'deployment-id', key: 'deployment_id', help: 'Of this deployment' },
      includeArchived,
      {
        ...query,
        name: 'memory-store-id',
        key: 'memory_store_id',
        help: 'With this memory store attached',
      },
      order,
      {
        name: 'status',
        kind: 'list',
        place: 'query',
        key: 'statuses',
        help: 'idle, running, rescheduling or terminated; may be repeated',
      },
      ...paging,
    ],
    example: '--memory-store-id memstore_… --status idle --transform id -r',
  },
  {
    verb: 'delete',
    summary: 'Delete a session with its events',
    method: 'DELETE',
    path: session,
    positional: 'session-id',
    flags: [sessionId, beta],
    example: 'sesn_…',
  },
  {
    verb: 'archive',
    summary: 'Archive a session: it takes no more events',
    method: 'POST',
    path: `${session}/archive`,
    positional: 'session-id',
    flags: [sessionId, beta],
    example: 'sesn_…',
  },
])

const resourceOperations = inGroup({ group: 'beta:sessions:resources', header }, [
  {
    verb: 'retrieve',
    summary: 'Retrieve a file or repository of a session',
    method: 'GET',
    path: resource,
    positional: 'resource-id',
    flags: [sessionId, resourceId, beta],
    example: '--session-id sesn_… --resource-id sesrsc_…',
  },
  {
    verb: 'update',
    summary: 'Change the token of a repository of a session',
    method: 'POST',
    path: resource,
    hasBody: true,
    positional: 'resource-id',
    flags: [
      sessionId,
      { ...resourceId, alias: 'id' },
      {
        ...body,
        name: 'authorization-token',
        key: 'authorization_token',
        required: true,
        help: 'The new token',
      },
      beta,
    ],
    example: '--session-id sesn_… --resource-id sesrsc_… --authorization-token @token',
  },
  {
    verb: 'list',
    summary: 'List what is attached to a session',
    method: 'GET',
    path: resources,
    answer: 'page',
    positional: 'session-id',
    flags: [sessionId, ...longPaging],
    example: 'sesn_… --transform mount_path -r',
  },
  {
    verb: 'delete',
    summary: 'Take a file or repository from a session',
    method: 'DELETE',
    path: resource,
    positional: 'resource-id',
    flags: [sessionId, resourceId, beta],
    example: '--session-id sesn_… --resource-id sesrsc_…',
  },
  {
    verb: 'add',
    summary: 'Add a file to a session',
    method: 'POST',
    path: resources,
    hasBody: true,
    positional: 'session-id',
    flags: [
      sessionId,
      { ...body, name: 'file-id', key: 'file_id', required: true, help: 'The file (file_…)' },
      { ...body, name: 'type', key: 'type', required: true, help: '"file"' },
      {
        ...body,
        kind: 'nullable',
        name: 'mount-path',
        key: 'mount_path',
        help: 'Where the session sees it',
      },
      beta,
    ],
    example: 'sesn_… --type file --file-id file_…',
  },
])

export const sessionOperations: readonly Operation[] = [...itemOperations, ...resourceOperations]
