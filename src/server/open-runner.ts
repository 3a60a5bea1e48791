import { chmod, lstat, mkdir } from 'node:fs/promises'
import type { FilesOnDisk } from '../agent/files-on-disk.ts'
import { defaultLoop } from '../agent/loop-settings.ts'
import { startRunner } from '../agent/runner.ts'
import { findSandbox, type NoSandbox } from '../agent/sandbox/find-sandbox.ts'
import type { Sandbox } from '../agent/sandbox/sandbox.ts'
import type { Config } from '../config.ts'
import { DomainError } from '../domain/errors.ts'
import { sessionCaller } from '../domain/session/session-caller.ts'
import type { Log } from '../observe/log.ts'
import type { App } from '../usecases/app.ts'
import { bind } from '../usecases/bind.ts'
import { openRunnerPort } from '../usecases/runs/runner-port.ts'
import { keepWork } from '../usecases/work/keeper.ts'
import type { OpenedModel } from './open-model.ts'
import { missingForMounts, SessionMounts } from './live-memory/session-mounts.ts'
import { Parts } from './parts.ts'
import { sessionDirectory } from './session-directory.ts'

interface RunnerParts {
  readonly config: Config
  readonly app: App
  readonly sessionFiles: FilesOnDisk
  readonly log: Log
  /** Undefined: sessions wait for a server that has one. */
  readonly model: OpenedModel | undefined
}

/** Runs sessions and looks after the work of workers, until it is disposed of. */
export async function openRunner(given: RunnerParts): Promise<AsyncDisposable> {
  const { config, app, sessionFiles: files, log, model } = given
  await using parts = new Parts()
  parts.use(keepWork(app, (error) => log.error('looking after work failed', error)))
  if (model === undefined) return parts.move()
  const sandbox = await sandboxOf(config)
  const liveMemory = 'noneBecause' in sandbox ? undefined : await liveMemoryOf(config, log)
  if (liveMemory !== undefined) parts.use(liveMemory)
  parts.use(
    startRunner({
      port: openRunnerPort(app),
      model: model.model,
      settings: {
        ...defaultLoop,
        upstreamModel: model.upstreamModel,
        contextTokens: config['model-context-tokens'],
        outputTokensMax: config['model-output-tokens-max'],
        requestsMax: config['turn-requests-max'],
      },
      apiFor: (session) => bind(app, sessionCaller(session, app.clock())),
      directory: await directoryFor(config, 'sessions'),
      files,
      sandbox,
      liveMemory,
      sessionsMax: config['sessions-max'],
      clock: app.clock,
      report: (sentence, error) => log.error(sentence, error),
    }),
  )
  return parts.move()
}

async function sandboxOf(config: Config): Promise<Sandbox | NoSandbox> {
  if (config.sandbox === 'off') return { noneBecause: 'bash is switched off on this server' }
  return findSandbox()
}

/** Stores as mounts under bash, where this machine can; else they stand there as copies. */
async function liveMemoryOf(config: Config, log: Log): Promise<SessionMounts | undefined> {
  const missing =
    config['sandbox-memory'] === 'copy' ? 'it is switched off' : await missingForMounts()
  if (missing !== undefined) {
    log.info('bash works on copies of the stores, brought into step around each command', {
      noMountsBecause: missing,
    })
    return undefined
  }
  const root = await directoryFor(config, 'mounts')
  const report = (sentence: string, error: unknown) => log.error(sentence, error)
  const mounts = new SessionMounts({ root, report })
  await mounts.clear()
  log.info('bash works on the stores themselves, mounted', { root })
  return mounts
}

/** Makes the directory, and sees whose it is where others may make some. */
async function directoryFor(config: Config, what: 'sessions' | 'mounts'): Promise<string> {
  const directory = sessionDirectory(config, what)
  if (process.getuid?.() !== 0) return directory
  await mkdir(directory, { recursive: true })
  const stat = await lstat(directory)
  if (!stat.isDirectory() || stat.uid !== 0) {
    const message = `${directory} belongs to somebody else; sessions keep their files there`
    throw new DomainError({ code: 'unavailable', message })
  }
  // Not by mkdir alone: the server's umask takes from it.
  await chmod(directory, 0o711)
  return directory
}
