import { readFileSync } from 'node:fs'
import type { Api, NewKey } from './api.ts'
import type { Config } from './config.ts'
import { DomainError } from './domain/errors.ts'
import { serveConsole } from './http/console-files.ts'
import type { HttpServerOptions } from './http/door.ts'
import { createHttpServer, type Listening } from './http/server.ts'
import { createLog, type Log } from './observe/log.ts'
import { createMetrics } from './observe/metrics.ts'
import { openTracing } from './observe/open-tracing.ts'
import type { Tracing } from './observe/tracing.ts'
import { announceServing } from './server/local-api.ts'
import { openApp, operator, type OpenApp } from './server/open-app.ts'
import { openModel } from './server/open-model.ts'
import { openDispatcher } from './server/open-dispatcher.ts'
import { openRunner } from './server/open-runner.ts'
import { Parts } from './server/parts.ts'
import type { Storage } from './storage/port.ts'
import { authenticator } from './usecases/tenants/authenticate.ts'
import { bind } from './usecases/bind.ts'
import { version } from './version.ts'

export interface RunningServer extends AsyncDisposable {
  /** Where clients point. */
  readonly url: string
  readonly metricsPort: number | undefined
  /** The storage in words, for people. */
  readonly storage: string
  /** What runs agents, for people; undefined where nothing does. */
  readonly model: string | undefined
  /** The admin key made on the first start; its secret is never seen again. */
  readonly firstKey: NewKey | undefined
  readonly isOurKey: (secret: string) => Promise<boolean>
  /** Every verb, for the person at the machine, without the way over HTTP. */
  readonly operator: Api
}

/** How often retention and deleted stores are looked after. */
const sweepEveryMs = 10 * 60_000
const firstSweepMs = 30_000

/**
 * The composition root: opens the storage, binds the doors, listens.
 * @throws DomainError when the storage cannot be had or the port is taken
 */
export async function startServer(config: Config): Promise<RunningServer> {
  const log = createLog({ level: config['log-level'] })
  await using parts = new Parts()
  parts.defer(() => log.flush())
  const tracing = await openTracing(process.env, version)
  if (tracing !== undefined) parts.use(tracing)
  const model = openModel(config)
  const opened = parts.use(await openApp(config, model))
  parts.use(sweepRegularly(opened.app.storage, log))
  const authenticate = authenticator(opened.app, opened.homeWorkspaceId)
  const door = createHttpServer({
    ...doorOptions(config, opened),
    authenticate,
    log,
    tracing,
  })
  const listening = await listen(door, config)
  parts.defer(() => door.close())
  parts.use(await openRunner({ config, ...opened, log, model }))
  parts.use(openDispatcher(config, opened, log))
  if (config.database === undefined) {
    const announced = announceServing(config, listening.url)
    parts.defer(() => announced[Symbol.dispose]())
  }
  // Last of all: a key that was made before something failed would never have been seen.
  const firstKey = await opened.makeFirstKey()
  log.info('listening', { url: listening.url, storage: backendOf(config), version })
  const owned = parts.move()
  return {
    url: listening.url,
    metricsPort: listening.metricsPort,
    storage: storageInWords(config),
    model: model?.inWords,
    firstKey,
    isOurKey: async (secret) => (await authenticate(secret)) !== undefined,
    operator: bind(opened.app, operator(opened.app, opened.homeWorkspaceId)),
    [Symbol.asyncDispose]: async () => {
      log.info('stopping')
      await owned[Symbol.asyncDispose]()
    },
  }
}

type DoorOptions = Omit<HttpServerOptions, 'authenticate' | 'log' | 'tracing'> & {
  readonly tracing?: Tracing | undefined
}

function doorOptions(config: Config, { app, organizationId }: OpenApp): DoorOptions {
  const backend = backendOf(config)
  return {
    bind: (caller) => bind(app, caller),
    organizationId,
    version,
    backend,
    checkReady: () => app.storage.checkHealth(),
    metrics: createMetrics({ version, backend, storage: () => app.storage.stats() }),
    limits: {
      bodyBytesMax: config['body-bytes-max'],
      connectionsMax: config['connections-max'],
      requestMs: config['request-timeout-seconds'] * 1_000,
    },
    strictHeaders: config['strict-headers'],
    ignoreUnknownFields: config['ignore-unknown-fields'],
    tls: readTls(config),
    ui: config.console ? serveConsole() : undefined,
    clock: app.clock,
  }
}

function readTls(config: Config) {
  const { 'tls-cert': cert, 'tls-key': key } = config
  if (cert === undefined || key === undefined) return undefined
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

async function listen(
  door: ReturnType<typeof createHttpServer>,
  config: Config,
): Promise<Listening> {
  try {
    const { host, port, 'metrics-port': metricsPort } = config
    return await door.listen({ host, port, metricsPort })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error'
    const why = code === 'EADDRINUSE' ? 'the port is taken; --port 0 takes a free one' : code
    const message = `cannot listen on ${config.host}:${config.port}: ${why}`
    throw new DomainError({ code: 'unavailable', message }, { cause: error })
  }
}

function backendOf(config: Config): 'sqlite' | 'postgres' {
  return config.database === undefined ? 'sqlite' : 'postgres'
}

function storageInWords(config: Config): string {
  if (config.database === undefined) return `SQLite in ${config['data-dir']}`
  const { host, pathname } = new URL(config.database)
  return `PostgreSQL at ${host}${pathname}`
}

/** Retention and the rows of deleted stores, in the background, one sweep at a time. */
function sweepRegularly(storage: Storage, log: Log): AsyncDisposable {
  const stop = new AbortController()
  let running: Promise<void> = Promise.resolve()
  const sweep = () => {
    running = running.then(() => sweepOnce(storage, log, stop.signal))
  }
  const first = setTimeout(sweep, firstSweepMs)
  const regular = setInterval(sweep, sweepEveryMs)
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(first)
      clearInterval(regular)
      stop.abort()
      await running
    },
  }
}

async function sweepOnce(storage: Storage, log: Log, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  try {
    const versions = await storage.sweep(signal)
    if (versions > 0) log.info('retention removed versions', { versions })
  } catch (error) {
    // The next sweep tries again; nothing depends on this one.
    log.error('the sweep failed', error)
  }
}
