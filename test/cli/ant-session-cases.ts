// Agents, environments and sessions: argument lists that the official `ant` and ours both run.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reply } from '../support/recording-server.ts'
import type { AntCase } from './ant-cases.ts'

const agents = 'beta:agents'
const environments = 'beta:environments'
const work = `${environments}:work`
const sessions = 'beta:sessions'
const events = `${sessions}:events`
const resources = `${sessions}:resources`
const threads = `${sessions}:threads`

const ofWork = ['--environment-id', 'env_1', '--work-id', 'work_1']
const ofThread = ['--session-id', 'sesn_1', '--thread-id', 'sthr_1']
const toolset = '{type: agent_toolset_20260401}'
const model = ['--model', '{id: claude-x}']
const message = '{type: user.message, content: [{type: text, text: "Hi, \\"you\\""}]}'
const created = ['gt', 'gte', 'lt', 'lte'].flatMap((bound, index) => [
  `--created-at-${bound}`,
  `2026-01-0${index + 1}T00:00:00Z`,
])

/** Every verb with every flag. */
export const sessionVerbs: readonly AntCase[] = [
  [agents, 'create', '--name', 'a', ...model],
  [
    [agents, 'create', '--name', 'a', '--model', '{id: m, effort: high, speed: null}'],
    ['--description', 'null', '--system', 'Be short.', '--metadata', '{a: b}'],
    ['--tool', toolset, '--tool', '{"type":"custom","name":"x"}', '--skill', '{type: s}'],
    ['--multiagent', '{type: coordinator, agents: []}', '--mcp-server', '{name: n, url: u}'],
  ].flat(),
  [agents, 'create', '--name', 'a', ...model, '--multiagent.agents', '[a, {type: self}]'],
  [
    [agents, 'create', '--name', 'a', ...model, '--mcp-server.name', 'a'],
    ['--mcp-server.url', 'u', '--mcp-server.type', 'url', '--mcp-server.name', 'b'],
  ].flat(),
  [agents, 'create', '--name', 'a', ...model, '--mcp-server', '{name: a}', '--mcp-server.url', 'u'],
  [agents, 'create', '--name', 'a', ...model, '--tool', 'null'],
  [agents, 'retrieve', 'agent_1'],
  [agents, 'retrieve', '--agent-id', 'agent_1', '--version', '2'],
  [agents, 'update', 'agent_1', '--tool', 'null', '--skill', '[]', '--version', '3'],
  [agents, 'update', 'agent_1', '--tool', '[{type: a}, {type: b}]', '--system', 'null'],
  [agents, 'update', 'agent_1', '--mcp-server.name', 'x', '--mcp-server.url', 'u'],
  [agents, 'update', 'agent_1', '--mcp-server', '@x', '--name', 'null', '--description', ''],
  [agents, 'update', 'agent_1', '--model', 'null', '--metadata', '{a: null}'],
  [agents, 'archive', 'agent_1'],
  [environments, 'create', '--name', 'e'],
  [environments, 'create', '--name', 'e', '--config', '{type: self_hosted}', '--scope', 'null'],
  [environments, 'create', '--name', 'e', '--description', 'd', '--metadata', '{a: b}'],
  [environments, 'retrieve', 'env_1'],
  [environments, 'update', 'env_1', '--name', 'null', '--description', 'null', '--config', 'null'],
  [environments, 'delete', 'env_1'],
  [environments, 'archive', '--environment-id', 'env_1'],
  [work, 'retrieve', ...ofWork],
  [work, 'update', '--environment-id', 'env_1', 'work_1', '--metadata', '{a: null}'],
  [work, 'ack', ...ofWork],
  [work, 'heartbeat', ...ofWork, '--expected-last-heartbeat', 'NO_HEARTBEAT'],
  [work, 'heartbeat', ...ofWork, '--desired-ttl-seconds', '0x10'],
  [work, 'heartbeat', ...ofWork, '--expected-last-heartbeat', 'null'],
  [work, 'poll', 'env_1', '--block-ms', 'null', '--reclaim-older-than-ms', '3'],
  [work, 'poll', 'env_1', '--anthropic-worker-id', 'w 1', '--block-ms', '999'],
  [work, 'stats', 'env_1'],
  [work, 'stop', ...ofWork],
  [work, 'stop', ...ofWork, '--force'],
  [work, 'stop', ...ofWork, '--force=false'],
  [sessions, 'create', '--agent', 'agent_1', '--environment-id', 'env_1'],
  [
    [sessions, 'create', '--agent', '{type: agent, id: agent_1, version: 2}'],
    ['--environment-id', 'env_1', '--title', 'null', '--metadata', '{a: b}'],
    ['--resource', '{type: memory_store, memory_store_id: memstore_1, access: read_only}'],
    ['--resource', '{"type":"file"}', '--vault-id', 'v', '--vault-id', 'w'],
    ['--initial-event', message],
  ].flat(),
  [sessions, 'retrieve', 'sesn_1'],
  [sessions, 'update', 'sesn_1', '--title', 't', '--agent.tools', '[{type: a}]'],
  [
    [sessions, 'update', 'sesn_1', '--agent', '{tools: []}', '--vault-id', 'v'],
    ['--agent.mcp-servers', '[{name: a}]', '--metadata', 'null'],
  ].flat(),
  [sessions, 'delete', 'sesn_1'],
  [sessions, 'archive', 'sesn_1'],
  [events, 'send', 'sesn_1', '--event', message],
  [
    events,
    'send',
    '--session-id',
    'sesn_1',
    '--event',
    '{type: user.interrupt}',
    '--event',
    message,
  ],
  [resources, 'retrieve', '--session-id', 'sesn_1', 'sesrsc_1'],
  [resources, 'update', '--session-id', 'sesn_1', 'sesrsc_1', '--authorization-token', 't'],
  [resources, 'delete', '--session-id', 'sesn_1', '--resource-id', 'sesrsc_1'],
  [resources, 'add', 'sesn_1', '--file-id', 'f', '--type', 'file', '--mount-path', 'null'],
  [threads, 'retrieve', ...ofThread],
  [threads, 'archive', ...ofThread],
  [agents, 'retrieve', 'agent_1', '--beta', 'files-api-2025-04-14'],
].map((args) => ({ args }))

