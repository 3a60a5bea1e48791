import { makeAgentId } from '../../domain/ids.ts'
import type { Agent } from '../../domain/session/agent.ts'
import type { ArchiveAgent, CreateAgent, UpdateAgent } from '../../domain/session/command.ts'
import { decideUpdateAgent } from '../../domain/session/decide-agent.ts'
import type { AgentsQuery } from '../port/session-reads.ts'
import { execute, finished, isRefused, select, selectLocked, where } from './script.ts'
import type { Result, Script } from './script.ts'

interface BodyRow {
  readonly body: string
}

const agentOf = ({ body }: BodyRow): Agent => JSON.parse(body) as Agent

export function* createAgent(command: CreateAgent, now: number): Script<Result<Agent>> {
  const { workspaceId, name, model, system, description, tools, metadata } = command
  const agent: Agent = {
    id: makeAgentId(now),
    workspaceId,
    name,
    model,
    system,
    description,
    tools,
    metadata,
    version: 1,
    createdAt: now,
    updatedAt: now,
    archivedAt: undefined,
  }
  const sql =
    'INSERT INTO agents (id, workspace_id, created_at, archived_at, body) VALUES ($1, $2, $3, NULL, $4)'
  yield* execute(sql, agent.id, workspaceId, now, JSON.stringify(agent))
  yield* insertVersion(agent)
  return finished(agent)
}

function* insertVersion(agent: Agent): Script<void> {
  const sql = 'INSERT INTO agent_versions (agent_id, version, body) VALUES ($1, $2, $3)'
  yield* execute(sql, agent.id, agent.version, JSON.stringify(agent))
}

const notFound = {
  kind: 'refused',
  problem: { code: 'not_found', message: 'agent not found' },
} as const

export function* updateAgent(command: UpdateAgent, now: number): Script<Result<Agent>> {
  const agent = yield* lockAgent(command)
  if (agent === undefined) return notFound
  const decision = decideUpdateAgent(agent, command, now)
  if (isRefused(decision)) return decision
  if (decision !== agent) {
    yield* insertVersion(decision)
    yield* saveAgent(decision)
  }
  return finished(decision)
}

export function* archiveAgent(command: ArchiveAgent, now: number): Script<Result<Agent>> {
  const agent = yield* lockAgent(command)
  if (agent === undefined) return notFound
  if (agent.archivedAt !== undefined) return finished(agent)
  const archived = { ...agent, archivedAt: now, updatedAt: now }
  yield* saveAgent(archived)
  return finished(archived)
}

function* lockAgent(command: UpdateAgent | ArchiveAgent): Script<Agent | undefined> {
  const sql = 'SELECT body FROM agents WHERE id = $1 AND workspace_id = $2'
  const [row] = yield* selectLocked<BodyRow>(sql, command.agentId, command.workspaceId)
  return row && agentOf(row)
}

function* saveAgent(agent: Agent): Script<void> {
  const sql = 'UPDATE agents SET body = $2, archived_at = $3 WHERE id = $1'
  yield* execute(sql, agent.id, JSON.stringify(agent), agent.archivedAt ?? null)
}

/** One agent; with a version, as it was then. */
export function* readAgent(
  workspaceId: string,
  agentId: string,
  version?: number,
): Script<Agent | undefined> {
  const sql = 'SELECT body FROM agents WHERE id = $1 AND workspace_id = $2'
  const [row] = yield* select<BodyRow>(sql, agentId, workspaceId)
  if (row === undefined) return undefined
  const newest = agentOf(row)
  if (version === undefined || version === newest.version) return newest
  const versionSql = 'SELECT body FROM agent_versions WHERE agent_id = $1 AND version = $2'
  const [old] = yield* select<BodyRow>(versionSql, agentId, version)
  return old && { ...agentOf(old), archivedAt: newest.archivedAt }
}

/** Newest first. */
export function* readAgents(query: AgentsQuery): Script<Agent[]> {
  const { workspaceId, after, limit } = query
  const filter = where(
    [workspaceId, after?.createdAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? '', limit],
    [
      ['created_at >= ?', query.createdFrom],
      ['created_at <= ?', query.createdTo],
    ],
  )
  const active = query.includeArchived ? '' : ' AND archived_at IS NULL'
  const sql = `SELECT body FROM agents
    WHERE workspace_id = $1 AND (created_at, id) < ($2, $3)${filter.text}${active}
    ORDER BY created_at DESC, id DESC LIMIT $4`
  return (yield* select<BodyRow>(sql, ...filter.values)).map(agentOf)
}

/** Newest first, below a version. */
export function* readAgentVersions(
  agentId: string,
  beforeVersion: number,
  limit: number,
): Script<Agent[]> {
  const sql = `SELECT body FROM agent_versions WHERE agent_id = $1 AND version < $2
    ORDER BY version DESC LIMIT $3`
  return (yield* select<BodyRow>(sql, agentId, beforeVersion, limit)).map(agentOf)
}
