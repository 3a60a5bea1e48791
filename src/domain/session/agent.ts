import type { AgentId, WorkspaceId } from '../ids.ts'
import type { Metadata } from '../memory/store.ts'

export const builtInTools = [
  'bash',
  'edit',
  'glob',
  'grep',
  'read',
  'web_fetch',
  'web_search',
  'write',
] as const
export type BuiltInTool = (typeof builtInTools)[number]

export type PermissionPolicy = { readonly type: 'always_allow' | 'always_ask' }

export interface ToolConfig {
  readonly name: BuiltInTool
  readonly enabled: boolean
  readonly permissionPolicy: PermissionPolicy
}

export interface Toolset {
  readonly type: 'agent_toolset_20260401'
  /** What differs from the default, by tool. */
  readonly configs: readonly ToolConfig[]
  readonly defaultConfig: {
    readonly enabled: boolean
    readonly permissionPolicy: PermissionPolicy
  }
}

export interface CustomTool {
  readonly type: 'custom'
  readonly name: string
  readonly description: string
  /** A JSON schema of type object. */
  readonly inputSchema: Readonly<Record<string, unknown>>
}

export type Tool = Toolset | CustomTool

export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const
export const speeds = ['standard', 'fast'] as const

export interface Model {
  readonly id: string
  readonly speed: (typeof speeds)[number]
  /** undefined: as the model has it. */
  readonly effort?: { readonly type: (typeof efforts)[number] }
}

/** A model in place of another: an effort that is left out stays, null takes it away. */
export interface ModelPatch extends Omit<Model, 'effort'> {
  readonly effort?: Model['effort'] | null
}

/** What an agent is, apart from its name in the list: the part that a session pins. */
export interface AgentDefinition {
  readonly name: string
  readonly model: Model
  readonly system: string | undefined
  readonly description: string | undefined
  readonly tools: readonly Tool[]
}

/** One version of an agent. Times are milliseconds since 1970. */
export interface Agent extends AgentDefinition {
  readonly id: AgentId
  readonly workspaceId: WorkspaceId
  readonly version: number
  readonly metadata: Metadata
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | undefined
}

/** The agent of a session, as it was pinned and overridden when the session was made. */
export interface AgentSnapshot extends AgentDefinition {
  readonly id: AgentId
  readonly version: number
}

/** How a built-in tool stands for an agent; undefined when it may not use it. */
export function policyOf(
  agent: Pick<AgentDefinition, 'tools'>,
  tool: BuiltInTool,
): PermissionPolicy | undefined {
  const toolset = agent.tools.find((candidate) => candidate.type === 'agent_toolset_20260401')
  if (toolset === undefined) return undefined
  const config = toolset.configs.find(({ name }) => name === tool) ?? toolset.defaultConfig
  return config.enabled ? config.permissionPolicy : undefined
}
