import { decodeBlame, encodeBlame } from './blame.ts'
import { decodeDiff, encodeDiff } from './diff.ts'
import { endpoint, param } from './endpoint.ts'
import { atFields, memoryIdField, pathField } from './history-fields.ts'
import {
  exampleBlame,
  exampleDiff,
  exampleLogEntry,
  exampleMemoryThen,
  exampleMoment,
} from './history-examples.ts'
import { decodeLogEntry, encodeLogEntry } from './logged.ts'
import { decodeListItem, decodeMemory, encodeListItem, encodeMemory } from './memory.ts'
import { viewField } from './memory-endpoints.ts'
import { createdFields, limitField, pageField, viewedLimitField } from './memory-store-endpoints.ts'
import { decodeMomentReport, encodeMomentReport } from './moment.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { integer, text, texts, timeBound } from './query.ts'
import { ref } from './schema.ts'
import { redactWithReason } from './redaction-endpoints.ts'
import { undoEndpoints } from './undo-endpoints.ts'

const group = 'Palimpsest: history'
const store = '/palimpsest/v1/memory_stores/:memory_store_id'
const prefixField = text('Only what lives below this directory; starts and ends with "/".')

const getMoment = endpoint({
  verb: 'getMoment',
  method: 'GET',
  path: `${store}/moment`,
  query: atFields,
  answer: ref('MomentReport'),
  docs: {
    group,
    summary: 'Find a moment',
    description:
      'Which change a time or a sequence comes after, whether it can still be read, and from when on the history is complete.',
    example: { search: '?at=2026-11-20T08:00:00Z', answer: exampleMoment },
  },
  toInput: ({ query, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    at: query.at,
    atSeq: query.at_seq,
  }),
  toRequest: ({ storeId, at, atSeq }) => ({
    params: { memory_store_id: storeId },
    query: { at, at_seq: atSeq },
  }),
  encode: encodeMomentReport,
  decode: decodeMomentReport,
})

