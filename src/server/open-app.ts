import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import { FilesOnDisk } from '../agent/files-on-disk.ts'
import type { NewKey } from '../api.ts'
import { limitsOf, retentionOf, type Config } from '../config.ts'
import type { Caller } from '../domain/caller.ts'
import { makeRequestId, type WorkspaceId } from '../domain/ids.ts'
import type { Storage } from '../storage/port.ts'
import type { OpenedModel } from './open-model.ts'
import type { App } from '../usecases/app.ts'
import { Watchers } from '../usecases/events/watchers.ts'
import { KnownCredentials } from '../usecases/tenants/known-credentials.ts'
import { bind } from '../usecases/bind.ts'
import { refuseUrl } from '../webhooks/address.ts'
import { sessionDirectory } from './session-directory.ts'

/** An installation, opened: its storage, and the workspace whose admins manage all others. */
export interface OpenApp extends AsyncDisposable {
  readonly app: App
  readonly homeWorkspaceId: WorkspaceId
  /** What sessions left on this machine. */
  readonly sessionFiles: FilesOnDisk
  /**
   * An admin key where there is none yet; undefined where there is. Its secret is seen only now.
   */
  makeFirstKey(): Promise<NewKey | undefined>
  /** Names the installation; the same in every process over one database. */
  readonly organizationId: string
}

/**
 * Opens the storage that the settings name, and makes the first workspace where there is none.
 * @throws DomainError `unavailable` when the storage is in use, newer than the program or out of
 * reach
 */
export async function openApp(
  config: Config,
  model?: Pick<OpenedModel, 'isModelKnown'>,
): Promise<OpenApp> {
  const clock = Date.now
  const sessionFiles = new FilesOnDisk(sessionDirectory(config, 'sessions'))
  const storage = await openStorage(config, clock)
  try {
    const watchers = new Watchers()
    const isModelKnown = model?.isModelKnown ?? (() => false)
    const cursorKey = await storage.view.cursorKey()
    const app: App = {
      storage,
      limits: limitsOf(config),
      cursorKey,
      clock,
      workTtlSeconds: config['work-lease-seconds'],
      watchers,
      knownCredentials: new KnownCredentials(),
      isModelKnown,
      sessionFiles,
      ...(config['webhook-targets'] === 'any' ? {} : { refuseTarget: refuseUrl }),
    }
    const homeWorkspaceId = await homeWorkspace(storage)
    return {
      app,
      homeWorkspaceId,
      sessionFiles,
      makeFirstKey: () => makeFirstKey(app, homeWorkspaceId),
      organizationId: organizationOf(cursorKey),
      [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
    }
  } catch (error) {
    await storage[Symbol.asyncDispose]()
    throw error
  }
}

async function openStorage(config: Config, clock: () => number): Promise<Storage> {
  const options = { limits: limitsOf(config), retention: retentionOf(config), clock }
  // Only the engine in use is loaded: the other's driver costs start-up time.
  if (config.database !== undefined) {
    const { openPostgres } = await import('../storage/postgres/open.ts')
    return openPostgres(config.database, options)
  }
  const { openSqlite } = await import('../storage/sqlite/open.ts')
  return openSqlite(config['data-dir'], options)
}

/**
 * The oldest workspace, made if there is none. Two first starts at once may each make one; both
 * then agree on the oldest.
 */
async function homeWorkspace(storage: Storage): Promise<WorkspaceId> {
  const { view } = storage
  const [known] = await view.workspaces()
  if (known !== undefined) return known.id
  const made = await storage.commit({ type: 'create_workspace', name: 'default' })
  const [oldest = made] = await view.workspaces()
  return oldest.id
}

async function makeFirstKey(app: App, workspaceId: WorkspaceId): Promise<NewKey | undefined> {
  const keys = await app.storage.view.keys(workspaceId)
  if (keys.length > 0) return undefined
  return bind(app, operator(app, workspaceId)).createKey({ name: 'first', role: 'admin' })
}

/** Whoever can open the storage directly: the person at the machine. */
export function operator(app: App, workspaceId: WorkspaceId): Caller {
  return {
    workspaceId,
    actor: `operator@${hostname()}`,
    role: 'admin',
    door: 'cli',
    requestId: makeRequestId(app.clock()),
    isOperator: true,
  }
}

/** A UUID derived from the installation's secret, which it does not reveal. */
function organizationOf(cursorKey: Uint8Array): string {
  const digest = createHash('sha256').update('organization').update(cursorKey).digest('hex')
  const [a, b, c, d, e] = [0, 8, 12, 16, 20].map((start) => digest.slice(start))
  return [a?.slice(0, 8), b?.slice(0, 4), c?.slice(0, 4), d?.slice(0, 4), e?.slice(0, 12)].join('-')
}
