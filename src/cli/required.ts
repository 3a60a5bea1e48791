import { UsageError, type Arguments } from './command.ts'

/** @throws UsageError that names what is missing */
export function requirePositional(args: Arguments, name: string, what: string): string {
  const [value] = args.positionals
  if (value === undefined) throw new UsageError(`${name} is missing: ${what}`)
  return value
}
