import type { Api } from '../../api.ts'
import type { GrepHit, GrepInput } from '../../api/search.ts'
import { grepHitAsJson } from '../../client/as-json.ts'
import { DomainError } from '../../domain/errors.ts'
import type { ShownLine } from '../../domain/memory/grep.ts'
import {
  allPages,
  asDirectory,
  findMemory,
  memoryAsOf,
  nothingAt,
  parseAddress,
  resolveStore,
} from '../address.ts'
import { UsageError, type Arguments, type Command, type ExitCode } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { highlighted } from '../found-text.ts'
import { atOption, readAt } from '../moment.ts'
import { lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { err, out, painter, wantsColour } from '../terminal.ts'

export const command: Command = {
  name: 'grep',
  summary: 'Print the lines of memories that match a regular expression',
  usage: 'grep PATTERN STORE[:PATH] [-i] [-n] [-C N] [-l] [-F] [--at MOMENT] [--json]',
  example: 'palimpsest grep -in "todo|fixme" notes:/projects/',
  options: [
    { name: 'ignore-case', short: 'i', help: 'Letters match in either case' },
    { name: 'line-number', short: 'n', help: 'With the number of each line' },
    { name: 'context', short: 'C', value: 'N', help: 'Lines before and after; 0 to 10' },
    { name: 'files-with-matches', short: 'l', help: 'Only the paths of memories that match' },
    { name: 'fixed-strings', short: 'F', help: 'PATTERN is the text itself' },
    atOption,
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: 2,
  dashed: 'a pattern',
  details:
    'Regular expressions are those of JavaScript; each line is matched by itself. Ends with 0 when\n' +
    'something was found, with 1 when nothing was, with 2 when something went wrong.',
  async run(args) {
    const [pattern] = args.positionals
    if (pattern === undefined) throw new UsageError('PATTERN is missing')
    const { store, path } = parseAddress(args.positionals[1])
    const input = inputOf(args, pattern)
    try {
      return await withRemote(args, {}, async (api) => {
        const storeId = await resolveStore(api, store)
        return showAll(linesAt(api, { ...input, storeId }, path), args)
      })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      err(`palimpsest: ${error.message}\n`)
      return 2
    }
  },
}

function inputOf(args: Arguments, pattern: string): GrepInput {
  const context = Number(args.text('context') ?? 0)
  if (!Number.isInteger(context) || context < 0 || context > 10) {
    throw new UsageError('--context must be a whole number from 0 to 10')
  }
  return {
    ...readAt(args),
    pattern,
    context,
    ignoreCase: args.flag('ignore-case'),
    fixedStrings: args.flag('fixed-strings'),
    limit: 1_000,
  }
}

type InStore = GrepInput & { readonly storeId: string }

/** Of what lies below a path, or else of the one memory at it. */
async function* linesAt(
  api: Api,
  input: InStore,
  path: string | undefined,
): AsyncGenerator<GrepHit> {
  const below = (prefix: string | undefined) =>
    allPages((page) => api.grepStore({ ...input, pathPrefix: prefix, page }))
  if (path === undefined || path === '/') return yield* below(undefined)
  let isEmpty = true
  for await (const hit of below(asDirectory(path))) {
    isEmpty = false
    yield hit
  }
  if (!isEmpty || path.endsWith('/')) return
  await requireSomething(api, input, path)
  for await (const hit of below(path.slice(0, path.lastIndexOf('/') + 1))) {
    if (hit.path === path) yield hit
  }
}

/** @throws DomainError `not_found` unless there is, or was, a memory at a path or below it */
async function requireSomething(api: Api, input: InStore, path: string): Promise<void> {
  const { storeId, at, atSeq } = input
  const below = { storeId, pathPrefix: asDirectory(path), limit: 1 }
  if (at === undefined && atSeq === undefined) {
    if ((await findMemory(api, storeId, path)) !== undefined) return
    if ((await api.listMemories(below)).items.length === 0) throw nothingAt(path)
    return
  }
  if ((await api.listMemoriesAsOf({ ...below, at, atSeq })).items.length > 0) return
  await memoryAsOf(api, { storeId, path, at, atSeq, view: 'basic' })
}

async function showAll(hits: AsyncIterable<GrepHit>, args: Arguments): Promise<ExitCode> {
  const found: GrepHit[] = []
  const printer = new Printer(args)
  let isEmpty = true
  for await (const hit of hits) {
    isEmpty = false
    if (args.flag('json')) found.push(hit)
    else printer.print(hit)
  }
  printer.end()
  if (args.flag('json')) printJson(found.map(grepHitAsJson))
  return isEmpty ? 1 : 0
}

/** Lines as grep prints them: context with "-", and "--" where lines were left out. */
class Printer {
  readonly #onlyPaths: boolean
  readonly #withNumbers: boolean
  readonly #paint = painter(wantsColour(process.stdout))
  readonly #withContext: boolean
  #last: GrepHit | undefined
  /** The last line of its memory that was printed. */
  #number = 0

  constructor(args: Arguments) {
    this.#onlyPaths = args.flag('files-with-matches')
    this.#withNumbers = args.flag('line-number')
    this.#withContext = Number(args.text('context') ?? 0) > 0
  }

  print(hit: GrepHit): void {
    const { path, line } = hit
    const isSame = path === this.#last?.path
    if (this.#onlyPaths) {
      if (!isSame) out(`${lineFor(path)}\n`)
      this.#last = hit
      return
    }
    this.#finish(isSame ? line.number : Number.POSITIVE_INFINITY)
    const before = line.before.filter(({ number }) => !isSame || number > this.#number)
    const first = before[0]?.number ?? line.number
    const isGap = this.#last !== undefined && !(isSame && first === this.#number + 1)
    if (this.#withContext && isGap) out('--\n')
    this.#last = hit
    for (const one of before) this.#write('-', one, lineFor(one.text))
    this.#write(':', line, highlighted(line.text, line.ranges))
  }

  end(): void {
    if (!this.#onlyPaths) this.#finish(Number.POSITIVE_INFINITY)
  }

  /** The lines after the last match, up to the next one. */
  #finish(before: number): void {
    for (const one of this.#last?.line.after ?? []) {
      if (one.number < before) this.#write('-', one, lineFor(one.text))
    }
  }

  #write(mark: ':' | '-', { number, offset, isCut }: ShownLine, text: string): void {
    this.#number = number
    const path = this.#paint('magenta', lineFor(this.#last?.path ?? ''))
    const at = this.#withNumbers ? `${path}${mark}${this.#paint('green', String(number))}` : path
    const cut = isCut ? `${offset > 0 ? '…' : ''}${text}…` : text
    out(`${at}${mark}${cut}\n`)
  }
}
