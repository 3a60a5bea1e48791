import { UsageError, type Arguments } from './command.ts'
import { visibleLine } from './invisible.ts'

/** What --session, --key and --actor say. @throws UsageError for what cannot be such an id */
export function readActor(args: Arguments) {
  return {
    sessionId: readId(args, { flag: 'session', prefix: 'sesn_', list: 'log' }),
    apiKeyId: readId(args, { flag: 'key', prefix: 'apikey_', list: 'keys list' }),
    actor: args.text('actor'),
  }
}

interface IdFlag {
  readonly flag: string
  readonly prefix: string
  /** The command that shows such ids. */
  readonly list: string
}

/** A name would match nothing, and look as if there were nothing. */
function readId(args: Arguments, { flag, prefix, list }: IdFlag): string | undefined {
  const id = args.text(flag)
  if (id === undefined || id.startsWith(prefix)) return id
  throw new UsageError(
    `--${flag} must be an id like ${prefix}01…, as \`palimpsest ${list}\` shows it, not "${visibleLine(id)}"`,
  )
}
