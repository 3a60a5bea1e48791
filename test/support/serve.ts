// A server of our own in this process, with an empty SQLite database in a temporary directory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config.ts'
import { startServer } from '../../src/server.ts'

export interface Served extends AsyncDisposable {
  readonly url: string
  /** An admin key. */
  readonly key: string
  /** The environment that leads the command line to it. */
  readonly env: Readonly<Record<string, string>>
}

export async function serve(
  flags: Readonly<Record<string, string | boolean>> = {},
): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), 'palimpsest-serve-'))
  const settings = { port: '0', 'data-dir': directory, 'log-level': 'silent', ...flags }
  const server = await startServer(loadConfig(settings, {}).config)
  const key = server.firstKey?.secret ?? ''
  return {
    url: server.url,
    key,
    env: { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: key },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
