import { expect, test } from 'vitest'
import type { SessionVerb } from '../../src/api/sessions.ts'
import type { Input, WireRequest } from '../../src/wire/endpoint.ts'
import { endpoints } from '../../src/wire/endpoints.ts'

/** Literal on purpose: paths and methods are the contract's. */
const paths: Record<SessionVerb, string> = {
  createAgent: 'POST /v1/agents',
  listAgents: 'GET /v1/agents',
  getAgent: 'GET /v1/agents/:agent_id',
  updateAgent: 'POST /v1/agents/:agent_id',
  archiveAgent: 'POST /v1/agents/:agent_id/archive',
  listAgentVersions: 'GET /v1/agents/:agent_id/versions',
  createEnvironment: 'POST /v1/environments',
  listEnvironments: 'GET /v1/environments',
  getEnvironment: 'GET /v1/environments/:environment_id',
  updateEnvironment: 'POST /v1/environments/:environment_id',
  archiveEnvironment: 'POST /v1/environments/:environment_id/archive',
  deleteEnvironment: 'DELETE /v1/environments/:environment_id',
  createEnvironmentKey: 'POST /palimpsest/v1/environments/:environment_id/keys',
  listEnvironmentKeys: 'GET /palimpsest/v1/environments/:environment_id/keys',
  revokeEnvironmentKey: 'POST /palimpsest/v1/environments/:environment_id/keys/:key_id/revoke',
  createSession: 'POST /v1/sessions',
  listSessions: 'GET /v1/sessions',
  getSession: 'GET /v1/sessions/:session_id',
  updateSession: 'POST /v1/sessions/:session_id',
  archiveSession: 'POST /v1/sessions/:session_id/archive',
  deleteSession: 'DELETE /v1/sessions/:session_id',
  listResources: 'GET /v1/sessions/:session_id/resources',
  listThreads: 'GET /v1/sessions/:session_id/threads',
  getThread: 'GET /v1/sessions/:session_id/threads/:thread_id',
  sendEvents: 'POST /v1/sessions/:session_id/events',
  listEvents: 'GET /v1/sessions/:session_id/events',
  listThreadEvents: 'GET /v1/sessions/:session_id/threads/:thread_id/events',
  streamEvents: 'GET /v1/sessions/:session_id/events/stream',
  streamThreadEvents: 'GET /v1/sessions/:session_id/threads/:thread_id/stream',
  createTurn: 'POST /v1/sessions/:session_id/turns',
  getTurn: 'GET /v1/sessions/:session_id/turns/:turn_id',
  pollWork: 'GET /v1/environments/:environment_id/work/poll',
  acknowledgeWork: 'POST /v1/environments/:environment_id/work/:work_id/ack',
  heartbeatWork: 'POST /v1/environments/:environment_id/work/:work_id/heartbeat',
  stopWork: 'POST /v1/environments/:environment_id/work/:work_id/stop',
  listWork: 'GET /v1/environments/:environment_id/work',
  getWork: 'GET /v1/environments/:environment_id/work/:work_id',
  updateWork: 'POST /v1/environments/:environment_id/work/:work_id',
  getWorkStats: 'GET /v1/environments/:environment_id/work/stats',
}

const verbs = Object.keys(paths) as SessionVerb[]

test('[R-S1.1-2] every operation of sessions is at its path', () => {
  expect(verbs).toHaveLength(39)
  for (const verb of verbs) {
    const { method, path } = endpoints[verb]
    expect(`${method} ${path}`).toBe(paths[verb])
  }
})

const tools = [
  { type: 'agent_toolset_20260401', defaultConfig: { enabled: true } },
  { type: 'custom', name: 'x', inputSchema: { type: 'object', some_key: {}, someKey: {} } },
]
const agent = { name: 'n', model: 'm', system: 's', tools, metadata: { some_key: 'a', aKey: 'b' } }
const page = { limit: 3, page: 'page_x' }
const times = { createdFrom: 1, createdTo: 2 }
const environmentId = 'e'
const sessionId = 's'
const work = { environmentId, workId: 'w' }
const events = [{ type: 'user.tool_result', toolUseId: 't', isError: false }]
const listed = { types: ['a', 'b'], order: 'desc', after: 1_000_001, before: 2_000_002 } as const
const followed = { deltas: ['agent.message'], after: 'sevt_1' }