export const sessionLists: readonly AntCase[] = [
  [agents, 'list'],
  [agents, 'list', '--include-archived', '--limit', '2', '--created-at-gte', '2026-01-01'],
  [agents, 'list', '--created-at-lte', '2026-01-01', '--page', 'page_2'],
  [`${agents}:versions`, 'list', 'agent_1', '--limit', '2', '--transform', 'id', '-r'],
  [environments, 'list', '--include-archived', '--page', 'null', '--max-items', '1'],
  [work, 'list', 'env_1', '--limit', '3', '--format', 'jsonl'],
  [
    [sessions, 'list', '--agent-id', 'agent_1', '--agent-version', '2', ...created],
    ['--deployment-id', 'd', '--include-archived', '--limit', '2', '--order', 'asc'],
    ['--memory-store-id', 'memstore_1', '--status', 'idle', '--status', 'running'],
  ].flat(),
  [events, 'list', 'sesn_1', ...created, '--order', 'desc', '--type', 'a', '--type', 'b'],
  [events, 'list', '--session-id', 'sesn_1', '--format', 'raw'],
  [resources, 'list', 'sesn_1', '--limit', '1000'],
  [threads, 'list', 'sesn_1', '--max-items', '3'],
  [`${threads}:events`, 'list', ...ofThread, '--limit', '5'],
].map((args) => ({ args }))

