import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import type { Verb } from '../api.ts'
import { invalid, type DomainError } from '../domain/errors.ts'
import type { Body, Endpoint } from '../wire/endpoint.ts'
import type { Schema } from '../wire/schema.ts'

/** Checks the shape of a body: @throws DomainError `invalid` that names the field. */
export type CheckBody = (body: Body) => void

const takesNothing: Schema = { type: 'object', properties: {}, additionalProperties: false }

/** One check for each operation, compiled when it is first needed. */
export function createBodyChecks(ignoreUnknownFields: boolean): (endpoint: Endpoint) => CheckBody {
  const ajv = new Ajv({
    strict: false,
    discriminator: true,
    meta: false,
    validateSchema: false,
    logger: false,
  })
  const checks = new Map<Verb, CheckBody>()
  return (endpoint) => {
    const known = checks.get(endpoint.verb)
    if (known !== undefined) return known
    const schema = endpoint.body ?? takesNothing
    const validate = ajv.compile(ignoreUnknownFields ? withoutClosing(schema) : schema)
    const check = (body: Body) => checkShape(validate, body)
    checks.set(endpoint.verb, check)
    return check
  }
}

function checkShape(validate: ValidateFunction, body: Body): void {
  if (validate(body)) return
  const [error] = validate.errors ?? []
  throw error === undefined ? invalid('body', 'is not valid') : translate(error)
}

/** The schema, with unknown fields allowed in every object. */
function withoutClosing(schema: Schema): Schema {
  const { additionalProperties, properties, items, oneOf, ...rest } = schema
  const isOpen = typeof additionalProperties === 'object'
  return {
    ...rest,
    ...(isOpen ? { additionalProperties } : {}),
    ...(properties === undefined ? {} : { properties: mapValues(properties) }),
    ...(items === undefined ? {} : { items: withoutClosing(items) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(withoutClosing) }),
  }
}

function mapValues(properties: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, withoutClosing(schema)]),
  )
}

function translate(error: ErrorObject): DomainError {
  const params = error.params as Readonly<Record<string, unknown>>
  const at = fieldOf(error.instancePath)
  switch (error.keyword) {
    case 'additionalProperties':
      return invalid(join(at, String(params['additionalProperty'])), 'is not a known field')
    case 'required':
      return invalid(join(at, String(params['missingProperty'])), 'is required')
    case 'type':
      return invalid(at, `must be ${alternatives(params['type'])}`)
    case 'const':
      return invalid(at, `must be ${JSON.stringify(params['allowedValue'])}`)
    case 'discriminator':
      return invalid(join(at, String(params['tag'])), 'is not one of the known types')
    case 'pattern':
      return invalid(at, 'must be 64 lowercase hexadecimal digits (a SHA-256)')
    case 'minItems':
    case 'maxItems':
      return invalid(
        at,
        `must have ${error.message?.includes('fewer') ? 'at least' : 'at most'} ${String(params['limit'])} items`,
      )
    default:
      return invalid(at, error.message ?? 'is not valid')
  }
}

const fieldCharactersMax = 100

/** `/operations/3/path` as `operations.3.path`. */
function fieldOf(pointer: string): string {
  const field = pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~')
  return field === '' ? 'body' : field.slice(0, fieldCharactersMax)
}

function join(at: string, name: string): string {
  return (at === 'body' ? name : `${at}.${name}`).slice(0, fieldCharactersMax)
}

const spoken: Readonly<Record<string, string>> = {
  string: 'a string',
  object: 'an object',
  array: 'an array',
  null: 'null',
}

function alternatives(type: unknown): string {
  const types = Array.isArray(type) ? type : String(type).split(',')
  return types.map((name) => spoken[String(name)] ?? String(name)).join(' or ')
}
