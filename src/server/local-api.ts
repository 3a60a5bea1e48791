import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** Beside the database while a server owns it: where that server listens. */
const servingFile = 'serving.json'

/** The URL of the server that owns the data directory, as far as it said so. */
export function servedAt(config: Config): string | undefined {
  try {
    const text = readFileSync(join(config['data-dir'], servingFile), 'utf8')
    return (JSON.parse(text) as { url: string }).url
  } catch {
    // Nobody serves it, or it is not ours to read.
    return undefined
  }
}

/** Says where the server of a data directory listens, until it is disposed of. */
export function announceServing(config: Config, url: string): Disposable {
  const file = join(config['data-dir'], servingFile)
  writeFileSync(file, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 })
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}
