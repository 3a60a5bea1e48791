import type { ListEventsInput, StreamEventsInput } from '../api/sessions.ts'
import { camelKeys, snakeKeys } from './case.ts'
import { endpoint, param, type Body } from './endpoint.ts'
import { pageField } from './memory-store-endpoints.ts'
import { decodePage, encodeList, encodePage, pageSchema } from './page.ts'
import { integer, microsecondBound, oneOf, text, texts, type Values } from './query.ts'
import { ref } from './schema.ts'
import { bound, next } from './session-endpoints.ts'
import { decodeEntry, decodeStreamItem, encodeEntry, encodeStreamItem } from './session-event.ts'
import { exampleEvent, exampleTurn } from './session-examples.ts'
import { decodeTurn, encodeTurn } from './turn.ts'

const group = 'Session events'
const item = '/v1/sessions/:session_id'
const thread = `${item}/threads/:thread_id`

const listFields = {
  'created_at[gt]': microsecondBound('down', 'Processed after this time.'),
  'created_at[gte]': microsecondBound('up', 'Processed at this time or later.'),
  'created_at[lt]': microsecondBound('up', 'Processed before this time.'),
  'created_at[lte]': microsecondBound('down', 'Processed at this time or earlier.'),
  limit: integer('Events of the page: 1 to 1,000.', { minimum: 1, maximum: 1_000, default: 1_000 }),
  order: oneOf(['asc', 'desc'], 'By the place in the log; those that wait are last in it.', {
    default: 'asc',
  }),
  page: pageField,
  'types[]': texts('Only events of these types.'),
}

function listInput(query: Values<typeof listFields>): Omit<ListEventsInput, 'sessionId'> {
  return {
    after: bound(Math.max, query['created_at[gt]'], next(query['created_at[gte]'], -1)),
    before: bound(Math.min, query['created_at[lt]'], next(query['created_at[lte]'], 1)),
    limit: query.limit,
    order: query.order,
    page: query.page,
    types: query['types[]'],
  }
}

function listQuery(input: Omit<ListEventsInput, 'sessionId'>): Values<typeof listFields> {
  return {
    'created_at[gt]': input.after,
    'created_at[lt]': input.before,
    limit: input.limit,
    order: input.order,
    page: input.page,
    'types[]': input.types,
  }
}

const streamFields = {
  after: text('An event: what came after it is sent first. Without it the stream begins now.'),
  'event_deltas[]': texts('agent.message, agent.thinking: tell of them while they are written.'),
}

type StreamInput = Omit<StreamEventsInput, 'sessionId' | 'signal'>

function streamInput(query: Values<typeof streamFields>): StreamInput {
  return { after: query.after, deltas: query['event_deltas[]'] }
}

function streamQuery(input: StreamInput): Values<typeof streamFields> {
  return { after: input.after, 'event_deltas[]': input.deltas }
}

const sendEvents = endpoint({
  verb: 'sendEvents',
  method: 'POST',
  path: `${item}/events`,
  query: {},
  body: {
    type: 'object',
    properties: { events: { description: 'At least one.' } },
    required: ['events'],
    additionalProperties: false,
  },
  answer: pageSchema(ref('SessionEvent')),
  docs: {
    group,
    summary: 'Send events',
    description:
      'All of them or none. Messages wait until the agent reads them; tool results take the credential of a worker.',
    example: {
      body: { events: [{ type: 'user.message', content: [{ type: 'text', text: 'Hello' }] }] },
      answer: { data: [exampleEvent], next_page: null },
    },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    events: camelKeys(request.body['events']),
  }),
  toRequest: ({ sessionId, events }) => ({
    params: { session_id: sessionId },
    body: snakeKeys({ events }) as Body,
  }),
  encode: (entries) => encodeList(entries, encodeEntry),
  decode: (json) => decodePage(json, decodeEntry).items,
})

const listEvents = endpoint({
  verb: 'listEvents',
  method: 'GET',
  path: `${item}/events`,
  query: listFields,
  answer: pageSchema(ref('SessionEvent')),
  docs: {
    group,
    summary: 'List events',
    description: 'The log of the session.',
    example: { search: '?order=desc&limit=20', answer: { data: [exampleEvent], next_page: null } },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    ...listInput(request.query),
  }),
  toRequest: (input) => ({
    params: { session_id: input.sessionId },
    query: listQuery(input),
  }),
  encode: (page) => encodePage(page, encodeEntry),
  decode: (json) => decodePage(json, decodeEntry),
})

