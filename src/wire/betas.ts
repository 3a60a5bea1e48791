import { invalid, type Problem } from '../domain/errors.ts'

/** The two values that a request to the memory endpoints may carry, and only one of them. */
const memoryBeta = 'agent-memory-2026-07-22'
const agentsBeta = 'managed-agents-2026-04-01'

/** Betas of the future and of other endpoints are accepted (U3), made-up words are not. */
const plausible = /^[a-z0-9]+(-[a-z0-9]+)*-\d{4}-\d{2}-\d{2}$/
const betaCharactersMax = 100

/**
 * The rules of the `anthropic-beta` header on memory endpoints (contract §2.3).
 * @param header all its values, joined with commas; undefined when it is missing
 * @param strict whether the header is required, as the hosted service does
 * @returns why the request is refused, or undefined
 */
export function checkBetas(header: string | undefined, strict: boolean): Problem | undefined {
  if (header === memoryBeta || header === agentsBeta) return undefined
  const names = (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const unknown = names.filter((name) => name.length > betaCharactersMax || !plausible.test(name))
  if (unknown.length > 0) return unexpected(unknown)
  const hasMemory = names.includes(memoryBeta)
  const hasAgents = names.includes(agentsBeta)
  if (hasMemory && hasAgents) {
    return invalid(
      'anthropic-beta',
      `must name \`${memoryBeta}\` or \`${agentsBeta}\`, not both (official clients add the first by themselves)`,
    ).problem
  }
  if (!strict || hasMemory || hasAgents) return undefined
  return {
    code: 'not_found',
    message: `this endpoint needs the header \`anthropic-beta: ${memoryBeta}\``,
  }
}

function unexpected(names: readonly string[]): Problem {
  const shown = names.slice(0, 5).map((name) => `\`${name.slice(0, betaCharactersMax)}\``)
  const message = `Unexpected value(s) ${shown.join(', ')} for the \`anthropic-beta\` header. Please consult our documentation at platform.claude.com/docs or try again without the header.`
  return { code: 'invalid', message, field: 'anthropic-beta' }
}
