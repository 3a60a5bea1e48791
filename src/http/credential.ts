import type { IncomingHttpHeaders } from 'node:http'
import { doors, type Door } from '../domain/caller.ts'
import { DomainError, forbidden, invalid } from '../domain/errors.ts'
import type { WorkspaceId } from '../domain/ids.ts'

const secretCharactersMax = 1_024
const bearer = 'bearer '

/**
 * The secret a request presents: `x-api-key`, or else a bearer token (U5).
 * @throws DomainError `unauthenticated`
 */
export function readSecret(headers: IncomingHttpHeaders): string {
  const key = headers['x-api-key']
  const secret = typeof key === 'string' ? key : readBearer(headers.authorization)
  if (secret === undefined || secret === '') {
    throw unauthenticated('send an API key, as `x-api-key` or as `authorization: Bearer`')
  }
  if (secret.length > secretCharactersMax) throw unauthenticated('invalid API key')
  return secret
}

function readBearer(header: string | undefined): string | undefined {
  if (header === undefined || header.length <= bearer.length) return undefined
  if (header.slice(0, bearer.length).toLowerCase() !== bearer) return undefined
  return header.slice(bearer.length).trim()
}

export function unauthenticated(message: string): DomainError {
  return new DomainError({ code: 'unauthenticated', message })
}

/**
 * A caller may name the workspace it means; a credential of ours acts on exactly one (contract
 * §2.5).
 * @throws DomainError `invalid`, `forbidden`
 */
export function checkWorkspace(headers: IncomingHttpHeaders, workspaceId: WorkspaceId): void {
  const named = headers['anthropic-workspace-id']
  if (named === undefined || named === '' || named === workspaceId) return
  if (typeof named !== 'string' || !/^wrkspc_[0-9A-Za-z]{1,100}$/.test(named)) {
    throw invalid('anthropic-workspace-id', 'must be the id of a workspace (wrkspc_…)')
  }
  throw forbidden('the key belongs to another workspace than `anthropic-workspace-id` names')
}

const hinted: ReadonlySet<string> = new Set(['mount', 'sync', 'cli', 'console', 'mcp'])

/** Which of our own doors stands before this one: provenance only, it gives no right. */
export function readDoor(headers: IncomingHttpHeaders): Door {
  const hint = headers['palimpsest-door']
  if (typeof hint !== 'string' || !hinted.has(hint)) return 'http'
  return doors.find((door) => door === hint) ?? 'http'
}
