import type { Api } from '../../api.ts'
import type { EnvironmentKey } from '../../domain/session/environment.ts'
import { administer, administerOptions } from '../administer.ts'
import { UsageError, type Command } from '../command.ts'
import { printJson, printRows } from '../print.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'environments keys',
  summary: 'Make, list and revoke the keys of the workers of an environment',
  usage: 'environments keys create|list|revoke ENVIRONMENT_ID [KEY_ID] [--json]',
  example: 'palimpsest environments keys create env_01…',
  options: administerOptions,
  positionalsMax: 3,
  async run(args) {
    const [action, environmentId, keyId] = args.positionals
    if (environmentId === undefined) throw new UsageError('ENVIRONMENT_ID is missing')
    const keys = await administer(args, {
      ...(action === 'list' ? {} : { change: `environments keys ${action}` }),
      run: (api) => act(api, action, { environmentId, keyId }),
    })
    if (args.flag('json')) printJson(keys.map(wire))
    else show(keys)
    return 0
  },
}

interface Named {
  readonly environmentId: string
  readonly keyId: string | undefined
}

/** The secret is there once: when the key is made. */
type Shown = EnvironmentKey & { readonly secret?: string }

async function act(
  api: Api,
  action: string | undefined,
  { environmentId, keyId }: Named,
): Promise<readonly Shown[]> {
  switch (action) {
    case 'create':
      return [await api.createEnvironmentKey({ environmentId, name: 'worker' })]
    case 'list':
      return api.listEnvironmentKeys({ environmentId })
    case 'revoke':
      if (keyId === undefined) throw new UsageError('KEY_ID is missing: the key to revoke')
      return [await api.revokeEnvironmentKey({ environmentId, keyId })]
    default:
      throw new UsageError('say create, list or revoke')
  }
}

function show(keys: readonly Shown[]): void {
  const made = keys[0]?.secret
  if (made !== undefined) return out(`${made}\n`)
  printRows(
    keys.map(({ id, name, hint, revokedAt }) => {
      const state = revokedAt === undefined ? 'active' : 'revoked'
      return [id, state, `…${hint}`, name].map((text) => ({ text }))
    }),
  )
}

function wire(key: Shown) {
  const { id, environmentId, name, hint, createdAt, revokedAt, secret } = key
  return {
    id,
    environment_id: environmentId,
    name,
    hint,
    created_at: new Date(createdAt).toISOString(),
    revoked_at: revokedAt === undefined ? null : new Date(revokedAt).toISOString(),
    ...(secret === undefined ? {} : { secret }),
  }
}
