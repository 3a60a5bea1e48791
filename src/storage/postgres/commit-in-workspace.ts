import { unreachable } from '../../domain/assert.ts'
import { DomainError, type Problem } from '../../domain/errors.ts'
import { makeKeyId, makeStoreId, makeWorkspaceId } from '../../domain/ids.ts'
import type {
  CreateKey,
  CreateStore,
  CreateWorkspace,
  Key,
  RevokeKey,
  Workspace,
} from '../../domain/memory/command.ts'
import { decideCreateStore } from '../../domain/memory/decide-store.ts'
import type { Store } from '../../domain/memory/store.ts'
import type { StoreEngine } from './commit-in-store.ts'
import { execute, select, type Session, type Statement } from './connection.ts'
import { failure, isLostRace } from './failure.ts'
import { done, refused, type Outcome } from './outcome.ts'
import { keyColumns, keyOf, type KeyRow } from '../tenant-rows.ts'
import { kindNumbers } from './rows.ts'

// Writes in the scope of a workspace: creating stores, whose limit must hold across processes, and
// keys.

export type WorkspaceCommand = CreateStore | CreateKey | RevokeKey

const racesMax = 20

/** @returns the outcome of the first command */
export async function commitInWorkspace(
  engine: StoreEngine,
  [command]: readonly [WorkspaceCommand, ...WorkspaceCommand[]],
): Promise<readonly [Outcome]> {
  for (let race = 0; race < racesMax; race += 1) {
    const outcome = await attempt(engine, command).catch((error: unknown) => {
      if (isLostRace(error)) return 'lost' as const
      throw failure(error, 'commit')
    })
    if (outcome !== 'lost') return [outcome]
  }
  throw new DomainError({
    code: 'conflict',
    message: 'other writers of this workspace kept coming first; try again',
  })
}

function attempt(
  { pools: { writers }, options }: StoreEngine,
  command: WorkspaceCommand,
): Promise<Outcome | 'lost'> {
  switch (command.type) {
    case 'create_store':
      return createStore(writers, command, options)
    case 'create_key':
      return createKey(writers, command, options.clock())
    case 'revoke_key':
      return revokeKey(writers, command, options.clock())
    default:
      return unreachable(command)
  }
}

const workspaceNotFound: Problem = { code: 'not_found', message: 'workspace not found' }

const loadWorkspace: Statement = {
  name: 'load_workspace',
  text: 'SELECT stores FROM workspaces WHERE id = $1',
}

async function createStore(
  session: Session,
  command: CreateStore,
  { limits, clock }: StoreEngine['options'],
): Promise<Outcome<Store> | 'lost'> {
  const [row] = await select<{ stores: number }>(session, loadWorkspace, [command.workspaceId])
  if (row === undefined) return refused(workspaceNotFound)
  const now = clock()
  const facts = { stores: row.stores, limits, now, id: makeStoreId(now) }
  const decision = decideCreateStore(facts, command)
  if (decision.kind === 'refused') return refused(decision.problem)
  const stored = await applyNewStore(session, command, { ...facts, store: decision.answer })
  return stored ? done(decision.answer) : 'lost'
}

/**
 * The number of stores is the whole of what was decided on, so it is also what must not have
 * changed.
 */
const newStoreStatement: Statement = {
  name: 'create_store',
  text: `WITH won AS (
      UPDATE workspaces SET stores = stores + 1 WHERE id = $1 AND stores = $2 RETURNING 1),
    store AS (
      INSERT INTO stores (id, workspace_id, name, description, metadata, created_at, updated_at)
      SELECT $3::text, $1, $4::text, $5::text, $6::json, $7::bigint, $7::bigint FROM won),
    counted AS (
      INSERT INTO counters (store_id, seq, memories, content_bytes, versions, changed_at, history_from)
      SELECT $3, 1, 0, 0, 0, $7, 1 FROM won)
    INSERT INTO changes (store_id, seq, at, kind, actor, door, request)
    SELECT $3, 1, $7, ${kindNumbers.store_created}, $8::text, $9::text, $10::text FROM won`,
}

async function applyNewStore(
  session: Session,
  { workspaceId, by }: CreateStore,
  { stores, now, store }: { stores: number; now: number; store: Store },
): Promise<boolean> {
  const text = [store.name, store.description, JSON.stringify(store.metadata)]
  const cause = [by.actor, by.door, by.requestId]
  const values = [workspaceId, stores, store.id, ...text, now, ...cause]
  return (await execute(session, newStoreStatement, values)) > 0
}

const createKeyStatement: Statement = {
  name: 'create_key',
  text: `INSERT INTO api_keys (id, workspace_id, name, role, secret_sha256, hint, created_at)
    SELECT $1::text, w.id, $3::text, $4::text, decode($5, 'hex'), $6::text, $7::bigint
    FROM workspaces w WHERE w.id = $2`,
}

async function createKey(session: Session, command: CreateKey, now: number): Promise<Outcome<Key>> {
  const { workspaceId, name, role, secretSha256, hint } = command
  const id = makeKeyId(now)
  const values = [id, workspaceId, name, role, secretSha256, hint, now]
  const created = await execute(session, createKeyStatement, values)
  if (created === 0) return refused(workspaceNotFound)
  return done({ id, workspaceId, name, role, hint, createdAt: now, revokedAt: undefined })
}

const revokeKeyStatement: Statement = {
  name: 'revoke_key',
  text: `UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3)
    WHERE workspace_id = $1 AND id = $2 RETURNING ${keyColumns}`,
}

async function revokeKey(session: Session, command: RevokeKey, now: number): Promise<Outcome<Key>> {
  const values = [command.workspaceId, command.keyId, now]
  const [row] = await select<KeyRow>(session, revokeKeyStatement, values)
  return row ? done(keyOf(row)) : refused({ code: 'not_found', message: 'key not found' })
}

const createWorkspaceStatement: Statement = {
  name: 'create_workspace',
  text: 'INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)',
}

export async function createWorkspace(
  { pools, options }: StoreEngine,
  { name }: CreateWorkspace,
): Promise<Workspace> {
  const now = options.clock()
  const id = makeWorkspaceId(now)
  await execute(pools.writers, createWorkspaceStatement, [id, name, now]).catch(
    (error: unknown) => {
      throw failure(error, 'commit')
    },
  )
  return { id, name, createdAt: now }
}
