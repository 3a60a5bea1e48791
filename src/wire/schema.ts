type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null'

/**
 * The part of JSON Schema that the endpoint table speaks: plain data, for validation and for docs.
 */
export interface Schema {
  readonly $ref?: string
  readonly type?: SchemaType | readonly SchemaType[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly oneOf?: readonly Schema[]
  readonly discriminator?: { readonly propertyName: string }
  readonly enum?: readonly string[]
  readonly const?: string
  readonly pattern?: string
  readonly format?: string
  readonly default?: string | number | boolean
}

/** An object that has all of these fields. */
export function object(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties,
    required: Object.keys(properties),
  }
}

export function string(description?: string): Schema {
  return description === undefined ? { type: 'string' } : { type: 'string', description }
}

export function literal(value: string): Schema {
  return { type: 'string', const: value }
}

export function orNull(schema: Schema & { readonly type: SchemaType }): Schema {
  return { ...schema, type: [schema.type, 'null'] }
}

export const time = { type: 'string', format: 'date-time' } as const satisfies Schema
export const sha256Schema = {
  type: 'string',
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 of the UTF-8 bytes, 64 lowercase hexadecimal digits.',
} as const satisfies Schema
export const count = { type: 'integer', minimum: 0 } as const satisfies Schema

/** Points at one of the named schemas of `schemas.ts`. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}
