import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Api } from '../api.ts'
import type { Config } from '../config.ts'
import { databaseFile } from '../storage/database-file.ts'
import { bind } from '../usecases/bind.ts'
import { openApp, operator } from './open-app.ts'

/** Every verb on the storage itself, for the person at the machine, while this process owns it. */
export interface LocalApi extends AsyncDisposable {
  readonly api: Api
}

/** @throws DomainError `unavailable` while a server owns the data directory */
export async function openLocalApi(config: Config): Promise<LocalApi> {
  const opened = await openApp(config)
  return {
    api: bind(opened.app, operator(opened.app, opened.homeWorkspaceId)),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

/** Whether a SQLite database is there, without opening it. */
export function hasLocalDatabase(config: Config): boolean {
  return existsSync(join(config['data-dir'], databaseFile))
}
