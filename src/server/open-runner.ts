import { join } from 'node:path'
import { defaultLoop } from '../agent/loop-settings.ts'
import { startRunner } from '../agent/runner.ts'
import { findBubblewrap } from '../agent/sandbox/bubblewrap.ts'
import type { Config } from '../config.ts'
import { sessionCaller } from '../domain/session/session-caller.ts'
import type { Log } from '../observe/log.ts'
import type { App } from '../usecases/app.ts'
import { bind } from '../usecases/bind.ts'
import { openRunnerPort } from '../usecases/runs/runner-port.ts'
import { keepWork } from '../usecases/work/keeper.ts'
import type { OpenedModel } from './open-model.ts'

interface Parts {
  readonly config: Config
  readonly app: App
  readonly log: Log
  /** Undefined: sessions wait for a server that has one. */
  readonly model: OpenedModel | undefined
}

/** Runs sessions and looks after the work of workers, until it is disposed of. */
export async function openRunner({ config, app, log, model }: Parts): Promise<AsyncDisposable> {
  const parts = new AsyncDisposableStack()
  parts.use(keepWork(app, (error) => log.error('looking after work failed', error)))
  if (model === undefined) return parts
  parts.use(
    startRunner({
      port: openRunnerPort(app),
      model: model.model,
      settings: {
        ...defaultLoop,
        upstreamModel: model.upstreamModel,
        contextTokens: config['model-context-tokens'],
      },
      apiFor: (session) => bind(app, sessionCaller(session, app.clock())),
      directory: join(config['data-dir'], 'sessions'),
      sandbox: await findBubblewrap(),
      sessionsMax: config['sessions-max'],
      clock: app.clock,
      report: (sentence, error) => log.error(sentence, error),
    }),
  )
  return parts
}
