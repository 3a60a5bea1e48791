import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Key } from '../../domain/memory/command.ts'
import { administer, administerOptions } from '../administer.ts'
import type { Arguments, Command, Option } from '../command.ts'
import { formatTime, printJson, printRows, type Cell } from '../print.ts'
import { requirePositional } from '../required.ts'
import { out } from '../terminal.ts'
import { findWorkspace } from './workspaces.ts'

const workspaceOption: Option = {
  name: 'workspace',
  value: 'ID|NAME',
  help: 'The workspace; without it, that of the admin key',
}
const options = [...administerOptions, workspaceOption]

export const create: Command = {
  name: 'keys create',
  summary: 'Make an API key; its secret is shown once',
  usage: 'keys create NAME [--role ROLE] [--workspace ID|NAME] [--json]',
  example: 'palimpsest keys create ci --role read_write',
  options: [
    ...options,
    {
      name: 'role',
      value: 'ROLE',
      choices: ['read_only', 'read_write', 'admin'],
      help: 'What the key may do; read_write when not given',
    },
  ],
  positionalsMax: 1,
  async run(args) {
    const name = requirePositional(args, 'NAME', 'a name for the key')
    const key = await administer(args, {
      change: 'keys create',
      run: async (api) => {
        const workspaceId = await workspaceOf(api, args)
        return api.createKey({ name, role: args.text('role'), workspaceId })
      },
    })
    if (args.flag('json')) printJson({ ...wire(key), secret: key.secret })
    else {
      process.stderr.write(
        `Key ${key.id} "${key.name}" (${key.role}); the secret is shown only now:\n`,
      )
      out(`${key.secret}\n`)
    }
    return 0
  },
}

export const list: Command = {
  name: 'keys list',
  summary: 'List API keys, revoked ones included',
  usage: 'keys list [--workspace ID|NAME] [--json]',
  example: 'palimpsest keys list',
  options,
  async run(args) {
    const keys = await administer(args, {
      run: async (api) => api.listKeys({ workspaceId: await workspaceOf(api, args) }),
    })
    if (args.flag('json')) printJson(keys.map(wire))
    else printRows(keys.map(row))
    return 0
  },
}

export const revoke: Command = {
  name: 'keys revoke',
  summary: 'Revoke an API key; its open streams end within a second',
  usage: 'keys revoke KEY_ID|NAME [--workspace ID|NAME] [--json]',
  example: 'palimpsest keys revoke apikey_01…',
  options,
  positionalsMax: 1,
  async run(args) {
    const given = requirePositional(args, 'KEY_ID', 'the key to revoke (see `keys list`)')
    const key = await administer(args, {
      change: 'keys revoke',
      run: async (api) => {
        const workspaceId = await workspaceOf(api, args)
        return api.revokeKey({ keyId: await findKey(api, given, workspaceId), workspaceId })
      },
    })
    if (args.flag('json')) printJson(wire(key))
    else printRows([row(key)])
    return 0
  },
}

/**
 * The id of a key given by id or by name; of keys with the same name revoked ones give way.
 * @throws DomainError, never UsageError: that would send the errand on to another installation
 */
async function findKey(api: Api, given: string, workspaceId: string | undefined): Promise<string> {
  if (given.startsWith('apikey_')) return given
  const named = (await api.listKeys({ workspaceId })).filter(({ name }) => name === given)
  const active = named.filter(({ revokedAt }) => revokedAt === undefined)
  const [only, ...others] = active.length > 0 ? active : named
  const hint = '`palimpsest keys list` shows them with their ids'
  if (only === undefined) {
    throw new DomainError({ code: 'not_found', message: `no key has the name "${given}"; ${hint}` })
  }
  if (others.length === 0) return only.id
  const message = `several keys have the name "${given}"; ${hint}`
  throw new DomainError({ code: 'invalid', message })
}

async function workspaceOf(api: Api, args: Arguments): Promise<string | undefined> {
  const given = args.text('workspace')
  return given === undefined ? undefined : findWorkspace(api, given)
}

function wire(key: Key) {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    hint: key.hint,
    workspace_id: key.workspaceId,
    created_at: new Date(key.createdAt).toISOString(),
    revoked_at: key.revokedAt === undefined ? null : new Date(key.revokedAt).toISOString(),
  }
}

function row(key: Key): Cell[] {
  const state = key.revokedAt === undefined ? 'active' : 'revoked'
  const made = formatTime(key.createdAt)
  return [key.id, state, key.role, `…${key.hint}`, made, key.name].map((text) => ({ text }))
}
