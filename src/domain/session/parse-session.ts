import { invalid } from '../errors.ts'
import { makeEventId, type AgentId, type StoreId } from '../ids.ts'
import type { ModelPatch } from './agent.ts'
import type { AgentOverrides, StoreWish } from './command.ts'
import type { UserMessage } from './event.ts'
import { parseModel, parseTools, systemRule } from './parse-agent.ts'
import { parseInbound } from './parse-events.ts'
import {
  readFields,
  readList,
  readOneOf,
  readText,
  readTextPatch,
  refuseUnsupported,
  isMissing,
} from './read-fields.ts'

export const attachedStoresMax = 8
export const titleRule = { max: 1_000 } as const
const instructionsRule = { max: 4_096 } as const
const initialEventsMax = 50

export interface AgentWish {
  readonly agentId: AgentId
  readonly agentVersion: number | undefined
  readonly overrides: AgentOverrides
}

/** @throws DomainError `invalid` (sessions §1.4) */
export function parseAgentWish(input: unknown): AgentWish {
  if (typeof input === 'string')
    return { agentId: input as AgentId, agentVersion: undefined, overrides: {} }
  const type = (input as { readonly type?: unknown } | undefined)?.type
  const kind = readOneOf(type, 'agent.type', ['agent', 'agent_with_overrides'])
  const plain = ['type', 'id', 'version']
  const changed = ['model', 'system', 'tools', 'mcpServers', 'skills']
  const fields = readFields(input, 'agent', kind === 'agent' ? plain : [...plain, ...changed])
  const { id, version } = fields
  if (typeof id !== 'string') throw invalid('agent.id', 'must be the id of an agent')
  refuseUnsupported(fields['mcpServers'], 'agent.mcp_servers')
  refuseUnsupported(fields['skills'], 'agent.skills')
  return {
    agentId: id as AgentId,
    agentVersion: parseVersion(version, 'agent.version'),
    overrides: {
      model: parseOverriding(fields['model']),
      system: readTextPatch(fields['system'], 'agent.system', systemRule),
      tools: fields['tools'] === undefined ? undefined : parseTools(fields['tools'], 'agent.tools'),
    },
  }
}

/** A session's own model inherits nothing. */
function parseOverriding(input: unknown): ModelPatch | undefined {
  return isMissing(input) ? undefined : { effort: null, ...parseModel(input) }
}

export function parseVersion(input: unknown, at: string): number | undefined {
  if (input === undefined || input === null) return undefined
  if (typeof input === 'number' && Number.isSafeInteger(input) && input >= 1) return input
  throw invalid(at, 'must be a whole number from 1')
}

/** @throws DomainError `invalid` (memory §11.1) */
export function parseResources(input: unknown): readonly StoreWish[] {
  const resources = readList(input ?? [], 'resources', 1_000)
  const wishes = resources.map((resource, index) => parseResource(resource, `resources[${index}]`))
  if (wishes.length > attachedStoresMax) {
    throw invalid('resources', `cannot contain more than ${attachedStoresMax} memory_store entries`)
  }
  const ids = wishes.map(({ storeId }) => storeId)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw invalid('resources', `names the memory store ${twice} twice`)
  return wishes
}

function parseResource(input: unknown, at: string): StoreWish {
  const type = (input as { readonly type?: unknown } | null)?.type
  if (typeof type === 'string' && type !== 'memory_store') {
    throw invalid(`${at}.type`, `"${type}" is not supported by this server; attach a memory_store`)
  }
  const fields = readFields(input, at, ['type', 'memoryStoreId', 'access', 'instructions'])
  readOneOf(type, `${at}.type`, ['memory_store'])
  const { memoryStoreId: storeId, access, instructions } = fields
  if (typeof storeId !== 'string') throw invalid(`${at}.memory_store_id`, 'must be a string')
  const accesses = ['read_write', 'read_only'] as const
  return {
    storeId: storeId as StoreId,
    access: isMissing(access) ? 'read_write' : readOneOf(access, `${at}.access`, accesses),
    instructions: isMissing(instructions)
      ? undefined
      : readText(instructions, `${at}.instructions`, instructionsRule),
  }
}

export function parseInitialEvents(input: unknown, now: number): readonly UserMessage[] {
  const list = readList(input ?? [], 'initial_events', initialEventsMax)
  return list.map((item, index) => {
    const at = `initial_events[${index}]`
    const event = parseInbound(item, at, makeEventId(now))
    if (event.type !== 'user.message') throw invalid(`${at}.type`, 'must be "user.message"')
    return event
  })
}
