import { blameAsJson } from '../../client/as-json.ts'
import type { Blame, BlameRange } from '../../domain/history/blame.ts'
import { actorNames, type NameActor } from '../actor-names.ts'
import { parseMemoryAddress, resolveStore } from '../address.ts'
import { UsageError, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { atOption, readAt } from '../moment.ts'
import { formatTime, printJson, printRows, type Cell } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { painter, wantsColour } from '../terminal.ts'

export const command: Command = {
  name: 'blame',
  summary: 'Show who wrote each line of a memory, and when',
  usage: 'blame STORE:PATH [--at MOMENT | --version ID] [--json]',
  example: 'palimpsest blame notes:/style.md',
  options: [
    atOption,
    { name: 'version', value: 'ID', help: 'The lines of this version, whatever its path' },
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details:
    'The version, who wrote it (the id, and the name where it is known) and when, the number of\n' +
    'the line and the line. A "^" says that retention removed what was before, so that the line\n' +
    'may be older; a "~" that a redacted version was before, in which it may have been written.',
  run(args) {
    const { store, path } = parseMemoryAddress(args.positionals[0])
    const versionId = args.text('version')
    const moment = readAt(args)
    if (versionId !== undefined && moment !== undefined) {
      throw new UsageError('--at and --version cannot both be given')
    }
    return withRemote(args, {}, async (api) => {
      const storeId = await resolveStore(api, store)
      const blame = await api.getBlame(
        versionId === undefined ? { storeId, path, ...moment } : { storeId, versionId },
      )
      if (args.flag('json')) printJson(blameAsJson(blame))
      else {
        const actors = blame.ranges.map(({ origin }) => origin.createdBy)
        printRows(rowsOf(blame, await actorNames(api, actors)))
      }
      return 0
    })
  },
}

function rowsOf({ ranges }: Blame, nameOf: NameActor): Cell[][] {
  return ranges.flatMap((range) => {
    const who = nameOf(range.origin.createdBy)
    return range.lines.map((line, index) =>
      rowOf(range, who, { line, number: range.startLine + index }),
    )
  })
}

function rowOf(
  { origin, ...range }: BlameRange,
  who: string,
  { line, number }: { readonly line: string; readonly number: number },
): Cell[] {
  const paint = painter(wantsColour(process.stdout))
  const mark = range.isRedacted ? '~' : range.isBoundary ? '^' : ''
  return [
    { text: mark + origin.versionId, paint: (text) => paint('dim', text) },
    { text: who, paint: (text) => paint('cyan', text) },
    { text: formatTime(origin.createdAt) },
    { text: String(number), alignRight: true, paint: (text) => paint('dim', text) },
    { text: line },
  ]
}
