import { invalid, type Problem } from '../domain/errors.ts'

/** The values of the header, by the operations that need them. */
export const betas = {
  memory: 'agent-memory-2026-07-22',
  agents: 'managed-agents-2026-04-01',
} as const

/** Operations that share the rules of the header: those of memory stores, and those of agents. */
export type BetaFamily = keyof typeof betas

/** Betas of the future and of other endpoints are accepted (U3), made-up words are not. */
const plausible = /^[a-z0-9]+(-[a-z0-9]+)*-\d{4}-\d{2}-\d{2}$/
const betaCharactersMax = 100

export interface BetaRule {
  readonly family: BetaFamily
  /** Whether the header is required, as the hosted service does. */
  readonly isStrict: boolean
}

/**
 * The rules of the `anthropic-beta` header (contract §2.3, sessions §1.0).
 * @param header all its values, joined with commas; undefined when it is missing
 * @returns why the request is refused, or undefined
 */
export function checkBetas(header: string | undefined, rule: BetaRule): Problem | undefined {
  const { family, isStrict } = rule
  if (header === betas[family]) return undefined
  const names = (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = names.filter((name) => name.length > betaCharactersMax || !plausible.test(name))
  if (unknown.length > 0) return unexpected(unknown)
  const hasMemory = names.includes(betas.memory)
  const hasAgents = names.includes(betas.agents)
  if (family === 'memory' && hasMemory && hasAgents) {
    return invalid(
      'anthropic-beta',
      `must name \`${betas.memory}\` or \`${betas.agents}\`, not both (official clients add the first by themselves)`,
    ).problem
  }
  // Either names the operations of memory; those of agents have one name.
  if (!isStrict || hasAgents || (family === 'memory' && hasMemory)) return undefined
  return {
    code: 'not_found',
    message: `this endpoint needs the header \`anthropic-beta: ${betas[family]}\``,
  }
}

function unexpected(names: readonly string[]): Problem {
  const shown = names.slice(0, 5).map((name) => `\`${name.slice(0, betaCharactersMax)}\``)
  const message = `Unexpected value(s) ${shown.join(', ')} for the \`anthropic-beta\` header. Please consult our documentation at platform.claude.com/docs or try again without the header.`
  return { code: 'invalid', message, field: 'anthropic-beta' }
}
