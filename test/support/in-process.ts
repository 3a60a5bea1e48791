// The Api without a wire: use-cases bound in this process, over an engine of one's choice.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, type Config } from '../../src/config.ts'
import { DomainError } from '../../src/domain/errors.ts'
import { makeRequestId } from '../../src/domain/ids.ts'
import type { Limits } from '../../src/domain/limits.ts'
import { openApp, operator } from '../../src/server/open-app.ts'
import { bind } from '../../src/usecases/bind.ts'
import { authenticator } from '../../src/usecases/tenants/authenticate.ts'
import type { World } from './world.ts'

/** Where an installation of a test lives; gone with it. */
export interface Place extends AsyncDisposable {
  readonly flags: Readonly<Record<string, string>>
  readonly directory: string
}

export async function temporaryPlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'palimpsest-'))
  return {
    directory,
    flags: { 'data-dir': directory },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

export function configOf(place: Pick<Place, 'flags'>, limits: Partial<Limits> = {}): Config {
  const flags: Record<string, string> = { ...place.flags, 'log-level': 'silent' }
  for (const [name, value] of Object.entries(limits)) {
    flags[name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)] = String(value)
  }
  return loadConfig(flags, {}).config
}

/** Use-cases in this process, as every door would call them. */
export async function openInProcess(place: Place, limits?: Partial<Limits>): Promise<World> {
  const opened = await openApp(configOf(place, limits))
  const { app, homeWorkspaceId } = opened
  const authenticate = authenticator(app, homeWorkspaceId)
  return {
    operator: bind(app, operator(app, homeWorkspaceId)),
    connect: async (secret) => {
      const principal = await authenticate(secret)
      if (principal === undefined) {
        throw new DomainError({ code: 'unauthenticated', message: 'invalid API key' })
      }
      return bind(app, { ...principal, door: 'http', requestId: makeRequestId(app.clock()) })
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}
