import type { GrepInput, SearchInput } from '../api/search.ts'
import { endpoint, param } from './endpoint.ts'
import { atFields } from './history-fields.ts'
import { limitField, pageField } from './memory-store-endpoints.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { boolean, integer, text, timeBound, type Values } from './query.ts'
import { ref } from './schema.ts'
import {
  decodeGrepHit,
  decodeSearchHit,
  encodeGrepHit,
  encodeSearchHit,
  type WireGrepHit,
  type WireSearchHit,
} from './search.ts'

const group = 'Palimpsest: search'
const store = '/palimpsest/v1/memory_stores/:memory_store_id'

const place = {
  memory_id: 'mem_011CZkZaBF1tNoB5wlCeusgy',
  memory_store_id: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  memory_version_id: 'memver_011CZkZaBF1tNoB5wlCeusgz',
  path: '/notes/greeting.md',
}

const exampleSearchHit: WireSearchHit = {
  ...place,
  created_by: { api_key_id: 'apikey_011CZkZaBF1tNoB5wlCeusgx', type: 'api_actor' },
  snippet: { line_number: 1, ranges: [{ start: 0, end: 5 }], text: 'Hello, world' },
  type: 'memory_search_hit',
  updated_at: '2026-11-20T08:00:00.000Z',
}

const exampleGrepHit: WireGrepHit = {
  ...place,
  after: [],
  before: [],
  line: 'Hello, world',
  line_number: 1,
  line_offset: 0,
  truncated: false,
  ranges: [{ start: 7, end: 12 }],
  type: 'memory_line',
}

const prefixField = text('Only memories below this directory; starts and ends with "/".')

/** Where no store is named. */
const refusedAtFields = {
  at: timeBound('down', 'Refused: a moment belongs to one store.'),
  at_seq: integer('Refused: a sequence belongs to one store.', { minimum: 0 }),
}

const searchFields = {
  ...atFields,
  query: text(
    'Words, "phrases", prefix* and -unwanted, at most 1,000 characters. All that is wanted must be there; case and accents do not matter.',
  ),
  path_prefix: prefixField,
  actor: text('Only memories whose current text this actor wrote: the id of a key or a session.'),
  'updated_at[gte]': timeBound('up', 'Changed at this time or later.'),
  'updated_at[lte]': timeBound('down', 'Changed at this time or earlier.'),
  limit: limitField,
  page: pageField,
}

const grepFields = {
  ...atFields,
  pattern: text(
    'A regular expression of JavaScript (Unicode mode), at most 1,000 characters; each line is matched by itself.',
  ),
  ignore_case: boolean('Letters match in either case.'),
  fixed_strings: boolean('The pattern is the text itself and no expression.'),
  path_prefix: prefixField,
  context: integer('Lines shown before and after.', { minimum: 0, maximum: 10, default: 0 }),
  limit: integer('Lines of the page.', { minimum: 1, maximum: 1_000, default: 100 }),
  page: pageField,
}

function searchInput(query: Values<typeof searchFields>): SearchInput {
  return {
    at: query.at,
    atSeq: query.at_seq,
    query: query.query,
    pathPrefix: query.path_prefix,
    actor: query.actor,
    updatedFrom: query['updated_at[gte]'],
    updatedTo: query['updated_at[lte]'],
    limit: query.limit,
    page: query.page,
  }
}

function searchQuery(input: SearchInput): Values<typeof searchFields> {
  return {
    at: input.at,
    at_seq: input.atSeq,
    query: asText(input.query),
    path_prefix: input.pathPrefix,
    actor: input.actor,
    'updated_at[gte]': input.updatedFrom,
    'updated_at[lte]': input.updatedTo,
    limit: input.limit,
    page: input.page,
  }
}

function grepInput(query: Values<typeof grepFields>): GrepInput {
  return {
    at: query.at,
    atSeq: query.at_seq,
    pattern: query.pattern,
    ignoreCase: query.ignore_case,
    fixedStrings: query.fixed_strings,
    pathPrefix: query.path_prefix,
    context: query.context,
    limit: query.limit,
    page: query.page,
  }
}

