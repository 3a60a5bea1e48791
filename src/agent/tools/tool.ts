import type { Files } from '../files/files.ts'

/** The names of the built-in tools that this server can run, in the order a model is told them. */
export const toolNames = ['bash', 'read', 'write', 'edit', 'glob', 'grep'] as const
export type ToolName = (typeof toolNames)[number]

/** What a tool works with. */
export interface World {
  readonly files: Files
  readonly shell: Shell
}

/** One persistent shell in a sandbox. */
export interface Shell {
  /** Output and exit code; a code other than 0 is no failure of the shell. @throws ToolFailure */
  run(command: string, options: ShellOptions): Promise<ShellOutput>
  /** Ends the shell; the next command begins a new one. */
  restart(): Promise<void>
}

export interface ShellOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface ShellOutput {
  readonly text: string
  readonly exitCode: number
}

/** A property of a tool's input: kept plain, since some Messages servers refuse finer schemas. */
export interface Property {
  readonly type: 'string' | 'boolean' | 'integer' | 'array'
  readonly items?: { readonly type: 'integer' }
  readonly description?: string
}

export interface InputSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, Property>>
  readonly required?: readonly string[]
}

/** Input that fits the schema; what was null is absent. */
export type ToolInput = Readonly<
  Record<string, string | boolean | number | readonly number[] | undefined>
>

export interface Tool {
  readonly name: ToolName
  /** For the model. */
  readonly description: string
  readonly inputSchema: InputSchema
  /** @returns what the model reads. @throws ToolFailure, DomainError */
  run(world: World, input: ToolInput, signal: AbortSignal): Promise<string>
}
