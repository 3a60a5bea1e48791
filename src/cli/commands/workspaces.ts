import type { Api } from '../../api.ts'
import type { Workspace } from '../../domain/memory/command.ts'
import { administer, administerOptions } from '../administer.ts'
import { UsageError, type Command } from '../command.ts'
import { formatTime, printJson, printRows } from '../print.ts'
import { requirePositional } from '../required.ts'
import { warnOfSharedName } from '../shared-name.ts'
import { out } from '../terminal.ts'

export const create: Command = {
  name: 'workspaces create',
  summary: 'Make a workspace: a wall around its stores and keys',
  usage: 'workspaces create NAME [--json]',
  example:
    'palimpsest workspaces create acme && palimpsest keys create acme-admin --workspace acme --role admin',
  options: administerOptions,
  positionalsMax: 1,
  async run(args) {
    const name = requirePositional(args, 'NAME', 'a name for the workspace')
    const { made, count } = await administer(args, {
      change: 'workspaces create',
      run: async (api) => {
        const made = await api.createWorkspace({ name })
        const named = (await api.listWorkspaces()).filter((known) => known.name === name)
        return { made, count: named.length }
      },
    })
    if (args.flag('json')) printJson(wire(made))
    else out(`${made.id}\n`)
    warnOfSharedName({ name, count, noun: 'workspace', list: 'workspaces list' })
    return 0
  },
}

export const list: Command = {
  name: 'workspaces list',
  summary: 'List workspaces',
  usage: 'workspaces list [--json]',
  example: 'palimpsest workspaces list',
  options: administerOptions,
  async run(args) {
    const workspaces = await administer(args, { run: (api) => api.listWorkspaces() })
    if (args.flag('json')) printJson(workspaces.map(wire))
    else {
      printRows(
        workspaces.map(({ id, name, createdAt }) => {
          return [{ text: id }, { text: formatTime(createdAt) }, { text: name }]
        }),
      )
    }
    return 0
  },
}

/**
 * The id of a workspace given by id or by unique name.
 * @throws UsageError when no or several workspaces have that name
 */
export async function findWorkspace(api: Api, given: string): Promise<string> {
  if (given.startsWith('wrkspc_')) return given
  const named = (await api.listWorkspaces()).filter(({ name }) => name === given)
  const [only] = named
  if (only !== undefined && named.length === 1) return only.id
  const found = named.map(({ id }) => id).join(', ')
  throw new UsageError(
    only === undefined
      ? `--workspace: there is no workspace "${given}"`
      : `--workspace: several workspaces are named "${given}": ${found}`,
  )
}

function wire({ id, name, createdAt }: Workspace) {
  return { id, name, created_at: new Date(createdAt).toISOString() }
}
