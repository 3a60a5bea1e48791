import type { Api } from '../../api.ts'
import type { SearchHit, SearchInput } from '../../api/search.ts'
import { searchHitAsJson } from '../../client/as-json.ts'
import { DomainError } from '../../domain/errors.ts'
import { allPages, allStores, asDirectory, parseAddress, resolveStore } from '../address.ts'
import { UsageError, type Arguments, type Command } from '../command.ts'
import { connectionOptions } from '../credentials.ts'
import { highlighted, inOneLine } from '../found-text.ts'
import { atOption, readAt, readTime } from '../moment.ts'
import { formatTime, lineFor, printJson } from '../print.ts'
import { withRemote } from '../remote.ts'
import { jsonOption } from '../shared-options.ts'
import { err, isTerminal, out, painter, wantsColour } from '../terminal.ts'

const countDefault = 20

export const command: Command = {
  name: 'search',
  summary: 'Search memories for words, those that changed last first',
  usage:
    'search [STORE[:PREFIX]] QUERY… [--actor ID] [--since TIME] [--until TIME] [--at MOMENT] [-n N] [--json]',
  example: 'palimpsest search notes budget -- -draft\npalimpsest search "quarterly plan*"',
  options: [
    { name: 'actor', value: 'ID', help: 'Only what this key or session wrote last' },
    { name: 'since', value: 'TIME', help: 'Only what changed then or later: a time, or -2h' },
    { name: 'until', value: 'TIME', help: 'Only what changed then or earlier' },
    { ...atOption, help: `${atOption.help}; of one store` },
    {
      name: 'max-count',
      short: 'n',
      value: 'N',
      help: `At most N memories; default ${countDefault}, 0: all`,
    },
    jsonOption,
    ...connectionOptions,
  ],
  positionalsMax: Number.POSITIVE_INFINITY,
  dashed: 'an unwanted word',
  details:
    'A query is words, "phrases", prefix* and -unwanted; all that is wanted must be there. Of several\n' +
    'arguments the first is the store; a single one is the query, and every store is searched.',
  run(args) {
    const [first, ...rest] = args.positionals
    if (first === undefined) throw new UsageError('QUERY is missing')
    if (rest.length === 0 && args.text('at') !== undefined) {
      throw new UsageError('--at: a moment belongs to one store; name it before the query')
    }
    const input = inputOf(args, rest.length === 0 ? first : rest.join(' '))
    const countMax = readCount(args)
    return withRemote(args, {}, async (api) => {
      const pages =
        rest.length === 0
          ? allPages((page) => api.searchWorkspace({ ...input, page }))
          : await inStore(api, first, input)
      const names = rest.length === 0 ? await namesOf(api) : undefined
      const found: SearchHit[] = []
      for await (const hit of pages) {
        found.push(hit)
        if (!args.flag('json')) show(hit, names)
        if (found.length === countMax) break
      }
      if (args.flag('json')) printJson(found.map(searchHitAsJson))
      else if (found.length === 0 && isTerminal(process.stdout)) err('nothing found\n')
      return 0
    })
  },
}

async function inStore(api: Api, address: string, input: SearchInput) {
  const { store, path } = parseAddress(address)
  const storeId = await resolveStore(api, store).catch((error: unknown) => {
    throw withHint(error)
  })
  const pathPrefix = path === undefined ? undefined : asDirectory(path)
  return allPages((page) => api.searchStore({ ...input, storeId, pathPrefix, page }))
}

/** Words that are not quoted look like a store and a query. */
function withHint(error: unknown): unknown {
  if (!(error instanceof DomainError) || error.code !== 'not_found') return error
  const hint = 'To search every store, put the query in quotes.'
  return new DomainError({ code: 'not_found', message: `${error.message} ${hint}` })
}

function inputOf(args: Arguments, query: string): SearchInput {
  return {
    ...readAt(args),
    query,
    actor: args.text('actor'),
    updatedFrom: readTime(args, 'since'),
    updatedTo: readTime(args, 'until'),
  }
}

function readCount(args: Arguments): number {
  const count = Number(args.text('max-count') ?? countDefault)
  if (!Number.isInteger(count) || count < 0) {
    throw new UsageError(
      '--max-count must be a whole number, 0 or more; unwanted words stand behind --, as in: -- -no',
    )
  }
  return count === 0 ? Number.POSITIVE_INFINITY : count
}

/** Stores by their ids, to show addresses that other commands take. */
async function namesOf(api: Api): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for await (const { id, name } of allStores(api)) {
    names.set(id, taken.has(name) ? id : name)
    taken.add(name)
  }
  return names
}

function show(hit: SearchHit, names: ReadonlyMap<string, string> | undefined): void {
  const { storeId, path, updatedAt, actor = '', snippet } = hit
  const at = lineFor(names === undefined ? path : `${names.get(storeId) ?? storeId}:${path}`)
  const text = highlighted(inOneLine(snippet.text), snippet.ranges)
  if (!isTerminal(process.stdout)) {
    return out(`${at}\t${formatTime(updatedAt)}\t${actor}\t${text}\n`)
  }
  const paint = painter(wantsColour(process.stdout))
  const about = paint('dim', `line ${snippet.line}, ${formatTime(updatedAt)} ${lineFor(actor)}`)
  out(`${paint('bold', at)}  ${about}\n    ${text.trim()}\n`)
}
