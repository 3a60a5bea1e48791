import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
import { Parts } from './parts.ts'

interface RunnerParts {
  readonly config: Config
  readonly app: App
  readonly log: Log
  /** Undefined: sessions wait for a server that has one. */
  readonly model: OpenedModel | undefined
}

/** Runs sessions and looks after the work of workers, until it is disposed of. */
export async function openRunner(given: RunnerParts): Promise<AsyncDisposable> {
  const { config, app, log, model } = given
  await using parts = new Parts()
  parts.use(keepWork(app, (error) => log.error('looking after work failed', error)))
  if (model === undefined) return parts.move()
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
      directory: await scratchDirectory(config),
      sandbox: await sandboxOf(config),
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

/**
 * Where sessions keep their scratch files. Root's sandboxes run as other users, who could not pass
 * through a directory that is root's alone.
 */
async function scratchDirectory(config: Config): Promise<string> {
  if (process.getuid?.() !== 0) return join(config['data-dir'], 'sessions')
  const name = createHash('sha256').update(config['data-dir']).digest('hex').slice(0, 16)
  const directory = join(tmpdir(), `palimpsest-sessions-${name}`)
  await mkdir(directory, { recursive: true })
  const stat = await lstat(directory)
  if (!stat.isDirectory() || stat.uid !== 0) {
    const message = `${directory} belongs to somebody else; sessions keep their scratch files there`
    throw new DomainError({ code: 'unavailable', message })
  }
  // Not by mkdir alone: the server's umask takes from it.
  await chmod(directory, 0o711)
  return directory
}
