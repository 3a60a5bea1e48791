import { resolve } from 'node:path'
import { administer, administerOptions } from '../administer.ts'
import type { Command } from '../command.ts'
import { finishBackup, interruptible } from '../long-work.ts'
import { formatBytes, lineFor, printJson } from '../print.ts'
import { requirePositional } from '../required.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'backup',
  summary: 'Copy the SQLite database to a file, while it serves',
  usage: 'backup FILE.db [--data-dir DIR] [--json]',
  example: 'palimpsest backup /backup/palimpsest-2026-11-20.db',
  options: administerOptions,
  positionalsMax: 1,
  details: `The copy is one moment of the database. It is made durable and checked before it has its name,
replaces nothing, and belongs to its owner alone. Reads and writes go on; a redaction waits for it.
A server that runs makes the copy itself, on its own machine and as its own user: that needs an
admin key of the first workspace. \`palimpsest verify --backup FILE.db\` checks it in full,
\`palimpsest restore-backup\` makes a data directory of it, \`palimpsest drill\` tries all of that.
A PostgreSQL database is copied with its own tools: docs/operate/postgresql.md.`,
  async run(args) {
    const file = resolve(requirePositional(args, 'FILE.db', 'where the copy goes'))
    using interrupt = interruptible()
    const { signal } = interrupt
    const startedAt = performance.now()
    const done = await administer(args, {
      change: `backup to ${file}`,
      run: (api) => finishBackup(api.streamBackup({ file, signal })),
    })
    if (done === undefined) return 130
    const { bytes, sha256 } = done
    const seconds = Math.round(performance.now() - startedAt) / 1_000
    if (args.flag('json')) printJson({ file: done.file, bytes, sha256, seconds })
    else out(`${lineFor(done.file)}  ${formatBytes(bytes)}  ${seconds} s  sha256 ${sha256}\n`)
    return 0
  },
}
