import type { Api } from '../../api.ts'
import type { Key } from '../../domain/memory/command.ts'
import { administer, administerOptions } from '../administer.ts'
import type { Arguments, Command, Option } from '../command.ts'
import { requirePositional } from '../required.ts'
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
    const key = await administer(args, async (api) => {
      const workspaceId = await workspaceOf(api, args)
      return api.createKey({ name, role: args.text('role'), workspaceId })
    })
    if (args.flag('json')) print({ ...wire(key), secret: key.secret })
    else {
      process.stderr.write(
        `Key ${key.id} "${key.name}" (${key.role}); the secret is shown only now:\n`,
      )
      process.stdout.write(`${key.secret}\n`)
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
    const keys = await administer(args, async (api) =>
      api.listKeys({ workspaceId: await workspaceOf(api, args) }),
    )
    if (args.flag('json')) print(keys.map(wire))
    else process.stdout.write(keys.map(row).join(''))
    return 0
  },
}

export const revoke: Command = {
  name: 'keys revoke',
  summary: 'Revoke an API key; its open streams end within a second',
  usage: 'keys revoke KEY_ID [--workspace ID|NAME] [--json]',
  example: 'palimpsest keys revoke apikey_01…',
  options,
  positionalsMax: 1,
  async run(args) {
    const keyId = requirePositional(args, 'KEY_ID', 'the id of the key (see `keys list`)')
    const key = await administer(args, async (api) =>
      api.revokeKey({ keyId, workspaceId: await workspaceOf(api, args) }),
    )
    if (args.flag('json')) print(wire(key))
    else process.stdout.write(row(key))
    return 0
  },
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

function row(key: Key): string {
  const made = new Date(key.createdAt).toISOString()
  const state = key.revokedAt === undefined ? 'active ' : 'revoked'
  return `${key.id}  ${state}  ${key.role.padEnd(10)}  …${key.hint}  ${made}  ${key.name}\n`
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}
