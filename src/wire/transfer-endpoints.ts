import { endpoint, param } from './endpoint.ts'
import { expectObject } from './json.ts'
import { exampleChange } from './own-endpoints.ts'
import { integer } from './query.ts'
import { ref } from './schema.ts'
import {
  decodeHistoryPage,
  decodeImport,
  encodeHistoryPage,
  encodeOperation,
  importBodySchema,
  type WireEntry,
} from './transfer.ts'

const group = 'Palimpsest: stores'
const store = '/palimpsest/v1/memory_stores/:memory_store_id'

const exampleEntry: WireEntry = {
  ...exampleChange,
  type: 'memory_store_history_entry',
  content: 'Hello',
  redacted_at: null,
  redacted_by: null,
}

const exportHistory = endpoint({
  verb: 'exportHistory',
  method: 'GET',
  path: `${store}/export`,
  query: {
    after: integer('Go on after this sequence; 0 starts at the oldest retained change.', {
      minimum: 0,
      default: 0,
    }),
    limit: integer('Changes of the page.', { minimum: 1, maximum: 1_000, default: 100 }),
  },
  answer: ref('HistoryPage'),
  docs: {
    group,
    summary: 'The whole history of a store',
    description:
      'Every retained change with its content, in commit order, a page at a time; a page ends sooner when its content has 4 MB. An empty page is the end.',
    example: { search: '?after=1', answer: { data: [exampleEntry], seq: 2 } },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    after: request.query.after,
    limit: request.query.limit,
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    query: { after: input.after, limit: input.limit },
  }),
  encode: encodeHistoryPage,
  decode: decodeHistoryPage,
})

const importHistory = endpoint({
  verb: 'importHistory',
  method: 'POST',
  path: `${store}/import`,
  query: {},
  body: importBodySchema,
  answer: ref('Imported'),
  docs: {
    group,
    summary: 'Bring in changes of another source',
    description:
      'For admin keys. The changes are new ones of this store, in the order given and in one commit: made now, by the key, through the door `import`. What the source says of each (author, time, ids) is kept beside it as `claimed`, in the change feed and in exports.',
    example: {
      body: {
        expected_seq: 1,
        operations: [
          {
            type: 'create',
            path: '/notes/greeting.md',
            content: 'Hello',
            claimed: { actor: 'sesn_011CZkZAtmR3yMPDzynEDxu7', at: '2026-10-01T08:00:00.000Z' },
          },
        ],
      },
      answer: { seq: 2 },
    },
  },
  toInput: (request) => ({
    storeId: param(request, 'memory_store_id'),
    expectedSeq: request.body['expected_seq'] as number,
    operations: decodeImport(request.body['operations']),
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    body: {
      expected_seq: input.expectedSeq,
      operations: input.operations.map(encodeOperation),
    },
  }),
  encode: ({ seq }) => ({ seq }),
  decode: (json) => ({ seq: (expectObject(json) as { seq: number }).seq }),
})

export const transferEndpoints = { exportHistory, importHistory }
