import { nested, nestedBody } from './agent-endpoints.ts'
import { decodeDeleted } from './deleted.ts'
import { endpoint, param } from './endpoint.ts'
import { limitField, pageField } from './memory-store-endpoints.ts'
import { decodePage, encodeList, encodePage, pageSchema } from './page.ts'
import { boolean, integer, oneOf, text, texts, timeBound } from './query.ts'
import { literal, object, ref, string } from './schema.ts'
import {
  decodeResource,
  decodeSession,
  decodeThread,
  encodeResource,
  encodeSession,
  encodeThread,
} from './session.ts'
import { exampleResource, exampleSession, exampleThread } from './session-examples.ts'

const group = 'Sessions'
const sessions = '/v1/sessions'
const item = '/v1/sessions/:session_id'

const createSession = endpoint({
  verb: 'createSession',
  method: 'POST',
  path: sessions,
  query: {},
  body: {
    type: 'object',
    properties: {
      agent: {
        description: 'The id of an agent, or an object with `type`, `id`, `version` and overrides.',
      },
      environment_id: { description: 'Who runs the tools.' },
      resources: { description: 'At most 8 memory stores, with `access` and `instructions`.' },
      title: { description: 'At most 1,000 characters.' },
      metadata: { description: 'At most 16 pairs.' },
      initial_events: {
        description: 'At most 50 messages of the user; the session starts running.',
      },
      vault_ids: { description: 'Empty: not supported.' },
      budget: { description: 'Null: not supported.' },
    },
    required: ['agent', 'environment_id'],
    additionalProperties: false,
  },
  answer: ref('Session'),
  docs: {
    group,
    summary: 'Create a session',
    description:
      'Stores are attached now or never; their names are kept as they are at this moment.',
    example: {
      body: {
        agent: exampleSession.agent.id,
        environment_id: exampleSession.environment_id,
        resources: [{ type: 'memory_store', memory_store_id: exampleResource.memory_store_id }],
      },
      answer: exampleSession,
    },
  },
  toInput: ({ body }) => nested(body),
  toRequest: (input) => ({ body: nestedBody(input) }),
  encode: encodeSession,
  decode: decodeSession,
})

const listSessions = endpoint({
  verb: 'listSessions',
  method: 'GET',
  path: sessions,
  query: {
    agent_id: text('Only sessions of this agent.'),
    agent_version: integer('Only sessions that pin this version.'),
    'created_at[gt]': timeBound('up', 'Created after this time.'),
    'created_at[gte]': timeBound('up', 'Created at this time or later.'),
    'created_at[lt]': timeBound('down', 'Created before this time.'),
    'created_at[lte]': timeBound('down', 'Created at this time or earlier.'),
    deployment_id: text('Nothing here comes from a deployment.'),
    include_archived: boolean('Whether archived sessions are listed too.'),
    limit: limitField,
    memory_store_id: text('Only sessions with this store attached.'),
    order: oneOf<'asc' | 'desc'>(['asc', 'desc'], 'By the time of creation.', { default: 'desc' }),
    page: pageField,
    'statuses[]': texts('Only sessions in one of these.'),
  },
  answer: pageSchema(ref('Session')),
  docs: {
    group,
    summary: 'List sessions',
    description: 'Newest first, unless asked otherwise.',
    example: {
      search: '?memory_store_id=memstore_018EeWyXxfu5pfWkrYcMdjWG',
      answer: { data: [exampleSession], next_page: null },
    },
  },
  toInput: ({ query }) => ({
    agentId: query.agent_id,
    agentVersion: query.agent_version,
    createdFrom: bound(Math.max, query['created_at[gte]'], next(query['created_at[gt]'], 1)),
    createdTo: bound(Math.min, query['created_at[lte]'], next(query['created_at[lt]'], -1)),
    deploymentId: query.deployment_id,
    includeArchived: query.include_archived,
    limit: query.limit,
    memoryStoreId: query.memory_store_id,
    order: query.order,
    page: query.page,
    statuses: query['statuses[]'],
  }),
  toRequest: (input) => ({
    query: {
      agent_id: input.agentId,
      agent_version: input.agentVersion,
      'created_at[gte]': input.createdFrom,
      'created_at[lte]': input.createdTo,
      deployment_id: input.deploymentId,
      include_archived: input.includeArchived,
      limit: input.limit,
      memory_store_id: input.memoryStoreId,
      order: input.order,
      page: input.page,
      'statuses[]': input.statuses,
    },
  }),
  encode: (page) => encodePage(page, encodeSession),
  decode: (json, workspaceId) => decodePage(json, (it) => decodeSession(it, workspaceId)),
})

/** The stricter of two bounds. */
export function bound(
  choose: (a: number, b: number) => number,
  a: number | undefined,
  b: number | undefined,
): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : choose(a, b)
}

export function next(time: number | undefined, step: number): number | undefined {
  return time === undefined ? undefined : time + step
}

