import type { Arguments } from './command.ts'
import type { ConnectionFlags } from './credentials.ts'

/** The connection flags as typed, and what the command needs a server for. */
export function connectionFlags(args: Arguments): ConnectionFlags {
  return {
    baseUrl: args.text('base-url'),
    apiKey: args.text('api-key'),
    authToken: args.text('auth-token'),
    workspaceId: args.text('workspace-id'),
    purpose: /^(keys|workspaces) /.test(args.command) ? 'administration' : 'memory',
  }
}
