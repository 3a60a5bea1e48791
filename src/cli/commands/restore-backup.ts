import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError, type Command } from '../command.ts'
import { finishVerification, interruptible, printVerdict, verdictJson } from '../long-work.ts'
import { lineFor, printJson } from '../print.ts'
import { requirePositional } from '../required.ts'
import { err, out } from '../terminal.ts'

export const command: Command = {
  name: 'restore-backup',
  summary: 'Make a data directory of a backup, which is checked first',
  usage: 'restore-backup FILE.db --data-dir DIR [--json]',
  example: 'palimpsest restore-backup /backup/palimpsest-2026-11-20.db --data-dir ./restored',
  options: [
    { name: 'data-dir', value: 'DIR', help: 'The new data directory: empty, or not there yet' },
    { name: 'json', help: 'Print JSON' },
  ],
  positionalsMax: 1,
  details: `Ids, keys and cursors are those of the original. A key that was revoked after the backup works
again, and what was forgotten after it is back: revoke and forget again before serving it.`,
  async run(args) {
    const file = requirePositional(args, 'FILE.db', 'the backup')
    const given = args.text('data-dir')
    if (given === undefined) throw new UsageError('--data-dir is missing: the new data directory')
    if (!existsSync(file)) throw new UsageError(`FILE.db: there is no file ${file}`)
    using interrupt = interruptible()
    const { restoreCopy, verifyCopy } = await import('../../server/copies.ts')
    const verdict = await finishVerification(verifyCopy(resolve(file), interrupt.signal))
    if (verdict === undefined) return 130
    if (verdict.verified.findings > 0) {
      if (args.flag('json')) printJson(verdictJson(verdict))
      else printVerdict(verdict)
      err('palimpsest: the backup has findings; nothing was restored\n')
      return 1
    }
    const directory = resolve(given)
    await restoreCopy(file, directory)
    if (args.flag('json')) printJson({ data_dir: directory, ...verdictJson(verdict) })
    else out(`restored; serve it with: palimpsest serve --data-dir ${lineFor(directory)}\n`)
    return 0
  },
}
