import { constants } from 'node:fs'
import { chmod, copyFile, mkdir, open, readdir } from 'node:fs/promises'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { Api } from '../api.ts'
import { connect } from '../client/connect.ts'
import { loadConfig } from '../config.ts'
import { DomainError } from '../domain/errors.ts'
import type { VerifyStep } from '../domain/guard/steps.ts'
import { isDirectory } from '../domain/memory/memory.ts'
import { createHttpServer } from '../http/server.ts'
import { createLog } from '../observe/log.ts'
import { createMetrics } from '../observe/metrics.ts'
import { databaseFile } from '../storage/database-file.ts'
import { verifyFile } from '../storage/sqlite/guard.ts'
import { bind } from '../usecases/bind.ts'
import { authenticator } from '../usecases/tenants/authenticate.ts'
import { version } from '../version.ts'
import { openApp, operator } from './open-app.ts'
import { Parts } from './parts.ts'

// Work on copies of a SQLite database that no server owns.

/** Holds a backup to every rule, and reads it as a file; nothing is written beside it. */
export function verifyCopy(file: string, signal: AbortSignal): AsyncIterable<VerifyStep> {
  return verifyFile(file, { isCopy: true }, signal)
}

/** Where the database of a data directory is. */
export function databaseIn(directory: string): string {
  return join(directory, databaseFile)
}

/**
 * Makes a data directory of a backup.
 * @throws DomainError `invalid` where there is something already
 */
export async function restoreCopy(file: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const taken = await readdir(directory)
  if (taken.length > 0) {
    const message = `${directory} is not empty: a backup is laid over nothing`
    throw new DomainError({ code: 'invalid', message })
  }
  const target = databaseIn(directory)
  await copyFile(file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  await chmod(target, 0o600)
  for (const path of [target, directory]) {
    await using handle = await open(path, 'r')
    await handle.sync()
  }
}

/** What was read from a copy through HTTP, each memory held against its hash. */
export interface Sample {
  readonly workspaces: number
  readonly stores: number
  readonly memories: number
}

const storesPerWorkspace = 20
const memoriesPerStore = 10

/**
 * Serves a copy for a moment and reads some of it as a client would. Nothing else of a server runs:
 * no agents, no sweep, nothing that reaches out.
 * @throws DomainError when it cannot be served, or does not give what its hashes say
 */
export async function readThroughServer(directory: string): Promise<Sample> {
  const { config } = loadConfig({ 'data-dir': directory, 'log-level': 'silent' }, {})
  await using parts = new Parts()
  const opened = parts.use(await openApp(config))
  const { app, homeWorkspaceId, organizationId } = opened
  const { storage } = app
  const log = createLog({ level: 'silent' })
  const metrics = createMetrics({ version, backend: 'sqlite', storage: () => storage.stats() })
  const door = createHttpServer({
    bind: (caller) => bind(app, caller),
    authenticate: authenticator(app, homeWorkspaceId),
    checkReady: () => storage.checkHealth(),
    organizationId,
    version,
    backend: 'sqlite',
    log,
    metrics,
  })
  const { url } = await door.listen({ host: '127.0.0.1', port: 0 })
  parts.defer(() => door.close())
  const admin = bind(app, operator(app, homeWorkspaceId))
  const sample = { workspaces: 0, stores: 0, memories: 0 }
  for (const { id: workspaceId } of await admin.listWorkspaces()) {
    const key = await admin.createKey({ name: 'drill', role: 'read_only', workspaceId })
    using api = connect({ baseUrl: url, headers: { 'x-api-key': key.secret } })
    const read = await readSome(api)
    sample.workspaces += 1
    sample.stores += read.stores
    sample.memories += read.memories
  }
  return sample
}

async function readSome(api: Api): Promise<Omit<Sample, 'workspaces'>> {
  const { items: stores } = await api.listStores({
    includeArchived: true,
    limit: storesPerWorkspace,
  })
  let memories = 0
  for (const { id: storeId } of stores) {
    const { items } = await api.listMemories({ storeId, limit: memoriesPerStore, view: 'full' })
    for (const item of items) {
      if (isDirectory(item)) continue
      if (hash('sha256', item.content ?? '') !== item.sha256) {
        const message = `${item.id} of ${storeId} is not the content of its SHA-256`
        throw new DomainError({ code: 'unavailable', message })
      }
      memories += 1
    }
  }
  return { stores: stores.length, memories }
}
