import { endpoint, param, type WireRequest } from './endpoint.ts'
import { limitField, pageField } from './memory-store-endpoints.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { integer, text } from './query.ts'
import { ref } from './schema.ts'
import { exampleWork } from './session-examples.ts'
import { decodeMicroseconds, encodeMicroseconds } from './timestamp.ts'
import {
  decodeHanded,
  decodeHeartbeat,
  decodeWork,
  decodeWorkStats,
  encodeHanded,
  encodeHeartbeat,
  encodeWork,
  encodeWorkStats,
} from './work.ts'

const group = 'Work of an environment'
const work = '/v1/environments/:environment_id/work'
const item = `${work}/:work_id`
const none = 'NO_HEARTBEAT'

interface Named {
  readonly environmentId: string
  readonly workId: string
}

function named(request: Pick<WireRequest, 'params'>): Named {
  return {
    environmentId: param(request, 'environment_id'),
    workId: param(request, 'work_id'),
  }
}

function params({ environmentId, workId }: Named) {
  return { environment_id: environmentId, work_id: workId }
}

/** What cannot be a heartbeat of this server is one that no item has. */
function expectedBeat(text: string | undefined): number | 'none' {
  if (text === undefined || text === none) return 'none'
  const beat = decodeMicroseconds(text)
  return Number.isNaN(beat) ? -1 : beat
}

const pollWork = endpoint({
  verb: 'pollWork',
  method: 'GET',
  path: `${work}/poll`,
  query: {
    block_ms: integer('How long to wait for one: 1 to 999 milliseconds.'),
    reclaim_older_than_ms: integer('Takes over what nobody acknowledged for so long.', {
      default: 5_000,
    }),
  },
  answer: { oneOf: [ref('Work'), { type: 'null' }] },
  docs: {
    group,
    summary: 'Poll for work',
    description: 'For workers: the next item with its secret, or null.',
    example: {
      search: '?block_ms=999',
      answer: { ...exampleWork, secret: 'eyJzZXNzaW9uc190b2tlbiI6…' },
    },
  },
  toInput: (request) => ({
    environmentId: param(request, 'environment_id'),
    blockMs: request.query.block_ms,
    reclaimOlderThanMs: request.query.reclaim_older_than_ms,
    workerId: request.headers['anthropic-worker-id'],
  }),
  toRequest: (input) => ({
    params: { environment_id: input.environmentId },
    query: { block_ms: input.blockMs, reclaim_older_than_ms: input.reclaimOlderThanMs },
    headers: { 'anthropic-worker-id': input.workerId },
  }),
  encode: encodeHanded,
  decode: decodeHanded,
})

const acknowledgeWork = endpoint({
  verb: 'acknowledgeWork',
  method: 'POST',
  path: `${item}/ack`,
  query: {},
  answer: ref('Work'),
  docs: {
    group,
    summary: 'Acknowledge work',
    description: 'For workers: takes the item.',
    example: { answer: { ...exampleWork, state: 'starting' } },
  },
  toInput: named,
  toRequest: (input) => ({ params: params(input) }),
  encode: encodeWork,
  decode: decodeWork,
})

const heartbeatWork = endpoint({
  verb: 'heartbeatWork',
  method: 'POST',
  path: `${item}/heartbeat`,
  query: {
    desired_ttl_seconds: integer('Not followed: the lease has one length.'),
    expected_last_heartbeat: text('The last one, or NO_HEARTBEAT.'),
  },
  answer: ref('WorkHeartbeat'),
  docs: {
    group,
    summary: 'Keep work alive',
    description: 'For workers: extends the lease, if it is still theirs.',
    example: {
      search: '?expected_last_heartbeat=NO_HEARTBEAT',
      answer: {
        type: 'work_heartbeat',
        state: 'active',
        lease_extended: true,
        last_heartbeat: '2026-11-20T08:00:00.000002Z',
        ttl_seconds: 20,
      },
    },
  },
  toInput: (request) => ({
    ...named(request),
    expected: expectedBeat(request.query.expected_last_heartbeat),
  }),
  toRequest: (input) => ({
    params: params(input),
    query: {
      expected_last_heartbeat:
        input.expected === 'none' ? none : encodeMicroseconds(input.expected),
    },
  }),
  encode: encodeHeartbeat,
  decode: decodeHeartbeat,
})