const listThreadEvents = endpoint({
  verb: 'listThreadEvents',
  method: 'GET',
  path: `${thread}/events`,
  query: listFields,
  answer: pageSchema(ref('SessionEvent')),
  docs: {
    group,
    summary: 'List events of a thread',
    description: 'The log of the session.',
    example: { search: '?order=desc&limit=20', answer: { data: [exampleEvent], next_page: null } },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    threadId: param(request, 'thread_id'),
    ...listInput(request.query),
  }),
  toRequest: (input) => ({
    params: { session_id: input.sessionId, thread_id: input.threadId },
    query: listQuery(input),
  }),
  encode: (page) => encodePage(page, encodeEntry),
  decode: (json) => decodePage(json, decodeEntry),
})

const streamEvents = endpoint({
  verb: 'streamEvents',
  method: 'GET',
  path: `${item}/events/stream`,
  stream: true,
  query: streamFields,
  answer: ref('SessionEvent'),
  docs: {
    group,
    summary: 'Follow a session',
    description: 'Events as they get their place, as server-sent events, from now on.',
    example: { search: '?event_deltas[]=agent.message', answer: exampleEvent },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    ...streamInput(request.query),
  }),
  toRequest: (input) => ({
    params: { session_id: input.sessionId },
    query: streamQuery(input),
  }),
  encode: encodeStreamItem,
  decode: decodeStreamItem,
})

const streamThreadEvents = endpoint({
  verb: 'streamThreadEvents',
  method: 'GET',
  path: `${thread}/stream`,
  stream: true,
  query: streamFields,
  answer: ref('SessionEvent'),
  docs: {
    group,
    summary: 'Follow a thread',
    description: 'Events as they get their place, as server-sent events, from now on.',
    example: { search: '?event_deltas[]=agent.message', answer: exampleEvent },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    threadId: param(request, 'thread_id'),
    ...streamInput(request.query),
  }),
  toRequest: (input) => ({
    params: { session_id: input.sessionId, thread_id: input.threadId },
    query: streamQuery(input),
  }),
  encode: encodeStreamItem,
  decode: decodeStreamItem,
})

const createTurn = endpoint({
  verb: 'createTurn',
  method: 'POST',
  path: `${item}/turns`,
  query: {},
  body: {
    type: 'object',
    properties: {
      input: { description: 'A text, or messages with the role user.' },
      timeout_seconds: { description: '0 to 540; 300 when not given. The turn goes on after it.' },
      wait_for_memory: {
        description: 'Whether to wait until a worker has saved; true when not given.',
      },
      stream: { description: 'False: not supported.' },
    },
    required: ['input'],
    additionalProperties: false,
  },
  answer: ref('Turn'),
  docs: {
    group,
    summary: 'Ask and wait',
    description:
      'Sends a message and answers when the session rests, with what the agent said and which memories it changed. An `idempotency-key` makes it safe to repeat.',
    example: { body: { input: 'What is my colour?' }, answer: exampleTurn },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    input: request.body['input'],
    timeoutSeconds: request.body['timeout_seconds'],
    waitForMemory: request.body['wait_for_memory'],
    stream: request.body['stream'],
    idempotencyKey: request.headers['idempotency-key'],
  }),
  toRequest: (input) => ({
    params: { session_id: input.sessionId },
    body: {
      input: input.input,
      timeout_seconds: input.timeoutSeconds,
      wait_for_memory: input.waitForMemory,
      stream: input.stream,
    },
    headers: { 'idempotency-key': input.idempotencyKey },
  }),
  encode: encodeTurn,
  decode: decodeTurn,
})

const getTurn = endpoint({
  verb: 'getTurn',
  method: 'GET',
  path: `${item}/turns/:turn_id`,
  query: {},
  answer: ref('Turn'),
  docs: {
    group,
    summary: 'Retrieve a turn',
    description: 'Also one that nobody waits for any more.',
    example: { answer: exampleTurn },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    turnId: param(request, 'turn_id'),
  }),
  toRequest: ({ sessionId, turnId }) => ({ params: { session_id: sessionId, turn_id: turnId } }),
  encode: encodeTurn,
  decode: decodeTurn,
})

export const eventEndpoints = {
  sendEvents,
  listEvents,
  listThreadEvents,
  streamEvents,
  streamThreadEvents,
  createTurn,
  getTurn,
}