function grepQuery(input: GrepInput): Values<typeof grepFields> {
  return {
    at: input.at,
    at_seq: input.atSeq,
    pattern: asText(input.pattern),
    ignore_case: input.ignoreCase,
    fixed_strings: input.fixedStrings,
    path_prefix: input.pathPrefix,
    context: input.context,
    limit: input.limit,
    page: input.page,
  }
}

/** The server says what is wrong with what is no text. */
function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const searched =
  'Memories that hold the words, those that changed last first. Every write that was acknowledged before is found. A page may hold fewer than `limit`, or none, and still have a `next_page`.'
const grepped =
  'Lines that match, in the order of path and number. A page may hold fewer than `limit`, or none, and still have a `next_page`. A pattern that runs away is refused after two seconds on a memory.'

const asItWas =
  'With `at` or `at_seq`, the memories as they were then: what was redacted since is not found, and later pages stay at the moment of the first.'

const searchStore = endpoint({
  verb: 'searchStore',
  method: 'GET',
  path: `${store}/search`,
  query: searchFields,
  answer: pageSchema(ref('SearchHit')),
  docs: {
    group,
    summary: 'Search a store',
    description: `${searched} ${asItWas}`,
    example: {
      search: '?query=hello',
      answer: { data: [exampleSearchHit], next_page: null },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    ...searchInput(request.query),
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: searchQuery(input),
  }),
  encode: (page) => encodePage(page, encodeSearchHit),
  decode: (json) => decodePage(json, decodeSearchHit),
})

const searchWorkspace = endpoint({
  verb: 'searchWorkspace',
  method: 'GET',
  path: '/palimpsest/v1/search',
  query: { ...searchFields, ...refusedAtFields },
  answer: pageSchema(ref('SearchHit')),
  docs: {
    group,
    summary: 'Search all stores',
    description: `In every store that the credential reaches, archived ones included. ${searched}`,
    example: {
      search: '?query=hel*%20-bye',
      answer: { data: [exampleSearchHit], next_page: null },
    },
  },
  toInput: (request) => searchInput(request.query),
  toRequest: (input) => ({ query: searchQuery(input) }),
  encode: (page) => encodePage(page, encodeSearchHit),
  decode: (json) => decodePage(json, decodeSearchHit),
})

const grepStore = endpoint({
  verb: 'grepStore',
  method: 'GET',
  path: `${store}/grep`,
  query: grepFields,
  answer: pageSchema(ref('GrepHit')),
  docs: {
    group,
    summary: 'Search the lines of a store',
    description: `${grepped} ${asItWas}`,
    example: {
      search: '?pattern=w.rld',
      answer: { data: [exampleGrepHit], next_page: null },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    ...grepInput(request.query),
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: grepQuery(input),
  }),
  encode: (page) => encodePage(page, encodeGrepHit),
  decode: (json) => decodePage(json, decodeGrepHit),
})

const grepWorkspace = endpoint({
  verb: 'grepWorkspace',
  method: 'GET',
  path: '/palimpsest/v1/grep',
  query: { ...grepFields, ...refusedAtFields },
  answer: pageSchema(ref('GrepHit')),
  docs: {
    group,
    summary: 'Search the lines of all stores',
    description: `In every store that the credential reaches, archived ones included. ${grepped}`,
    example: {
      search: '?pattern=w.rld&ignore_case=true',
      answer: { data: [exampleGrepHit], next_page: null },
    },
  },
  toInput: (request) => grepInput(request.query),
  toRequest: (input) => ({ query: grepQuery(input) }),
  encode: (page) => encodePage(page, encodeGrepHit),
  decode: (json) => decodePage(json, decodeGrepHit),
})

export const searchEndpoints = { searchStore, searchWorkspace, grepStore, grepWorkspace }
