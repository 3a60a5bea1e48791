import { literal, string, type Schema } from './schema.ts'

export type WireOperation = Readonly<Record<string, unknown>>

const operationsMax = 1_000

/** What happens in one transaction, as a batch and an import write it: 1 to 1,000 operations. */
export function operationsSchema(kinds: readonly Schema[]): Schema {
  return {
    type: 'array',
    minItems: 1,
    maxItems: operationsMax,
    description: 'Each sees the ones before it; all of them happen, or none.',
    items: {
      type: 'object',
      required: ['type'],
      discriminator: { propertyName: 'type' },
      oneOf: kinds,
    },
  }
}

export function operationSchema(
  type: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
): Schema {
  return {
    type: 'object',
    properties: { type: literal(type), ...properties },
    required: ['type', ...required],
    additionalProperties: false,
  }
}

/** A field that an update may leave out. */
export function stays(description: string): Schema {
  return { type: ['string', 'null'], description: `${description} It stays when omitted or null.` }
}

/** From where to where a move goes. */
export const moveFields = {
  from: string('The directory that moves; starts and ends with "/".'),
  to: string('What it is called afterwards; starts and ends with "/".'),
} as const satisfies Readonly<Record<string, Schema>>
