import { DomainError } from '../../domain/errors.ts'
import { ToolFailure } from '../files/tool-failure.ts'
import { bash } from './bash.ts'
import { edit } from './edit.ts'
import { glob } from './glob.ts'
import { grep } from './grep.ts'
import { read } from './read.ts'
import {
  toolNames,
  type InputSchema,
  type Property,
  type Tool,
  type ToolInput,
  type ToolName,
  type World,
} from './tool.ts'
import { write } from './write.ts'

export const toolset: Readonly<Record<ToolName, Tool>> = { bash, read, write, edit, glob, grep }

export function isToolName(name: string): name is ToolName {
  return (toolNames as readonly string[]).includes(name)
}

/** What the model reads as the answer to its call. */
export interface ToolOutput {
  readonly text: string
  readonly isError: boolean
}

/** Runs a built-in tool. What goes wrong is an answer; only an abort throws. */
export async function runTool(
  world: World,
  call: { readonly name: ToolName; readonly input: unknown },
  signal: AbortSignal,
): Promise<ToolOutput> {
  const tool = toolset[call.name]
  try {
    const input = checkInput(tool.inputSchema, call.input)
    return { text: await tool.run(world, input, signal), isError: false }
  } catch (error) {
    if (signal.aborted) throw error
    return { text: explain(tool.name, error), isError: true }
  }
}

function explain(name: ToolName, error: unknown): string {
  if (error instanceof ToolFailure && error.isWhole) return error.message
  if (error instanceof ToolFailure || error instanceof DomainError) {
    return `${name}: ${error.message}`
  }
  // Anything else may name places on this machine, which are no business of the model.
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return `${name}: failed${typeof code === 'string' ? ` (${code})` : ''}`
}

/** @throws ToolFailure that names what is missing, unknown or of the wrong type */
function checkInput(schema: InputSchema, input: unknown): ToolInput {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ToolFailure('the input must be an object')
  }
  const given = Object.entries(input).filter(([, value]) => value !== null)
  for (const [key, value] of given) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
    if (property === undefined) throw unknownOption(key, schema)
    if (!fits(property, value)) throw new ToolFailure(`${key} must be ${inWords(property)}`)
  }
  const values = Object.fromEntries(given) as ToolInput
  for (const key of schema.required ?? []) {
    // An empty content or replacement is meant; an empty name never is.
    const isEmpty = values[key] === '' && key !== 'content' && key !== 'new_string'
    if (values[key] === undefined || isEmpty) throw new ToolFailure(`${key} is required`)
  }
  return values
}

function unknownOption(key: string, schema: InputSchema): ToolFailure {
  const known = Object.keys(schema.properties).join(', ')
  return new ToolFailure(`unknown option ${JSON.stringify(key.slice(0, 80))}; it takes ${known}`)
}

function fits({ type }: Property, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type
    case 'integer':
      return Number.isSafeInteger(value)
    case 'array':
      return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one))
  }
}

function inWords({ type }: Property): string {
  if (type === 'array') return 'a list of whole numbers'
  return type === 'integer' ? 'a whole number' : `a ${type}`
}
