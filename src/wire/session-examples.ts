// One small world, shown in the reference: an agent, where it runs, and a session with a store.

export const exampleAgent = {
  id: 'agent_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'agent',
  version: 1,
  name: 'notes',
  description: null,
  system: null,
  model: { id: 'claude-sonnet-5-5', speed: 'standard' },
  tools: [
    {
      type: 'agent_toolset_20260401',
      configs: [],
      default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
    },
  ],
  mcp_servers: [],
  skills: [],
  multiagent: null,
  execution_identity: { type: 'service_account' },
  metadata: {},
  created_at: '2026-11-20T08:00:00.000Z',
  updated_at: '2026-11-20T08:00:00.000Z',
  archived_at: null,
}

export const exampleEnvironment = {
  id: 'env_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'environment',
  name: 'quickstart',
  description: null,
  config: { type: 'self_hosted' },
  metadata: {},
  scope: 'organization',
  created_at: '2026-11-20T08:00:00.000Z',
  updated_at: '2026-11-20T08:00:00.000Z',
  archived_at: null,
}

export const exampleEnvironmentKey = {
  id: 'envkey_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'environment_key',
  environment_id: exampleEnvironment.id,
  name: 'worker',
  hint: 'x7Qk',
  created_at: '2026-11-20T08:00:00.000Z',
  revoked_at: null,
}

export const exampleResource = {
  type: 'memory_store',
  memory_store_id: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  access: 'read_write',
  name: 'User Preferences',
  description: 'What the user likes and how they work.',
  mount_path: '/mnt/memory/user-preferences',
  instructions: null,
}

const { metadata: _metadata, created_at, updated_at, archived_at, ...pinned } = exampleAgent

const shared = {
  agent: pinned,
  status: 'idle',
  stats: { active_seconds: 0, duration_seconds: 0 },
  usage: {
    input_tokens: 0,
    output_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    active_seconds: 0,
  },
  created_at,
  updated_at,
  archived_at,
}

export const exampleSession = {
  id: 'sesn_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'session',
  title: null,
  environment_id: exampleEnvironment.id,
  resources: [exampleResource],
  metadata: {},
  vault_ids: [],
  outcome_evaluations: [],
  budget: null,
  deployment_id: null,
  ...shared,
}

export const exampleThread = {
  id: 'sthr_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'session_thread',
  session_id: exampleSession.id,
  parent_thread_id: null,
  workflow_run_id: null,
  ...shared,
}

export const exampleEvent = {
  id: 'sevt_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'agent.message',
  processed_at: '2026-11-20T08:00:00.000009Z',
  content: [{ type: 'text', text: 'Noted.' }],
}

export const exampleTurn = {
  id: 'turn_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'turn',
  session_id: exampleSession.id,
  status: 'completed',
  stop_reason: { type: 'end_turn' },
  output: [
    {
      id: exampleEvent.id,
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: '#0E7A4F.' }],
    },
  ],
  usage: {
    input_tokens: 824,
    output_tokens: 76,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  },
  memory: { changed: [], pending: false },
  created_at: '2026-11-20T08:00:00.000Z',
  completed_at: '2026-11-20T08:00:01.000Z',
}

export const exampleWork = {
  id: 'work_018EeWyXxfu5pfWkrYcMdjWG',
  type: 'work',
  environment_id: exampleEnvironment.id,
  data: { type: 'session', id: exampleSession.id },
  state: 'queued',
  secret: null,
  actor: null,
  metadata: {},
  created_at: '2026-11-20T08:00:00.000Z',
  started_at: '2026-11-20T08:00:00.000Z',
  acknowledged_at: null,
  latest_heartbeat_at: null,
  stop_requested_at: null,
  stopped_at: null,
}