export const sessionsPiped: readonly AntCase[] = [
  { args: [agents, 'create'], stdin: 'name: a\nmodel: claude-x\ntools: [{type: a}]\n' },
  { args: [agents, 'update', '--name', 'b'], stdin: '{"id":"agent_1","name":"a","version":2}' },
  { args: [agents, 'retrieve'], stdin: 'agent_id: agent_1\nversion: 2\n' },
  {
    args: [agents, 'create', '--multiagent.type', 'coordinator', ...model, '--name', 'a'],
    stdin: '{"multiagent":{"agents":["x"]}}',
  },
  { args: [sessions, 'create', '--agent', 'agent_1'], stdin: 'environment_id: env_1\ntitle: t' },
  { args: [sessions, 'update'], stdin: '{"id":"sesn_1","agent":{"tools":[{"type":"a"}]}}' },
  { args: [events, 'send', 'sesn_1'], stdin: 'events:\n  - type: user.interrupt\n' },
  { args: [work, 'poll'], stdin: 'environment_id: env_1\nAnthropic-Worker-ID: w\nblock_ms: 5\n' },
  { args: [work, 'stop', '--work-id', 'w'], stdin: '{"environment_id":"env_1","force":true}' },
]

export const sessionRefusals: readonly AntCase[] = [
  [sessions],
  [sessions, '--help'],
  [events, 'stream', '--help'],
  [sessions, 'create', '--agent', 'agent_1'],
  [sessions, 'create', '--agent', '[{', '--environment-id', 'env_1'],
  [sessions, 'create', '--agent', 'a', '--environment-id', 'e', '--resource', 'word'],
  [sessions, 'update', 'sesn_1', '--agent.tools', '{type: b}'],
  [events, 'send', 'sesn_1'],
  [events, 'stream'],
  [agents, 'list', 'agent_1'],
  [agents, 'create', '--name', 'a', '--model', '[1]'],
  [agents, 'update', 'agent_1', '--tool', '[{'],
  [work, 'update', ...ofWork],
  [work, 'poll', 'env_1', '--block-ms', 'soon'],
].map((args) => ({ args, stdout: 'ignored' }))

/** Files in `folder`, which must exist, and cases that read them. */
export function sessionFileCases(folder: string): AntCase[] {
  writeFileSync(join(folder, 'prompt.md'), 'Be short.\n')
  const create = [agents, 'create', '--name', 'a', ...model]
  return [
    { args: [...create, '--tool', `{type: custom, description: "@${folder}/prompt.md"}`] },
    { args: [events, 'send', 's', '--event', `{type: t, text: "@data://${folder}/prompt.md"}`] },
  ]
}

const frame = (type: string, rest: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`
const text = [{ type: 'text', text: 'Ä <b>' }]
const frames = [
  frame('session.status_running', { id: 'sevt_1' }),
  ': still here\n\nevent: ping\ndata: {"type":"ping"}\n\n',
  frame('agent.message', { id: 'sevt_2', content: text, big: 12345678 }),
  'data: {"type":"no name"}\n\n',
  frame('session.status_idle', { id: 'sevt_3', stop_reason: { type: 'end_turn' } }),
].join('')
const error = frame('error', { error: { type: 'api_error', message: 'over' } })

function streaming(body: string): () => Reply {
  return () => ({ headers: { 'content-type': 'text/event-stream' }, body })
}

export const streams: readonly AntCase[] = [
  ...[
    [],
    ['--format', 'jsonl'],
    ['--format', 'raw'],
    ['--format', 'json'],
    ['--format', 'explore'],
    ['--max-items', '0'],
    ['--max-items', '2', '--format', 'jsonl'],
    ['--transform', 'content.0.text', '-r'],
    ['--event-delta', 'agent.message', '--event-delta', 'agent.thinking'],
  ].map((flags) => ({ args: [events, 'stream', 'sesn_1', ...flags], reply: streaming(frames) })),
  { args: [`${threads}:events`, 'stream', ...ofThread], reply: streaming(frames) },
  { args: [events, 'stream', 'sesn_1'], reply: streaming(frames + error) },
  {
    args: [events, 'stream', 'sesn_1', '--transform-error', 'error.message'],
    reply: streaming(error),
  },
  { args: [events, 'stream', 'sesn_1'], reply: streaming('') },
  {
    args: [events, 'stream', 'sesn_1'],
    reply: () => ({ status: 404, body: { type: 'error', error: { type: 'not_found_error' } } }),
  },
]
