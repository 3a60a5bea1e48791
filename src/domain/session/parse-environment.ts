import { invalid } from '../errors.ts'
import type { EnvironmentKind } from './environment.ts'
import { readFields, readOneOf, readText, refuseUnsupported } from './read-fields.ts'

export function parseEnvironmentName(input: unknown): string {
  return readText(input, 'name', { min: 1, max: 256 })
}

export const environmentDescriptionRule = { max: 2_048 } as const

const packageManagers = ['apt', 'cargo', 'gem', 'go', 'npm', 'pip'] as const

/**
 * What runs the tools. An egress limit or packages that this server would not enforce are refused.
 * @throws DomainError `invalid` (sessions §1.3)
 */
export function parseKind(input: unknown): EnvironmentKind {
  if (input === undefined || input === null) return 'cloud'
  const type = (input as { readonly type?: unknown }).type
  const kind = readOneOf(type, 'config.type', ['cloud', 'self_hosted'])
  const known = kind === 'cloud' ? ['type', 'networking', 'packages'] : ['type']
  const fields = readFields(input, 'config', known)
  checkNetworking(fields['networking'])
  checkPackages(fields['packages'])
  return kind
}

function checkNetworking(input: unknown): void {
  if (input === undefined || input === null) return
  const { type } = input as { readonly type?: unknown }
  if (type === 'unrestricted') {
    readFields(input, 'config.networking', ['type'])
    return
  }
  throw invalid('config.networking', 'other than unrestricted is not supported by this server')
}

function checkPackages(input: unknown): void {
  if (input === undefined || input === null) return
  const fields = readFields(input, 'config.packages', ['type', ...packageManagers])
  for (const name of packageManagers) refuseUnsupported(fields[name], `config.packages.${name}`)
}
