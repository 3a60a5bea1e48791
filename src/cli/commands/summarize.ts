import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import { contentBytesMax } from '../../domain/memory/content.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import { memoriesAt, parseAddress, resolveStore } from '../address.ts'
import { canAsk } from '../ask.ts'
import { parseByteSize } from '../byte-size.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { counted, formatBytes, lineFor } from '../print.ts'
import { withRemote } from '../remote.ts'
import type { Condenser } from '../../server/open-condenser.ts'
import { dryRunOption, jsonOption, yesOption } from '../shared-options.ts'
import { condenseMemory, type Errand } from '../summarize/condense-memory.ts'
import { exitCodeOf, printOutcome, printReport, type Summarized } from '../summarize/report.ts'
import { err } from '../terminal.ts'

const longerThanDefault = '20kB'
const callsDefault = 100
const longerThanMin = 1_000

export const command: Command = {
  name: 'summarize',
  summary: 'Have a model condense long memories, each saved as a version after its diff was seen',
  usage: 'summarize STORE[:PATH] [--longer-than SIZE] [--calls N] [--dry-run] [--yes] [--json]',
  example: 'palimpsest summarize notes --longer-than 20kB --dry-run',
  options: [
    {
      name: 'longer-than',
      value: 'SIZE',
      help: `Only memories with more bytes, like 20kB or 64KiB; default ${longerThanDefault}`,
    },
    { name: 'model', value: 'ID', help: 'Model to ask, or "demo" for the built-in one' },
    {
      name: 'calls',
      value: 'N',
      help: `Requests to the model at most, repeated ones included; default ${callsDefault}`,
    },
    { ...dryRunOption, help: 'Ask the model and show the diffs, but save nothing' },
    {
      name: 'diff',
      help: 'Show the diffs, which is the default; --no-diff keeps texts out of logs',
    },
    yesOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 1,
  details: `The longest come first, and the model is asked to make each half as long as --longer-than. The
model is that of this process: PALIMPSEST_MODEL_BASE_URL and PALIMPSEST_MODEL_API_KEY, as for serve;
the texts are sent there. "--calls 0" only lists what is too long and sends nothing.

Each diff is shown and asked about; without a terminal, --yes or --dry-run is needed. Only the text
that the model saw is replaced: when somebody else was faster, it is asked once more with theirs,
and then left alone. An answer that is empty, not shorter, cut off or not text is refused, and the
memory stays as it is. What a memory was before stays readable as a version (log, show).`,
  async run(args) {
    const { store, path } = parseAddress(args.positionals[0])
    const longerThan = parseByteSize(args.text('longer-than') ?? longerThanDefault, 'longer-than', {
      min: longerThanMin,
      max: contentBytesMax,
    })
    const calls = readCalls(args)
    requireAnswer(args, calls)
    const condenser = calls === 0 ? undefined : await openModel(args)
    const change = args.flag('dry-run') || calls === 0 ? undefined : 'summarize'
    return withRemote(args, { change }, async (api) => {
      const storeId = await resolveStore(api, store)
      const long = await longMemories(api, { storeId, path, longerThan })
      err(`palimpsest: ${counted(long.length, 'memory', 'memories')} above ${longerThan} bytes\n`)
      if (condenser !== undefined) {
        err(`palimpsest: model: ${condenser.inWords}\n`)
        return summarize({ api, args, storeId, longerThan, calls, condenser }, long)
      }
      const done = long.map((memory) => left(memory, 'nothing was asked'))
      for (const one of done) printOutcome(one, args)
      printReport({ done, calls, model: undefined }, args)
      return 0
    })
  },
}

/** @throws UsageError where this process has none */
async function openModel(args: Arguments): Promise<Condenser> {
  const { openCondenser } = await import('../../server/open-condenser.ts')
  const condenser = openCondenser(args.text('model'), process.env)
  if (condenser !== undefined) return condenser
  throw new UsageError(
    'this process has no model: set PALIMPSEST_MODEL_BASE_URL and PALIMPSEST_MODEL_API_KEY, or ' +
      'try --model demo, which is built in and no language model',
  )
}

function readCalls(args: Arguments): number {
  const calls = Number(args.text('calls') ?? callsDefault)
  if (Number.isInteger(calls) && calls >= 0 && args.text('calls') !== '') return calls
  throw new UsageError('--calls must be a whole number from 0')
}

function requireAnswer(args: Arguments, calls: number): void {
  if (args.flag('yes') || args.flag('dry-run') || calls === 0) return
  if (args.flag('json')) throw new UsageError('--json needs --yes or --dry-run: it asks nothing')
  if (args.given('diff') === false) {
    throw new UsageError('--no-diff needs --yes or --dry-run: nobody should say yes unseen')
  }
  if (canAsk()) return
  throw new UsageError('summarize needs --yes or --dry-run where nobody can be asked')
}

interface Wanted {
  readonly storeId: string
  readonly path: string | undefined
  readonly longerThan: number
}

/** The longest first: a budget of calls goes where it saves most. */
async function longMemories(api: Api, wanted: Wanted): Promise<Memory[]> {
  const { storeId, path, longerThan } = wanted
  const store = await api.getStore({ storeId })
  if (store.archivedAt !== undefined) {
    const message = `the store ${lineFor(store.name)} is archived: nothing can be saved in it`
    throw new DomainError({ code: 'archived', message })
  }
  const all = await Array.fromAsync(memoriesAt(api, storeId, path))
  const long = all.filter(({ sizeBytes }) => sizeBytes > longerThan)
  return long.toSorted((a, b) => b.sizeBytes - a.sizeBytes)
}

function left({ id, path, sizeBytes }: Memory, reason: string): Summarized {
  return { memoryId: id, path, outcome: 'left', sizeBytes, reason }
}

interface Run {
  readonly api: Api
  readonly args: Arguments
  readonly storeId: string
  readonly longerThan: number
  readonly calls: number
  readonly condenser: Condenser
}

async function summarize(run: Run, long: readonly Memory[]): Promise<ExitCode> {
  const { api, args, storeId, longerThan, calls, condenser } = run
  const errand: Errand = {
    api,
    storeId,
    longerThan,
    condenser,
    isDryRun: args.flag('dry-run'),
    showsDiffs: !args.flag('json') && args.given('diff') !== false,
    callsLeft: calls,
    asks: !args.flag('yes') && !args.flag('dry-run'),
    stopBecause: undefined,
  }
  const done: Summarized[] = []
  for (const [index, memory] of long.entries()) {
    if (errand.callsLeft === 0) {
      errand.stopBecause ??= `the budget of ${counted(calls, 'call')} is used up`
    }
    if (errand.stopBecause === undefined) {
      const size = formatBytes(memory.sizeBytes)
      err(`palimpsest: ${index + 1}/${long.length} ${lineFor(memory.path)} (${size})\n`)
      done.push(await condenseMemory(errand, memory))
    } else done.push(left(memory, errand.stopBecause))
    for (const one of done.slice(-1)) printOutcome(one, args)
  }
  printReport({ done, calls: calls - errand.callsLeft, model: condenser.inWords }, args)
  return exitCodeOf(done)
}
