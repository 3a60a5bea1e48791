import type { CustomTool } from '../domain/session/agent.ts'
import { policyOf } from '../domain/session/agent.ts'
import type { LogEntry } from '../domain/session/event.ts'
import type { Session } from '../domain/session/session.ts'
import { workRoot } from './files/files.ts'
import { memoryNote } from './memory-note.ts'
import type { TextParam, ToolParam } from './messages.ts'
import type { RetiredStores } from './retired-stores.ts'
import { toolset } from './tools/run-tool.ts'
import { toolNames, type ToolName } from './tools/tool.ts'

export interface PromptOptions {
  /** Why there is no shell on this server; undefined where there is one. */
  readonly noShellBecause: string | undefined
}

/** The built-in tools that this agent is offered, in an order that never changes. */
export function offeredTools(session: Session, options: PromptOptions): readonly ToolName[] {
  const isHere = session.environmentKind === 'cloud'
  return toolNames.filter((name) => {
    if (name === 'bash' && isHere && options.noShellBecause !== undefined) return false
    return policyOf(session.agent, name) !== undefined
  })
}

export function toolParams(session: Session, options: PromptOptions): ToolParam[] {
  const builtIn = offeredTools(session, options).map((name) => {
    const { description, inputSchema } = toolset[name]
    return { name, description, input_schema: inputSchema }
  })
  const custom = session.agent.tools.filter((tool): tool is CustomTool => tool.type === 'custom')
  return [
    ...builtIn,
    ...custom.map(({ name, description, inputSchema }) => {
      return { name, description, input_schema: inputSchema }
    }),
  ]
}

interface SystemParts {
  readonly session: Session
  readonly log: readonly LogEntry[]
  readonly prompt: PromptOptions
  readonly retired: RetiredStores
}

/**
 * The system prompt: what the agent's owner wrote, where it is, what it remembers, and what was
 * added since. Nothing in it depends on the time, so that a provider's cache can keep it.
 */
export function systemBlocks({ session, log, prompt, retired }: SystemParts): {
  readonly stable: TextParam[]
  readonly added: TextParam[]
} {
  const notes = [
    session.agent.system,
    environmentNote(session, prompt),
    memoryNote(session.stores, retired),
  ].filter((text) => text !== undefined && text !== '')
  const added = log.flatMap(({ event }) => (event.type === 'system.message' ? event.content : []))
  return { stable: notes.map(textParam), added: added.map(({ text }) => textParam(text)) }
}

function textParam(text: string | undefined): TextParam {
  return { type: 'text', text: text ?? '' }
}

function environmentNote(session: Session, options: PromptOptions): string | undefined {
  const offered = offeredTools(session, options)
  if (offered.length === 0) return undefined
  if (session.environmentKind === 'self_hosted') {
    return (
      '# Environment\n\nYour tools run on a machine of the user. ' +
      'Relative paths begin in its working directory.'
    )
  }
  const shell = offered.includes('bash')
    ? 'bash runs in a sandbox without network.'
    : 'There is no shell here; use the file tools.'
  const scratch = `Relative paths begin in ${workRoot}, scratch space that ends with the session.`
  return `# Environment\n\n${scratch} ${shell}`
}