const getSession = endpoint({
  verb: 'getSession',
  method: 'GET',
  path: item,
  query: {},
  answer: ref('Session'),
  docs: {
    group,
    summary: 'Retrieve a session',
    description: 'Workers read their own with their own credentials.',
    example: { answer: exampleSession },
  },
  toInput: (request) => ({ sessionId: param(request, 'session_id') }),
  toRequest: ({ sessionId }) => ({ params: { session_id: sessionId } }),
  encode: encodeSession,
  decode: decodeSession,
})

const updateSession = endpoint({
  verb: 'updateSession',
  method: 'POST',
  path: item,
  query: {},
  body: {
    type: 'object',
    properties: {
      title: { description: 'Null clears.' },
      metadata: { description: 'Merged into what is there.' },
      agent: { description: '`tools`: replaces those of the session.' },
      budget: { description: 'Null: not supported.' },
      vault_ids: { description: 'Empty: not supported.' },
    },
    additionalProperties: false,
  },
  answer: ref('Session'),
  docs: {
    group,
    summary: 'Update a session',
    description:
      'Title and metadata at any time, the tools of its agent while it is idle; attached stores never.',
    example: { body: { title: 'Colours' }, answer: { ...exampleSession, title: 'Colours' } },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    ...nested(request.body),
  }),
  toRequest: ({ sessionId, ...input }) => ({
    params: { session_id: sessionId },
    body: nestedBody(input),
  }),
  encode: encodeSession,
  decode: decodeSession,
})

const archiveSession = endpoint({
  verb: 'archiveSession',
  method: 'POST',
  path: `${item}/archive`,
  query: {},
  answer: ref('Session'),
  docs: {
    group,
    summary: 'Archive a session',
    description: 'Ends it for good; what runs has to be interrupted first.',
    example: {
      answer: { ...exampleSession, status: 'terminated', archived_at: '2026-11-20T09:00:00.000Z' },
    },
  },
  toInput: (request) => ({ sessionId: param(request, 'session_id') }),
  toRequest: ({ sessionId }) => ({ params: { session_id: sessionId } }),
  encode: encodeSession,
  decode: decodeSession,
})

const deleteSession = endpoint({
  verb: 'deleteSession',
  method: 'DELETE',
  path: item,
  query: {},
  answer: object({ id: string(), type: literal('session_deleted') }),
  docs: {
    group,
    summary: 'Delete a session',
    description: 'With its events. The stores stay, and so does what it wrote.',
    example: { answer: { id: exampleSession.id, type: 'session_deleted' } },
  },
  toInput: (request) => ({ sessionId: param(request, 'session_id') }),
  toRequest: ({ sessionId }) => ({ params: { session_id: sessionId } }),
  encode: ({ id }) => ({ id, type: 'session_deleted' }),
  decode: decodeDeleted,
})

const listResources = endpoint({
  verb: 'listResources',
  method: 'GET',
  path: `${item}/resources`,
  query: {},
  answer: pageSchema(ref('SessionResource')),
  docs: {
    group,
    summary: 'List resources of a session',
    description: 'The attached stores, in their order.',
    example: { answer: { data: [exampleResource], next_page: null } },
  },
  toInput: (request) => ({ sessionId: param(request, 'session_id') }),
  toRequest: ({ sessionId }) => ({ params: { session_id: sessionId } }),
  encode: (stores) => encodeList(stores, encodeResource),
  decode: (json) => decodePage(json, decodeResource).items,
})

const listThreads = endpoint({
  verb: 'listThreads',
  method: 'GET',
  path: `${item}/threads`,
  query: {},
  answer: pageSchema(ref('SessionThread')),
  docs: {
    group,
    summary: 'List threads of a session',
    description: 'There is one.',
    example: { answer: { data: [exampleThread], next_page: null } },
  },
  toInput: (request) => ({ sessionId: param(request, 'session_id') }),
  toRequest: ({ sessionId }) => ({ params: { session_id: sessionId } }),
  encode: (threads) => encodeList(threads, encodeThread),
  decode: (json, workspaceId) =>
    decodePage(json, (thread) => decodeThread(thread, workspaceId)).items,
})

const getThread = endpoint({
  verb: 'getThread',
  method: 'GET',
  path: `${item}/threads/:thread_id`,
  query: {},
  answer: ref('SessionThread'),
  docs: {
    group,
    summary: 'Retrieve a thread',
    description: 'The one thread of a session.',
    example: { answer: exampleThread },
  },
  toInput: (request) => ({
    sessionId: param(request, 'session_id'),
    threadId: param(request, 'thread_id'),
  }),
  toRequest: ({ sessionId, threadId }) => ({
    params: { session_id: sessionId, thread_id: threadId },
  }),
  encode: encodeThread,
  decode: decodeThread,
})

export const sessionEndpoints = {
  createSession,
  listSessions,
  getSession,
  updateSession,
  archiveSession,
  deleteSession,
  listResources,
  listThreads,
  getThread,
}
