import type { RawSubject } from '../domain/forget/subject.ts'
import { endpoint } from './endpoint.ts'
import {
  decodeOutcome,
  decodeReceipt,
  decodeSigningKey,
  encodeOutcome,
  encodeReceipt,
  encodeSigningKey,
  type WireReceipt,
} from './forget.ts'
import { decodePage, encodePage, pageSchema } from './page.ts'
import { integer, text } from './query.ts'
import { ref, type Schema } from './schema.ts'

const group = 'Palimpsest: forgetting'
const workspaceText =
  'The workspace meant; without it, that of the key that asks. Others are for the admins of the first workspace.'

const subjectSchema: Schema = {
  type: 'object',
  description:
    'memory_store_ids and metadata choose stores: with nothing else these go as a whole, and metadata takes the sessions that have it along. path, path_prefix and text choose what bears any of them, in the chosen stores or everywhere.',
  properties: {
    memory_store_ids: { type: ['array', 'null'], items: { type: 'string' } },
    metadata: {
      type: ['object', 'null'],
      description: 'Pairs that all have to be there.',
      additionalProperties: { type: 'string' },
    },
    path: { type: ['string', 'null'], description: 'Memories that are or were at this path.' },
    path_prefix: { type: ['string', 'null'], description: 'Or below this one.' },
    text: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'Up to 50 texts of 2 to 1,000 characters, found in any normal form and case.',
    },
    case_sensitive: { type: ['boolean', 'null'], default: false },
    whole_words: {
      type: ['boolean', 'null'],
      description: 'Whether "Ada" is left alone in "Canada".',
      default: false,
    },
  },
  additionalProperties: false,
}

const exampleReceipt: WireReceipt = {
  id: 'forget_011CZkZaBF1tNoB5wlCeusgz',
  type: 'forget_receipt',
  document:
    '{"actor":"apikey_011CZkZaBF1tNoB5wlCeusgx","counts":{"kept":0,"memories":1,"rows":0,"sessions":0,"stores":0,"versions":3},"…":"…"}',
  key_id: 'ed25519-0f6a3c1d2b4e5f60',
  signature: 'base64',
}

const forget = endpoint({
  verb: 'forget',
  method: 'POST',
  path: '/palimpsest/v1/forget',
  query: {},
  body: {
    type: 'object',
    properties: {
      subject: subjectSchema,
      dry_run: {
        type: ['boolean', 'null'],
        description: 'Only say what would be erased.',
        default: false,
      },
      reason: { type: ['string', 'null'], description: 'Kept in the receipt; one line.' },
      workspace_id: { type: ['string', 'null'], description: workspaceText },
    },
    required: ['subject'],
    additionalProperties: false,
  },
  answer: ref('ForgetOutcome'),
  docs: {
    group,
    summary: 'Forget a subject',
    description:
      'Finds everything that bears the marks of a subject in a workspace and erases it: stores, memories with their whole history, sessions, and text in events, agents and names, which a mark replaces. The answer comes when the bytes are gone from the disk, as far as the storage can say, with a signed receipt that holds ids and counts. Interrupted, it is sent again and finishes. Needs an admin key.',
    example: {
      body: { subject: { text: ['Ada Example'] }, reason: 'ticket 4711' },
      answer: exampleReceipt,
    },
  },
  toInput: ({ body }) => {
    const subject = (body['subject'] ?? {}) as Readonly<Record<string, unknown>>
    return {
      subject: {
        storeIds: subject['memory_store_ids'],
        metadata: subject['metadata'],
        path: subject['path'],
        pathPrefix: subject['path_prefix'],
        text: subject['text'],
        caseSensitive: subject['case_sensitive'],
        wholeWords: subject['whole_words'],
      },
      dryRun: body['dry_run'],
      reason: body['reason'],
      workspaceId: (body['workspace_id'] ?? undefined) as string | undefined,
    }
  },
  toRequest: ({ subject, dryRun, reason, workspaceId }) => ({
    body: { subject: spellSubject(subject), dry_run: dryRun, reason, workspace_id: workspaceId },
  }),
  encode: encodeOutcome,
  decode: decodeOutcome,
})

function spellSubject(subject: RawSubject): Readonly<Record<string, unknown>> {
  const { storeIds, metadata, path, pathPrefix, text: texts } = subject
  return {
    memory_store_ids: storeIds,
    metadata,
    path,
    path_prefix: pathPrefix,
    text: texts,
    case_sensitive: subject.caseSensitive,
    whole_words: subject.wholeWords,
  }
}

const listForgetReceipts = endpoint({
  verb: 'listForgetReceipts',
  method: 'GET',
  path: '/palimpsest/v1/forget/receipts',
  query: {
    limit: integer('Receipts of the page.', { minimum: 1, maximum: 100, default: 20 }),
    page: text('The cursor of the page: `next_page` of the one before.'),
    workspace_id: text(workspaceText),
  },
  answer: pageSchema(ref('ForgetReceipt')),
  docs: {
    group,
    summary: 'List receipts',
    description: 'Of everything that was forgotten in a workspace, newest first.',
    example: { answer: { data: [exampleReceipt], next_page: null } },
  },
  toInput: ({ query }) => ({
    limit: query.limit,
    page: query.page,
    workspaceId: query.workspace_id,
  }),
  toRequest: ({ limit, page, workspaceId }) => ({
    query: { limit, page, workspace_id: workspaceId },
  }),
  encode: (page) => encodePage(page, encodeReceipt),
  decode: (json) => decodePage(json, decodeReceipt),
})

const getSigningKey = endpoint({
  verb: 'getSigningKey',
  method: 'GET',
  path: '/palimpsest/v1/signing_key',
  query: {},
  answer: ref('SigningKey'),
  docs: {
    group,
    summary: 'The key that signs receipts',
    description: 'Its public half. Keep a copy: a receipt is checked with it, without the server.',
    example: {
      answer: {
        id: exampleReceipt.key_id,
        type: 'signing_key',
        algorithm: 'Ed25519',
        public_key_pem: '-----BEGIN PUBLIC KEY-----…',
      },
    },
  },
  toInput: () => undefined,
  toRequest: () => ({}),
  encode: encodeSigningKey,
  decode: decodeSigningKey,
})

export const forgetEndpoints = { forget, listForgetReceipts, getSigningKey }
