import { invalid } from '../errors.ts'
import { builtInTools, efforts, speeds } from './agent.ts'
import type { CustomTool, Model, ModelPatch, PermissionPolicy } from './agent.ts'
import type { Tool, ToolConfig, Toolset } from './agent.ts'
import {
  readFields,
  readList,
  readOneOf,
  readSwitch,
  readText,
  refuseUnsupported,
  isMissing,
} from './read-fields.ts'

const toolsMax = 256
const toolset = 'agent_toolset_20260401'

export function parseAgentName(input: unknown): string {
  return readText(input, 'name', { min: 1, max: 256 })
}

export const systemRule = { max: 100_000 } as const
export const agentDescriptionRule = { max: 2_048 } as const

/** @throws DomainError `invalid` (sessions §1.2) */
export function parseModel(input: unknown): Model {
  const { effort, ...model } = parseModelPatch(input)
  return effort === undefined || effort === null ? model : { ...model, effort }
}

/** @throws DomainError `invalid` (sessions §1.2) */
export function parseModelPatch(input: unknown): ModelPatch {
  if (typeof input === 'string') return { id: parseModelId(input, 'model'), speed: 'standard' }
  const fields = readFields(input, 'model', ['id', 'effort', 'speed', 'inferenceGeo'])
  refuseUnsupported(fields['inferenceGeo'], 'model.inference_geo')
  const { speed, effort } = fields
  const id = parseModelId(fields['id'], 'model.id')
  return {
    id,
    speed: isMissing(speed) ? 'standard' : readOneOf(speed, 'model.speed', speeds),
    ...(effort === undefined ? {} : { effort: effort === null ? null : parseEffort(effort) }),
  }
}

function parseModelId(input: unknown, at: string): string {
  return readText(input, at, { min: 1, max: 256 })
}

function parseEffort(input: unknown): NonNullable<Model['effort']> {
  if (typeof input === 'string') return { type: readOneOf(input, 'model.effort', efforts) }
  const fields = readFields(input, 'model.effort', ['type'])
  return { type: readOneOf(fields['type'], 'model.effort.type', efforts) }
}

/** @throws DomainError `invalid` (sessions §1.2) */
export function parseTools(input: unknown, at = 'tools'): readonly Tool[] {
  const tools = readList(input ?? [], at, toolsMax).map((tool, index) =>
    parseTool(tool, `${at}[${index}]`),
  )
  if (tools.filter(({ type }) => type === toolset).length > 1) {
    throw invalid(at, `must have one ${toolset} at most`)
  }
  const names = tools.flatMap((tool) => (tool.type === 'custom' ? [tool.name] : []))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid(at, `names "${twice}" twice`)
  return tools
}

function parseTool(input: unknown, at: string): Tool {
  const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : input
  if (type === 'mcp_toolset')
    throw invalid(`${at}.type`, 'mcp_toolset is not supported by this server')
  return readOneOf(type, `${at}.type`, [toolset, 'custom']) === 'custom'
    ? parseCustomTool(input, at)
    : parseToolset(input, at)
}

function parseToolset(input: unknown, at: string): Toolset {
  const fields = readFields(input, at, ['type', 'configs', 'defaultConfig'])
  const base = readFields(fields['defaultConfig'] ?? {}, `${at}.default_config`, [
    'enabled',
    'permissionPolicy',
  ])
  const defaultConfig = {
    enabled:
      isMissing(base['enabled']) || readSwitch(base['enabled'], `${at}.default_config.enabled`),
    permissionPolicy: parsePolicy(base['permissionPolicy'], `${at}.default_config`, always),
  }
  const configs = readList(fields['configs'] ?? [], `${at}.configs`, builtInTools.length).map(
    (config, index) => parseConfig(config, `${at}.configs[${index}]`, defaultConfig),
  )
  if (new Set(configs.map(({ name }) => name)).size < configs.length) {
    throw invalid(`${at}.configs`, 'must name each tool once')
  }
  return { type: toolset, configs, defaultConfig }
}

const always: PermissionPolicy = { type: 'always_allow' }

function parseConfig(input: unknown, at: string, fallback: Toolset['defaultConfig']): ToolConfig {
  const known = ['name', 'type', 'enabled', 'permissionPolicy']
  const isFetch = (input as { readonly name?: unknown } | null)?.name === 'web_fetch'
  const fields = readFields(input, at, isFetch ? [...known, 'urlSources'] : known)
  const { type, enabled } = fields
  refuseUnsupported(fields['urlSources'], `${at}.url_sources`)
  const name = readOneOf(fields['name'] ?? type, `${at}.name`, builtInTools)
  if (type !== undefined && type !== null && type !== name) {
    throw invalid(`${at}.type`, 'must equal the name')
  }
  return {
    name,
    enabled: isMissing(enabled) ? fallback.enabled : readSwitch(enabled, `${at}.enabled`),
    permissionPolicy: parsePolicy(fields['permissionPolicy'], at, fallback.permissionPolicy),
  }
}

function parsePolicy(input: unknown, at: string, fallback: PermissionPolicy): PermissionPolicy {
  if (input === undefined || input === null) return fallback
  const fields = readFields(input, `${at}.permission_policy`, ['type'])
  const place = `${at}.permission_policy.type`
  return { type: readOneOf(fields['type'], place, ['always_allow', 'always_ask']) }
}

function parseCustomTool(input: unknown, at: string): CustomTool {
  const fields = readFields(input, at, ['type', 'name', 'description', 'inputSchema'])
  const name = readText(fields['name'], `${at}.name`, { min: 1, max: 128 })
  if (!/^[A-Za-z0-9_-]+$/.test(name)) throw invalid(`${at}.name`, 'must be of A-Z a-z 0-9 _ -')
  if (builtInTools.some((known) => known === name) || name.startsWith('mcp__')) {
    throw invalid(`${at}.name`, 'is the name of a built-in tool')
  }
  const { inputSchema } = fields
  const isObject = typeof inputSchema === 'object' && inputSchema !== null
  if (!isObject || (inputSchema as { type?: unknown }).type !== 'object') {
    throw invalid(`${at}.input_schema`, 'must be a JSON schema of type object')
  }
  return {
    type: 'custom',
    name,
    description: readText(fields['description'] ?? '', `${at}.description`, { max: 10_000 }),
    inputSchema: inputSchema as CustomTool['inputSchema'],
  }
}