const listMemoriesAsOf = endpoint({
  verb: 'listMemoriesAsOf',
  method: 'GET',
  path: `${store}/memories`,
  query: {
    ...atFields,
    path_prefix: prefixField,
    depth: integer('0: everything below. 1: direct children, the rest rolled up to directories.', {
      minimum: 0,
      maximum: 1,
      default: 0,
    }),
    view: viewField('basic'),
    limit: viewedLimitField,
    page: pageField,
  },
  answer: pageSchema(ref('MemoryListItem')),
  docs: {
    group,
    summary: 'List memories as they were',
    description:
      'A store after a moment, in the byte order of paths. What was redacted since is left out. Later pages stay at the moment of the first.',
    example: {
      search: '?at=2026-11-20T08:00:00Z',
      answer: { data: [exampleMemoryThen], next_page: null },
    },
  },
  toInput: ({ query, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    at: query.at,
    atSeq: query.at_seq,
    pathPrefix: query.path_prefix,
    depth: query.depth,
    view: query.view,
    limit: query.limit,
    page: query.page,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: {
      at: input.at,
      at_seq: input.atSeq,
      path_prefix: input.pathPrefix,
      depth: input.depth,
      view: input.view,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: (page) => encodePage(page, encodeListItem),
  decode: (json) => decodePage(json, decodeListItem),
})

const getMemoryAsOf = endpoint({
  verb: 'getMemoryAsOf',
  method: 'GET',
  path: `${store}/memory`,
  query: { ...atFields, path: pathField, memory_id: memoryIdField, view: viewField('full') },
  answer: ref('Memory'),
  docs: {
    group,
    summary: 'Retrieve a memory as it was',
    description: 'By its id, or by the path it had then.',
    example: {
      search: '?path=%2Fnotes%2Fgreeting.md&at=2026-11-20T08:00:00Z',
      answer: { ...exampleMemoryThen, content: 'Hello' },
    },
  },
  toInput: ({ query, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    at: query.at,
    atSeq: query.at_seq,
    path: query.path,
    memoryId: query.memory_id,
    view: query.view,
  }),
  toRequest: ({ storeId, at, atSeq, path, memoryId, view }) => ({
    params: { memory_store_id: storeId },
    query: { at, at_seq: atSeq, path: asText(path), memory_id: memoryId, view },
  }),
  encode: encodeMemory,
  decode: decodeMemory,
})

/** Only text can be a path; anything else is for the server to refuse. */
function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const listLog = endpoint({
  verb: 'listLog',
  method: 'GET',
  path: `${store}/log`,
  query: {
    path: text('What is, or was before the change, exactly at this path.'),
    path_prefix: text('What is, or was before the change, below this directory.'),
    memory_id: memoryIdField,
    actor: text('The id of whoever made the change: a key, a session, a person.'),
    session_id: text('Changes of this session.'),
    api_key_id: text('Changes with this key.'),
    'operations[]': texts('Kinds of changes; any of them.'),
    ...createdFields,
    limit: limitField,
    page: pageField,
  },
  answer: pageSchema(ref('LogEntry')),
  docs: {
    group,
    summary: 'What happened in a store',
    description: 'Changes of all kinds, newest first. Filters are joined by AND.',
    example: {
      search: '?path_prefix=%2Fnotes%2F',
      answer: { data: [exampleLogEntry], next_page: null },
    },
  },
  toInput: ({ query, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    path: query.path,
    pathPrefix: query.path_prefix,
    memoryId: query.memory_id,
    actor: query.actor,
    sessionId: query.session_id,
    apiKeyId: query.api_key_id,
    operations: query['operations[]'],
    createdFrom: query['created_at[gte]'],
    createdTo: query['created_at[lte]'],
    limit: query.limit,
    page: query.page,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: {
      path: asText(input.path),
      path_prefix: input.pathPrefix,
      memory_id: input.memoryId,
      actor: input.actor,
      session_id: input.sessionId,
      api_key_id: input.apiKeyId,
      'operations[]': input.operations,
      'created_at[gte]': input.createdFrom,
      'created_at[lte]': input.createdTo,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: (page) => encodePage(page, encodeLogEntry),
  decode: (json) => decodePage(json, decodeLogEntry),
})

const getBlame = endpoint({
  verb: 'getBlame',
  method: 'GET',
  path: `${store}/blame`,
  query: {
    ...atFields,
    path: pathField,
    memory_id: memoryIdField,
    version_id: text('The id of a version; instead of a memory and a moment.'),
  },
  answer: ref('Blame'),
  docs: {
    group,
    summary: 'Who wrote each line',
    description: 'The lines of a memory, with the version, actor and time that each came from.',
    example: { search: '?path=%2Fnotes%2Fgreeting.md', answer: exampleBlame },
  },
  toInput: ({ query, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    at: query.at,
    atSeq: query.at_seq,
    path: query.path,
    memoryId: query.memory_id,
    versionId: query.version_id,
  }),
  toRequest: ({ storeId, at, atSeq, path, memoryId, versionId }) => ({
    params: { memory_store_id: storeId },
    query: { at, at_seq: atSeq, path: asText(path), memory_id: memoryId, version_id: versionId },
  }),
  encode: encodeBlame,
  decode: decodeBlame,
})

const getDiff = endpoint({
  verb: 'getDiff',
  method: 'GET',
  path: `${store}/diff`,
  query: {
    from_version: text('The id of the first version.'),
    to_version: text('The id of the second version.'),
    from_at: timeBound('down', 'The first moment: after every change at or before this time.'),
    from_seq: integer('The first moment, as a sequence.', { minimum: 0 }),
    to_at: timeBound('down', 'The second moment, as a time; now when not given.'),
    to_seq: integer('The second moment, as a sequence.', { minimum: 0 }),
    to_memory_store_id: text('The store of the second moment, where it is another one.'),
    path: text('Only what is at this path or below it.'),
    path_prefix: prefixField,
    context: integer('Lines around what changed.', { minimum: 0, maximum: 100, default: 3 }),
    limit: limitField,
    page: pageField,
  },
  answer: ref('Diff'),
  docs: {
    group,
    summary: 'What differs',
    description:
      'Between two versions, two moments, or two stores: as structure, and as text that `patch -p1` and `git apply` take.',
    example: { search: '?from_at=2026-11-20T08:00:00Z', answer: exampleDiff },
  },
  toInput: ({ query, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    fromVersion: query.from_version,
    toVersion: query.to_version,
    fromAt: query.from_at,
    fromSeq: query.from_seq,
    toAt: query.to_at,
    toSeq: query.to_seq,
    toStoreId: query.to_memory_store_id,
    path: query.path,
    pathPrefix: query.path_prefix,
    context: query.context,
    limit: query.limit,
    page: query.page,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: {
      from_version: input.fromVersion,
      to_version: input.toVersion,
      from_at: input.fromAt,
      from_seq: input.fromSeq,
      to_at: input.toAt,
      to_seq: input.toSeq,
      to_memory_store_id: input.toStoreId,
      path: asText(input.path),
      path_prefix: input.pathPrefix,
      context: input.context,
      limit: input.limit,
      page: input.page,
    },
  }),
  encode: encodeDiff,
  decode: decodeDiff,
})

export const historyEndpoints = {
  getMoment,
  listMemoriesAsOf,
  getMemoryAsOf,
  listLog,
  getBlame,
  getDiff,
  ...undoEndpoints,
  redactWithReason,
}
