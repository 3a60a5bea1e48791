import type { CreateAgentInput } from '../../api/sessions.ts'
import { invalid } from '../../domain/errors.ts'
import type { AgentId } from '../../domain/ids.ts'
import type { Model } from '../../domain/session/agent.ts'
import { refuseUnsupported, isMissing } from '../../domain/session/read-fields.ts'
import type { App } from '../app.ts'

/** What the hosted service does with an agent and this server does not. */
export function refuseForeignFields(input: CreateAgentInput): void {
  refuseUnsupported(input.mcpServers, 'mcp_servers')
  refuseUnsupported(input.skills, 'skills')
  refuseUnsupported(input.multiagent, 'multiagent')
  const identity = input.executionIdentity as { readonly type?: unknown } | null | undefined
  if (isMissing(identity) || identity.type === 'service_account') return
  throw invalid('execution_identity', 'other than service_account is not supported by this server')
}

/** A model that nobody serves is refused now, not when somebody waits for its answer. */
export function checkModel({ isModelKnown }: App, { id }: Pick<Model, 'id'>): void {
  if (isModelKnown?.(id) === false) {
    throw invalid(
      'model',
      `"${id}" is not served here (settings: model, model-base-url, model-map)`,
    )
  }
}

/** @throws DomainError `invalid` for what cannot be the id of an agent */
export function parseAgentId(input: string): AgentId {
  if (/^agent_[0-9A-Za-z]+$/.test(input)) return input as AgentId
  throw invalid('agent_id', 'Invalid agent ID.')
}
