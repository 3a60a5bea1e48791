import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { administer, administerOptions } from '../administer.ts'
import { UsageError, type Command } from '../command.ts'
import { finishVerification, interruptible, printVerdict, verdictJson } from '../long-work.ts'
import { printJson } from '../print.ts'

export const command: Command = {
  name: 'verify',
  summary: 'Check everything stored: hashes, heads, counters, sequences, paths, sessions',
  usage: 'verify [--data-dir DIR | --database URL | --backup FILE.db] [--json]',
  example: 'palimpsest verify --backup /backup/palimpsest-2026-11-20.db',
  options: [
    ...administerOptions,
    { name: 'backup', value: 'FILE', help: 'Check this copy, which nothing is written beside' },
  ],
  details: `Ends with 0 when all is well and 1 when something was found: a line each with the rule, the ids
and a sentence, never content. Beside a running server it works in slices that hold up nobody.`,
  async run(args) {
    using interrupt = interruptible()
    const { signal } = interrupt
    const verdict = await check()
    if (verdict === undefined) return 130
    if (args.flag('json')) printJson(verdictJson(verdict))
    else printVerdict(verdict)
    return verdict.verified.findings === 0 ? 0 : 1

    async function check() {
      const backup = args.text('backup')
      if (backup === undefined) {
        return administer(args, {
          run: (api) => finishVerification(api.streamVerification({ signal })),
        })
      }
      if (!existsSync(backup)) throw new UsageError(`--backup: there is no file ${backup}`)
      const { verifyCopy } = await import('../../server/copies.ts')
      return finishVerification(verifyCopy(resolve(backup), signal))
    }
  },
}
