import { refuse, type Refused } from '../memory/decide.ts'
import { mergeMetadata, sameMetadata } from '../memory/store.ts'
import type { Agent, AgentDefinition, AgentSnapshot, Model, ModelPatch } from './agent.ts'
import type { AgentOverrides, AgentPatch, UpdateAgent, UpdateEnvironment } from './command.ts'
import type { Environment } from './environment.ts'

/** A new version, or the same agent when nothing changes. */
export function decideUpdateAgent(
  agent: Agent,
  command: UpdateAgent,
  now: number,
): Refused | Agent {
  if (agent.archivedAt !== undefined) {
    return refuse({ code: 'invalid', message: 'Agent is archived and cannot be updated.' })
  }
  if (command.version !== undefined && command.version !== agent.version) {
    const message = 'Concurrent modification detected. Please fetch the latest version and retry.'
    return refuse({ code: 'stale_version', message })
  }
  const { patch } = command
  const metadata = mergeMetadata(agent.metadata, patch.metadata ?? {})
  const definition = overridden(agent, patch)
  const isSame =
    JSON.stringify(definition) === JSON.stringify(definitionOf(agent)) &&
    sameMetadata(metadata, agent.metadata)
  if (isSame) return agent
  return { ...agent, ...definition, metadata, version: agent.version + 1, updatedAt: now }
}

function definitionOf(agent: AgentDefinition): AgentDefinition {
  const { name, model, system, description, tools } = agent
  return { name, model, system, description, tools }
}

function overridden(agent: AgentDefinition, patch: AgentPatch): AgentDefinition {
  return {
    name: patch.name ?? agent.name,
    model: patch.model === undefined ? agent.model : replaced(agent.model, patch.model),
    system: patched(agent.system, patch.system),
    description: patched(agent.description, patch.description),
    tools: patch.tools ?? agent.tools,
  }
}

function replaced(current: Model, { effort, ...model }: ModelPatch): Model {
  const kept = patched(current.effort, effort)
  return kept === undefined ? model : { ...model, effort: kept }
}

/** undefined keeps, null clears. */
export function patched<Value>(
  current: Value | undefined,
  patch: Value | null | undefined,
): Value | undefined {
  if (patch === undefined) return current
  return patch ?? undefined
}

/** What a session pins of an agent. */
export function snapshotOf(agent: Agent, overrides: AgentOverrides): AgentSnapshot {
  return { id: agent.id, version: agent.version, ...overridden(agent, overrides) }
}

export function decideUpdateEnvironment(
  environment: Environment,
  command: UpdateEnvironment,
  now: number,
): Refused | Environment {
  const { id, kind, archivedAt } = environment
  if (archivedAt !== undefined) {
    return refuse({ code: 'invalid', message: `Environment ${id} is archived.` })
  }
  if (command.kind !== undefined && command.kind !== kind) {
    return refuse({
      code: 'invalid',
      message: `config.type: cannot change from ${kind} to ${command.kind}`,
      field: 'config.type',
      detail: 'invalid_config_type_change',
    })
  }
  const next = {
    ...environment,
    name: command.name ?? environment.name,
    description: patched(environment.description, command.description),
    metadata: mergeMetadata(environment.metadata, command.metadata ?? {}),
  }
  const isSame = JSON.stringify(next) === JSON.stringify(environment)
  return isSame ? environment : { ...next, updatedAt: now }
}
