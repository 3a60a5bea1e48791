import {
  beta,
  createdBetween,
  idFlag,
  inGroup,
  longPaging,
  maxItems,
  order,
  type Flag,
  type Operation,
} from './operation.ts'

const header = 'managed-agents-2026-04-01'

const sessionId = idFlag('session-id', 'The session (sesn_…)')
const threadId = idFlag('thread-id', 'The thread (sthr_…)')
const eventDelta: Flag = {
  name: 'event-delta',
  kind: 'list',
  place: 'query',
  key: 'event_deltas',
  help: 'Show this type of event as it comes into being, like agent.message; may be repeated',
}

const session = '/v1/sessions/{session_id}'
const thread = `${session}/threads/{thread_id}`

const sessionEventOperations = inGroup({ group: 'beta:sessions:events', header }, [
  {
    verb: 'list',
    summary: 'List the events of a session',
    method: 'GET',
    path: `${session}/events`,
    answer: 'page',
    positional: 'session-id',
    flags: [
      sessionId,
      ...createdBetween,
      order,
      {
        name: 'type',
        kind: 'list',
        place: 'query',
        key: 'types',
        help: 'Of this type, like agent.message; may be repeated',
      },
      ...longPaging,
    ],
    example: 'sesn_… --type agent.message --transform content.0.text -r',
  },
  {
    verb: 'send',
    summary: 'Send events to a session',
    method: 'POST',
    path: `${session}/events`,
    hasBody: true,
    positional: 'session-id',
    flags: [
      sessionId,
      {
        name: 'event',
        kind: 'maps',
        place: 'body',
        key: 'events',
        required: true,
        help: 'An event as YAML or JSON; may be repeated',
      },
      beta,
    ],
    example: 'sesn_… --event "{type: user.message, content: [{type: text, text: Hello}]}"',
  },
  {
    verb: 'stream',
    summary: 'Print the events of a session as they happen',
    method: 'GET',
    path: `${session}/events/stream`,
    answer: 'stream',
    positional: 'session-id',
    flags: [sessionId, eventDelta, beta, maxItems],
    example: 'sesn_… --format jsonl',
  },
])

const ofThread = [sessionId, threadId]
const threadExample = '--session-id sesn_… --thread-id sthr_…'

const threadOperations = [
  ...inGroup({ group: 'beta:sessions:threads', header }, [
    {
      verb: 'retrieve',
      summary: 'Retrieve a thread of a session',
      method: 'GET',
      path: thread,
      positional: 'thread-id',
      flags: [...ofThread, beta],
      example: threadExample,
    },
    {
      verb: 'list',
      summary: 'List the threads of a session',
      method: 'GET',
      path: `${session}/threads`,
      answer: 'page',
      positional: 'session-id',
      flags: [sessionId, ...longPaging],
      example: 'sesn_…',
    },
    {
      verb: 'archive',
      summary: 'Archive a thread of a session',
      method: 'POST',
      path: `${thread}/archive`,
      positional: 'thread-id',
      flags: [...ofThread, beta],
      example: threadExample,
    },
  ]),
  ...inGroup({ group: 'beta:sessions:threads:events', header }, [
    {
      verb: 'list',
      summary: 'List the events of a thread',
      method: 'GET',
      path: `${thread}/events`,
      answer: 'page',
      positional: 'thread-id',
      flags: [...ofThread, ...longPaging],
      example: threadExample,
    },
    {
      verb: 'stream',
      summary: 'Print the events of a thread as they happen',
      method: 'GET',
      path: `${thread}/stream`,
      answer: 'stream',
      positional: 'thread-id',
      flags: [...ofThread, eventDelta, beta, maxItems],
      example: `${threadExample} --format jsonl`,
    },
  ]),
]

/** Events of sessions, and their threads. */
export const eventOperations: readonly Operation[] = [
  ...sessionEventOperations,
  ...threadOperations,
]
