/** How a flag's text becomes a value. */
export type Kind =
  | 'string'
  /** Text in which the word null means null. */
  | 'nullable'
  | 'integer'
  /** As `integer`, and the word null means null. */
  | 'nullableInteger'
  | 'boolean'
  | 'map'
  /** A map, or one word as it is. */
  | 'mapOrWord'
  | 'any'
  /** YAML or JSON of several values, in one flag. */
  | 'sequence'
  /** May be given several times, each time one text. */
  | 'list'
  /** May be given several times, each time one map. */
  | 'maps'

/** Where in the request a value goes; `local` ones stay here. */
type Place = 'path' | 'query' | 'header' | 'body' | 'local'

export interface Flag {
  readonly name: string
  readonly kind: Kind
  readonly place: Place
  /** The wire's name of it, also as a key of piped input. */
  readonly key: string
  readonly required?: boolean
  /** A second name in piped input. */
  readonly alias?: string
  /** Sets one field of another flag's map; of several maps, of the last that lacks the field. */
  readonly within?: { readonly flag: string; readonly isInLast?: boolean }
  readonly help: string
}

export interface Operation {
  readonly group: string
  readonly verb: string
  readonly summary: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `{key}` for the flags whose place is the path. */
  readonly path: string
  /** What `anthropic-beta` says when no flag does. */
  readonly header: string
  readonly flags: readonly Flag[]
  /** The flag that one positional argument may stand for. */
  readonly positional: string | undefined
  readonly hasBody: boolean
  /** Its answer is one page, an endless stream of events, or one value. */
  readonly answer: 'value' | 'page' | 'stream'
  readonly example: string
}

/** An operation without what `inGroup` fills in. */
export type Draft = Omit<Operation, 'group' | 'header' | 'hasBody' | 'answer'> & Partial<Operation>

/** The operations of one resource: what most of them share is filled in. */
export function inGroup(
  { group, header }: { readonly group: string; readonly header: string },
  drafts: readonly Draft[],
): Operation[] {
  return drafts.map((draft) => ({
    hasBody: false,
    answer: 'value',
    ...draft,
    group,
    header,
    example: `palimpsest ${group} ${draft.verb} ${draft.example}`.trimEnd(),
  }))
}

const string = { kind: 'string' } as const
export const query = { ...string, place: 'query' } as const
export const body = { ...string, place: 'body' } as const

/** An id in the path, like `--memory-store-id`. */
export function idFlag(name: string, help: string): Flag {
  return { ...string, name, place: 'path', key: name.replaceAll('-', '_'), required: true, help }
}

export const beta: Flag = {
  name: 'beta',
  kind: 'list',
  place: 'header',
  key: 'anthropic-beta',
  help: 'Replaces the built-in anthropic-beta value; may be repeated',
}
const limit: Flag = {
  name: 'limit',
  kind: 'integer',
  place: 'query',
  key: 'limit',
  help: 'Items per page, 1 to 100',
}
const page: Flag = { ...query, name: 'page', key: 'page', help: 'Start at this next_page value' }
export const maxItems: Flag = {
  name: 'max-items',
  kind: 'integer',
  place: 'local',
  key: '',
  help: 'Stop after this many items; -1: all',
}
export const paging: readonly Flag[] = [limit, page, beta, maxItems]
/** Where pages may be longer. */
export const longPaging: readonly Flag[] = [
  { ...limit, help: 'Items per page, 1 to 1000' },
  page,
  beta,
  maxItems,
]
/** Where the word null as a page means the first. */
export const nullablePaging: readonly Flag[] = [
  limit,
  { ...page, kind: 'nullable' },
  beta,
  maxItems,
]

export const order: Flag = { ...query, name: 'order', key: 'order', help: '"asc" or "desc"' }

export const includeArchived: Flag = {
  name: 'include-archived',
  kind: 'boolean',
  place: 'query',
  key: 'include_archived',
  help: 'Archived ones too',
}

function created(bound: string, help: string): Flag {
  const key = `created_at[${bound}]`
  return { name: `created-at-${bound}`, kind: 'any', place: 'query', key, help }
}
export const createdFrom = created('gte', 'Created at this time or later')
export const createdTo = created('lte', 'Created at this time or earlier')
export const createdBetween: readonly Flag[] = [
  created('gt', 'Created after this time'),
  createdFrom,
  created('lt', 'Created before this time'),
  createdTo,
]

export const metadata: Flag = {
  name: 'metadata',
  kind: 'map',
  place: 'body',
  key: 'metadata',
  help: 'Key-value pairs, as YAML or JSON',
}
export const metadataPatch: Flag = {
  ...metadata,
  help: 'Merge patch as YAML or JSON; null removes a key',
}
