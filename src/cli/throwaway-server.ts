import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type RemoteApi } from '../client/connect.ts'
import { loadConfig } from '../config.ts'
import { startServer } from '../server.ts'
import { Parts } from '../server/parts.ts'

export interface ThrowawayServer extends AsyncDisposable {
  readonly url: string
  readonly api: RemoteApi
}

/** A server of this process with data of its own; both are gone with it. */
export async function startThrowawayServer(
  flags: Readonly<Record<string, string>>,
): Promise<ThrowawayServer> {
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-demo-'))
  await using parts = new Parts()
  parts.defer(() => rm(directory, { recursive: true, force: true }))
  const own = { 'data-dir': directory, port: '0', host: '127.0.0.1', 'log-level': 'silent' }
  const { config } = loadConfig({ ...own, ...flags }, {})
  const server = parts.use(await startServer(config))
  const key = server.firstKey?.secret ?? ''
  const api = connect({ baseUrl: server.url, headers: { 'x-api-key': key } })
  parts.defer(() => api[Symbol.dispose]())
  const owned = parts.move()
  return { url: server.url, api, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
}
