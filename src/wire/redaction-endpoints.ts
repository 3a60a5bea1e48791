import { endpoint, param } from './endpoint.ts'
import { bodyValue, textField } from './history-fields.ts'
import { decodeVersion, encodeVersion } from './memory-version.ts'
import { exampleRedacted } from './memory-version-endpoints.ts'
import { ref } from './schema.ts'

const store = '/palimpsest/v1/memory_stores/:memory_store_id'

export const redactWithReason = endpoint({
  verb: 'redactWithReason',
  method: 'POST',
  path: `${store}/memory_versions/:memory_version_id/redact`,
  query: {},
  body: {
    type: 'object',
    properties: {
      reason: textField(
        'Why, in 1 to 200 characters on one line; neither path nor text of the version.',
      ),
    },
    additionalProperties: false,
  },
  answer: ref('MemoryVersion'),
  docs: {
    group: 'Palimpsest: history',
    summary: 'Redact a version, and say why',
    description:
      'As the official operation; the reason stays in the log and in the change feed, with the change that records the redaction. A version that is redacted already keeps the reason it has. Needs an admin key.',
    example: { body: { reason: 'Leaked key, ticket 4711' }, answer: exampleRedacted },
  },
  toInput: ({ body, ...request }) => ({
    storeId: param(request, 'memory_store_id'),
    versionId: param(request, 'memory_version_id'),
    reason: bodyValue<string>(body, 'reason'),
  }),
  toRequest: ({ storeId, versionId, reason }) => ({
    params: { memory_store_id: storeId, memory_version_id: versionId },
    body: { reason },
  }),
  encode: encodeVersion,
  decode: decodeVersion,
})