const inputs: { [V in SessionVerb]: Input<V> } = {
  createAgent: agent,
  listAgents: { includeArchived: true, ...times, ...page },
  getAgent: { agentId: 'a', version: 2 },
  updateAgent: { agentId: 'a', version: 2, ...agent },
  archiveAgent: { agentId: 'a' },
  listAgentVersions: { agentId: 'a', ...page },
  createEnvironment: { name: 'n', config: { type: 'self_hosted' } },
  listEnvironments: { includeArchived: true, ...page },
  getEnvironment: { environmentId },
  updateEnvironment: { environmentId, name: 'n', description: null },
  archiveEnvironment: { environmentId },
  deleteEnvironment: { environmentId, force: true },
  createEnvironmentKey: { environmentId, name: 'n' },
  listEnvironmentKeys: { environmentId },
  revokeEnvironmentKey: { environmentId, keyId: 'k' },
  createSession: { agent: 'a', environmentId, resources: [{ memoryStoreId: 'm' }], title: 't' },
  listSessions: {
    agentId: 'a',
    agentVersion: 1,
    memoryStoreId: 'm',
    statuses: ['idle', 'running'],
    order: 'asc',
    ...times,
    ...page,
  },
  getSession: { sessionId },
  updateSession: { sessionId, title: null, metadata: { a: null }, agent: { tools } },
  archiveSession: { sessionId },
  deleteSession: { sessionId },
  listResources: { sessionId },
  listThreads: { sessionId },
  getThread: { sessionId, threadId: 't' },
  sendEvents: { sessionId, events },
  listEvents: { sessionId, ...listed, ...page },
  streamEvents: { sessionId, ...followed },
  listThreadEvents: { sessionId, threadId: 't', ...listed, ...page },
  streamThreadEvents: { sessionId, threadId: 't', ...followed },
  createTurn: { sessionId, input: 'x', timeoutSeconds: 1, idempotencyKey: 'k' },
  getTurn: { sessionId, turnId: 't' },
  pollWork: { environmentId, blockMs: 1, reclaimOlderThanMs: 2, workerId: 'w' },
  acknowledgeWork: work,
  heartbeatWork: { ...work, expected: 1_800_000_000_000_001 },
  stopWork: { ...work, force: true },
  listWork: { environmentId, ...page },
  getWork: work,
  updateWork: { ...work, metadata: { someKey: 'a' } },
  getWorkStats: { environmentId },
}

test.each(verbs)('the server reads the input of %s that the client wrote', (verb) => {
  const { toInput, toRequest } = endpoints[verb] as unknown as {
    toInput: (request: WireRequest) => unknown
    toRequest: (input: unknown) => WireRequest
  }
  const request = toRequest(inputs[verb])
  const body = request.body && (JSON.parse(JSON.stringify(request.body)) as WireRequest['body'])
  expect(toInput({ ...request, body })).toEqual(inputs[verb])
})

test('[R-S1.1-3] lists in a query may be repeated, with brackets or without', () => {
  const params = { session_id: 's' }
  for (const search of ['types[]=a&types[]=b', 'types=a&types=b', 'types%5B%5D=a&types=b']) {
    expect(endpoints.listEvents.toInput({ params, search, body: undefined }).types).toEqual([
      'a',
      'b',
    ])
  }
})

test('[R-S1.1-4] keys of a body that are not spelled as the wire does are unknown ones', () => {
  const body = { events: [{ type: 'user.tool_result', toolUseId: 't' }] }
  const read = endpoints.sendEvents.toInput({ params: { session_id: 's' }, search: '', body })
  expect(read.events).toEqual([{ type: 'user.tool_result', '!toolUseId': 't' }])
})
