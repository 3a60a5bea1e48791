import { endpoint, param } from './endpoint.ts'
import { exampleRestore, exampleRevert } from './history-examples.ts'
import { bodyTime, bodyValue, flagField, seqField, textField, timeField } from './history-fields.ts'
import { decodePlan, encodePlan } from './plan.ts'
import { ref, type Schema } from './schema.ts'
import { encodeTime } from './timestamp.ts'

const group = 'Palimpsest: history'
const store = '/palimpsest/v1/memory_stores/:memory_store_id'

const planned = {
  dry_run: flagField('Only answers the plan.'),
  expected_seq: seqField('Refuses when the store is at another sequence.'),
}

const restoreBody: Schema = {
  type: 'object',
  properties: {
    at: timeField('The moment: after every change made at or before this time.'),
    at_seq: seqField('The moment, as a sequence.'),
    version_id: textField('Instead of a moment: this version of one memory.'),
    memory_id: textField('Only this memory.'),
    path: textField('Only what is, or was then, at this path or below it.'),
    path_prefix: textField('Only what is, or was then, below this directory.'),
    ...planned,
  },
  additionalProperties: false,
}

const revertBody: Schema = {
  type: 'object',
  properties: {
    session_id: textField('Whose writes are taken back: a session.'),
    api_key_id: textField('Or an API key.'),
    actor: textField('Or any actor, by its id.'),
    since: timeField('Only what was written at this time or later.'),
    until: timeField('Only what was written at this time or earlier.'),
    since_seq: seqField('Only what was written with this sequence or later.'),
    until_seq: seqField('Only what was written with this sequence or earlier.'),
    path_prefix: textField('Only memories that are below this directory, or were then.'),
    ...planned,
  },
  additionalProperties: false,
}

function timeOrUndefined(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : encodeTime(milliseconds)
}

const restore = endpoint({
  verb: 'restore',
  method: 'POST',
  path: `${store}/restore`,
  query: {},
  body: restoreBody,
  answer: ref('Plan'),
  docs: {
    group,
    summary: 'Restore',
    description:
      'Brings a memory, a directory or a whole store back to what it was, as new versions in one commit. A memory in the way or a limit refuses all of it; what is redacted stays as it is and is listed.',
    example: {
      body: { at: '2026-11-20T08:00:00Z', path_prefix: '/notes/', dry_run: true },
      answer: exampleRestore,
    },
  },
  toInput: ({ body, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    at: bodyTime(body, 'at', 'down'),
    atSeq: bodyValue<number>(body, 'at_seq'),
    versionId: bodyValue<string>(body, 'version_id'),
    memoryId: bodyValue<string>(body, 'memory_id'),
    path: bodyValue<string>(body, 'path'),
    pathPrefix: bodyValue<string>(body, 'path_prefix'),
    dryRun: bodyValue<boolean>(body, 'dry_run'),
    expectedSeq: bodyValue<number>(body, 'expected_seq'),
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    body: {
      at: timeOrUndefined(input.at),
      at_seq: input.atSeq,
      version_id: input.versionId,
      memory_id: input.memoryId,
      path: input.path,
      path_prefix: input.pathPrefix,
      dry_run: input.dryRun,
      expected_seq: input.expectedSeq,
    },
  }),
  encode: encodePlan,
  decode: decodePlan,
})

const revert = endpoint({
  verb: 'revert',
  method: 'POST',
  path: `${store}/revert`,
  query: {},
  body: revertBody,
  answer: ref('Plan'),
  docs: {
    group,
    summary: 'Revert an actor',
    description:
      'Takes back exactly what one session or key wrote and keeps what others wrote since, in one commit. What cannot be told apart by lines stays as it is and is listed.',
    example: { body: { session_id: 'sesn_011CZkZaBF1tNoB5wlCeusgs' }, answer: exampleRevert },
  },
  toInput: ({ body, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    sessionId: bodyValue<string>(body, 'session_id'),
    apiKeyId: bodyValue<string>(body, 'api_key_id'),
    actor: bodyValue<string>(body, 'actor'),
    since: bodyTime(body, 'since', 'up'),
    until: bodyTime(body, 'until', 'down'),
    sinceSeq: bodyValue<number>(body, 'since_seq'),
    untilSeq: bodyValue<number>(body, 'until_seq'),
    pathPrefix: bodyValue<string>(body, 'path_prefix'),
    dryRun: bodyValue<boolean>(body, 'dry_run'),
    expectedSeq: bodyValue<number>(body, 'expected_seq'),
  }),
  toRequest: (input) => ({
    params: { memory_store_id: input.storeId },
    body: {
      session_id: input.sessionId,
      api_key_id: input.apiKeyId,
      actor: input.actor,
      since: timeOrUndefined(input.since),
      until: timeOrUndefined(input.until),
      since_seq: input.sinceSeq,
      until_seq: input.untilSeq,
      path_prefix: input.pathPrefix,
      dry_run: input.dryRun,
      expected_seq: input.expectedSeq,
    },
  }),
  encode: encodePlan,
  decode: decodePlan,
})

export const undoEndpoints = { restore, revert }
