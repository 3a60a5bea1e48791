import { makeEnvironmentId, makeEnvironmentKeyId } from '../../domain/ids.ts'
import type {
  ArchiveEnvironment,
  CreateEnvironment,
  CreateEnvironmentKey,
  DeleteEnvironment,
  RevokeEnvironmentKey,
  UpdateEnvironment,
} from '../../domain/session/command.ts'
import { decideUpdateEnvironment } from '../../domain/session/decide-agent.ts'
import type { Environment, EnvironmentKey } from '../../domain/session/environment.ts'
import type { ListQuery } from '../port/session-reads.ts'
import { execute, finished, isRefused, select, selectLocked } from './script.ts'
import type { Result, Script } from './script.ts'

interface BodyRow {
  readonly body: string
}

const environmentOf = ({ body }: BodyRow): Environment => JSON.parse(body) as Environment
const keyOf = ({ body }: BodyRow): EnvironmentKey => JSON.parse(body) as EnvironmentKey

export function* createEnvironment(
  command: CreateEnvironment,
  now: number,
): Script<Result<Environment>> {
  const { workspaceId, name, description, kind, metadata } = command
  const environment: Environment = {
    id: makeEnvironmentId(now),
    workspaceId,
    name,
    description,
    kind,
    metadata,
    createdAt: now,
    updatedAt: now,
    archivedAt: undefined,
  }
  const sql =
    'INSERT INTO environments (id, workspace_id, created_at, archived_at, body) VALUES ($1, $2, $3, NULL, $4)'
  yield* execute(sql, environment.id, workspaceId, now, JSON.stringify(environment))
  return finished(environment)
}

type OfEnvironment = Pick<UpdateEnvironment, 'workspaceId' | 'environmentId'>

const environmentSql = 'SELECT body FROM environments WHERE id = $1 AND workspace_id = $2'

function* lockEnvironment(command: OfEnvironment): Script<Environment | undefined> {
  const { environmentId, workspaceId } = command
  const [row] = yield* selectLocked<BodyRow>(environmentSql, environmentId, workspaceId)
  return row && environmentOf(row)
}

function missing({ environmentId }: OfEnvironment): Result<never> {
  const message = `Environment ${environmentId} not found.`
  return { kind: 'refused', problem: { code: 'not_found', message } }
}

function* save(environment: Environment): Script<void> {
  const sql = 'UPDATE environments SET body = $2, archived_at = $3 WHERE id = $1'
  const archivedAt = environment.archivedAt ?? null
  yield* execute(sql, environment.id, JSON.stringify(environment), archivedAt)
}

export function* updateEnvironment(
  command: UpdateEnvironment,
  now: number,
): Script<Result<Environment>> {
  const environment = yield* lockEnvironment(command)
  if (environment === undefined) return missing(command)
  const decision = decideUpdateEnvironment(environment, command, now)
  if (isRefused(decision)) return decision
  if (decision !== environment) yield* save(decision)
  return finished(decision)
}

export function* archiveEnvironment(
  command: ArchiveEnvironment,
  now: number,
): Script<Result<Environment>> {
  const environment = yield* lockEnvironment(command)
  if (environment === undefined) return missing(command)
  if (environment.archivedAt !== undefined) return finished(environment)
  const archived = { ...environment, archivedAt: now, updatedAt: now }
  yield* save(archived)
  return finished(archived)
}

export function* deleteEnvironment(command: DeleteEnvironment): Script<Result<undefined>> {
  const environment = yield* lockEnvironment(command)
  if (environment === undefined) return missing(command)
  const [row] = yield* select<{ count: number }>(
    'SELECT count(*) AS count FROM sessions WHERE environment_id = $1 AND archived_at IS NULL',
    environment.id,
  )
  const count = row?.count ?? 0
  if (count > 0 && !command.force) {
    const message = `Environment has ${count} active sessions. Use force=true to delete anyway.`
    return { kind: 'refused', problem: { code: 'busy', message } }
  }
  yield* execute('DELETE FROM environment_keys WHERE environment_id = $1', environment.id)
  yield* execute('DELETE FROM environments WHERE id = $1', environment.id)
  return finished(undefined, environment.id)
}

export function* createEnvironmentKey(
  command: CreateEnvironmentKey,
  now: number,
): Script<Result<EnvironmentKey>> {
  const environment = yield* lockEnvironment(command)
  if (environment === undefined) return missing(command)
  const { workspaceId, environmentId, name, hint } = command
  const id = makeEnvironmentKeyId(now)
  const times = { createdAt: now, revokedAt: undefined }
  const key: EnvironmentKey = { id, workspaceId, environmentId, name, hint, ...times }
  const sql =
    'INSERT INTO environment_keys (id, environment_id, secret_sha256, body) VALUES ($1, $2, $3, $4)'
  yield* execute(sql, id, environmentId, command.secretSha256, JSON.stringify(key))
  return finished(key)
}

/** Idempotent: a key revoked twice keeps the time of the first. */
export function* revokeEnvironmentKey(
  command: RevokeEnvironmentKey,
  now: number,
): Script<Result<EnvironmentKey>> {
  const sql = 'SELECT body FROM environment_keys WHERE id = $1 AND environment_id = $2'
  const [row] = yield* selectLocked<BodyRow>(sql, command.keyId, command.environmentId)
  const key = row && keyOf(row)
  if (key === undefined || key.workspaceId !== command.workspaceId) {
    return { kind: 'refused', problem: { code: 'not_found', message: 'key not found' } }
  }
  if (key.revokedAt !== undefined) return finished(key)
  const revoked = { ...key, revokedAt: now }
  const update = 'UPDATE environment_keys SET body = $2 WHERE id = $1'
  yield* execute(update, key.id, JSON.stringify(revoked))
  return finished(revoked)
}

export function* readEnvironment(
  workspaceId: string,
  environmentId: string,
): Script<Environment | undefined> {
  const [row] = yield* select<BodyRow>(environmentSql, environmentId, workspaceId)
  return row && environmentOf(row)
}

/** Newest first. */
export function* readEnvironments(query: ListQuery): Script<Environment[]> {
  const { workspaceId, after, limit, includeArchived } = query
  const active = includeArchived ? '' : ' AND archived_at IS NULL'
  const sql = `SELECT body FROM environments
    WHERE workspace_id = $1 AND (created_at, id) < ($2, $3)${active}
    ORDER BY created_at DESC, id DESC LIMIT $4`
  const position = [after?.createdAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? ''] as const
  const rows = yield* select<BodyRow>(sql, workspaceId, ...position, limit)
  return rows.map(environmentOf)
}

/** Oldest first, revoked ones included. */
export function* readEnvironmentKeys(environmentId: string): Script<EnvironmentKey[]> {
  const sql = 'SELECT body FROM environment_keys WHERE environment_id = $1 ORDER BY id'
  return (yield* select<BodyRow>(sql, environmentId)).map(keyOf)
}

export function* readEnvironmentKeyBySecret(sha256: string): Script<EnvironmentKey | undefined> {
  const sql = 'SELECT body FROM environment_keys WHERE secret_sha256 = $1'
  const [row] = yield* select<BodyRow>(sql, sha256)
  return row && keyOf(row)
}