const stopWork = endpoint({
  verb: 'stopWork',
  method: 'POST',
  path: `${item}/stop`,
  query: {},
  body: {
    type: 'object',
    properties: { force: { type: ['boolean', 'null'], description: 'At once.' } },
    additionalProperties: false,
  },
  answer: ref('Work'),
  docs: {
    group,
    summary: 'Stop work',
    description: 'Gently, or by force at once. Repeats change nothing.',
    example: { body: { force: true }, answer: { ...exampleWork, state: 'stopped' } },
  },
  toInput: (request) => ({ ...named(request), force: request.body['force'] === true }),
  toRequest: (input) => ({ params: params(input), body: { force: input.force } }),
  encode: encodeWork,
  decode: decodeWork,
})

const listWork = endpoint({
  verb: 'listWork',
  method: 'GET',
  path: work,
  query: { limit: limitField, page: pageField },
  answer: pageSchema(ref('Work')),
  docs: {
    group,
    summary: 'List work',
    description: 'For workers: newest first.',
    example: { answer: { data: [exampleWork], next_page: null } },
  },
  toInput: (request) => ({ environmentId: param(request, 'environment_id'), ...request.query }),
  toRequest: ({ environmentId, limit, page }) => ({
    params: { environment_id: environmentId },
    query: { limit, page },
  }),
  encode: (page) => encodePage(page, encodeWork),
  decode: (json, workspaceId) => decodePage(json, (it) => decodeWork(it, workspaceId)),
})

const getWork = endpoint({
  verb: 'getWork',
  method: 'GET',
  path: item,
  query: {},
  answer: ref('Work'),
  docs: {
    group,
    summary: 'Retrieve work',
    description: 'One item.',
    example: { answer: exampleWork },
  },
  toInput: named,
  toRequest: (input) => ({ params: params(input) }),
  encode: encodeWork,
  decode: decodeWork,
})

const updateWork = endpoint({
  verb: 'updateWork',
  method: 'POST',
  path: item,
  query: {},
  body: {
    type: 'object',
    properties: { metadata: { description: 'Merged into what is there.' } },
    additionalProperties: false,
  },
  answer: ref('Work'),
  docs: {
    group,
    summary: 'Update work',
    description: 'Merges metadata.',
    example: { body: { metadata: { host: 'a' } }, answer: exampleWork },
  },
  toInput: (request) => ({ ...named(request), metadata: request.body['metadata'] }),
  toRequest: (input) => ({ params: params(input), body: { metadata: input.metadata } }),
  encode: encodeWork,
  decode: decodeWork,
})

const getWorkStats = endpoint({
  verb: 'getWorkStats',
  method: 'GET',
  path: `${work}/stats`,
  query: {},
  answer: ref('WorkStats'),
  docs: {
    group,
    summary: 'Count work',
    description: 'How much waits, and how much is being done.',
    example: {
      answer: {
        type: 'work_queue_stats',
        depth: 1,
        pending: 0,
        oldest_queued_at: exampleWork.created_at,
        workers_polling: null,
      },
    },
  },
  toInput: (request) => ({ environmentId: param(request, 'environment_id') }),
  toRequest: ({ environmentId }) => ({ params: { environment_id: environmentId } }),
  encode: encodeWorkStats,
  decode: decodeWorkStats,
})

export const workEndpoints = {
  pollWork,
  acknowledgeWork,
  heartbeatWork,
  stopWork,
  listWork,
  getWork,
  updateWork,
  getWorkStats,
}
