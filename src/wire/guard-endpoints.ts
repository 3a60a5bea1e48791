import { findingRules, type BackupStep, type VerifyStep } from '../domain/guard/steps.ts'
import { camelKeys, snakeKeys } from './case.ts'
import { endpoint } from './endpoint.ts'
import { count, literal, object, ref, sha256Schema, string, type Schema } from './schema.ts'

const group = 'Palimpsest: operating'

const verifyCounts = {
  stores: count,
  memories: count,
  versions: count,
  content_bytes: count,
  sessions: count,
  events: count,
}

export const verifyStepSchema: Schema = {
  oneOf: [
    object({ type: literal('progress'), stores_total: count, ...verifyCounts }),
    object({
      type: literal('finding'),
      rule: { type: 'string', enum: [...findingRules] },
      where: string('Ids and sequences, never content.'),
      message: string(),
    }),
    object({ type: literal('verified'), findings: count, ...verifyCounts }, 'The last step.'),
  ],
  discriminator: { propertyName: 'type' },
}

export const backupStepSchema: Schema = {
  oneOf: [
    object({ type: literal('progress'), bytes: count, bytes_total: count }),
    object({ type: literal('checking'), bytes: count }),
    object(
      { type: literal('done'), file: string(), bytes: count, sha256: sha256Schema },
      'The last step.',
    ),
  ],
  discriminator: { propertyName: 'type' },
}

const streamBackup = endpoint({
  verb: 'streamBackup',
  method: 'POST',
  path: '/palimpsest/v1/backups',
  stream: true,
  query: {},
  body: {
    type: 'object',
    properties: {
      file: string('An absolute path on the server that ends with ".db" and is not taken.'),
    },
    required: ['file'],
    additionalProperties: false,
  },
  answer: ref('BackupStep'),
  docs: {
    group,
    summary: 'Back up the database',
    description:
      'Copies one moment of the SQLite database to a new file on the server, while it serves. The answer is server-sent events: progress, and `done` once the copy is durable, checked and has its name. Closing the connection gives it up. For admins of the first workspace.',
    example: {
      body: { file: '/backup/palimpsest-2026-11-20.db' },
      answer: {
        type: 'done',
        file: '/backup/palimpsest-2026-11-20.db',
        bytes: 1_048_576,
        sha256: '185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969',
      },
    },
  },
  toInput: ({ body }) => ({ file: body['file'] }),
  toRequest: ({ file }) => ({ body: { file } }),
  encode: snakeKeys,
  decode: (json) => camelKeys(json) as BackupStep,
})

const streamVerification = endpoint({
  verb: 'streamVerification',
  method: 'POST',
  path: '/palimpsest/v1/verifications',
  stream: true,
  query: {},
  answer: ref('VerifyStep'),
  docs: {
    group,
    summary: 'Verify everything stored',
    description:
      'Every hash, every head, every counter, sequence, path and session, beside reads and writes. The answer is server-sent events: what was found, progress, and `verified` at the end. For admins of the first workspace.',
    example: {
      answer: {
        type: 'verified',
        findings: 0,
        stores: 2,
        memories: 40,
        versions: 120,
        content_bytes: 65_536,
        sessions: 3,
        events: 57,
      },
    },
  },
  toInput: () => ({}),
  toRequest: () => ({}),
  encode: snakeKeys,
  decode: (json) => camelKeys(json) as VerifyStep,
})

export const guardEndpoints = { streamBackup, streamVerification }
