import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { administer, administerOptions } from '../administer.ts'
import { UsageError, type Command } from '../command.ts'
import { finishBackup, finishVerification, interruptible, verdictJson } from '../long-work.ts'
import { counted, formatBytes, printJson } from '../print.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'drill',
  summary: 'Try the way back: back up, check the copy, serve it, read it; then throw it away',
  usage: 'drill [--data-dir DIR] [--in DIR] [--json]',
  example: 'palimpsest drill',
  options: [
    ...administerOptions,
    { name: 'in', value: 'DIR', help: 'Where the copy is made; the system’s temporary directory' },
  ],
  details: `Everything happens beside the running server and on this machine: one command for a job that runs
every night. It ends with 0 when a restore would have worked. The copy is served on loopback for a
moment, without agents, and nothing of it is left.`,
  async run(args) {
    using interrupt = interruptible()
    const { signal } = interrupt
    const place = resolve(args.text('in') ?? tmpdir())
    if (!existsSync(place)) throw new UsageError(`--in: there is no directory ${place}`)
    const directory = await mkdtemp(join(place, 'palimpsest-drill-'))
    try {
      const { databaseIn, readThroughServer, verifyCopy } = await import('../../server/copies.ts')
      const file = databaseIn(directory)
      const startedAt = performance.now()
      const backup = await administer(args, {
        change: 'drill',
        run: (api) => finishBackup(api.streamBackup({ file, signal })),
      })
      if (backup === undefined) return 130
      if (!existsSync(file)) {
        throw new UsageError('the server is on another machine: run the drill there')
      }
      const verdict = await finishVerification(verifyCopy(file, signal))
      if (verdict === undefined) return 130
      const read = await readThroughServer(directory)
      const seconds = Math.round(performance.now() - startedAt) / 1_000
      const { bytes, sha256 } = backup
      const isWell = verdict.verified.findings === 0
      if (args.flag('json')) {
        printJson({ ...verdictJson(verdict), bytes, sha256, read, seconds })
        return isWell ? 0 : 1
      }
      const { stores, memories, versions, findings } = verdict.verified
      const counts = `${counted(stores, 'store')}, ${counted(memories, 'memory', 'memories')}, ${counted(versions, 'version')}`
      out(`backed up     ${formatBytes(bytes)}\n`)
      out(`verified      ${counts}: ${isWell ? 'all is well' : counted(findings, 'finding')}\n`)
      for (const { rule, where, message } of verdict.told) out(`  ${rule}  ${where} ${message}\n`)
      out(`served, read  ${counted(read.memories, 'memory', 'memories')} over HTTP\n`)
      out(isWell ? `The way back works: ${seconds} s.\n` : 'The way back does NOT work.\n')
      return isWell ? 0 : 1
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}
