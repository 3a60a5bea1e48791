// Tables of fields for the reference page, made from schemas.
import type { Endpoint } from '../wire/endpoint.ts'
import type { Schema } from '../wire/schema.ts'
import { schemas } from '../wire/schemas.ts'
import { escape, prose } from './html.ts'
import { parameterNames, pathParameters } from './path-parameters.ts'

/** What a request may say: in its path, behind the "?", and in its body. */
export function requestTables({ path, query, body }: Endpoint): string {
  const inPath = parameterNames(path).map((name) => {
    return row(name, { type: 'string', description: pathParameters[name]?.description ?? '' })
  })
  const inQuery = Object.entries(query).map(([name, { schema, description }]) =>
    row(name, { ...schema, description }),
  )
  const inBody = body === undefined ? [] : rowsOf(body, request)
  return table('Path', inPath) + table('Query', inQuery) + table('Body', inBody)
}

/** What an answer says: one of the named objects, or fields. */
export function answerFields(answer: Schema): string {
  if (answer.$ref === undefined) return table('Answer', rowsOf(answer, response))
  return `<h4>Answer</h4><p>${typeOf(answer)}</p>`
}

/** Every named object, with its fields. */
export function objects(): string {
  const sections = Object.entries(schemas).map(([name, schema]) => {
    const { oneOf = [], description = '' } = schema
    const references = oneOf.filter(({ $ref }) => $ref !== undefined)
    const kinds = references.length > 0 ? `<p>${references.map(typeOf).join(' or ')}</p>` : ''
    const rows = rowsInside(schema, response)
    return `<section id="${name}"><h3>${name}</h3><p>${prose(description)}</p>${kinds}${table('', rows)}</section>`
  })
  return `<h2 id="objects">Objects</h2>${sections.join('')}`
}

function table(title: string, rows: readonly string[]): string {
  if (rows.length === 0) return ''
  const head = title === '' ? '' : `<h4>${title}</h4>`
  return `${head}<div class="table"><table>${rows.join('')}</table></div>`
}

/** Where rows stand. */
interface Place {
  /** In front of the names of fields. */
  readonly path: string
  /** What is said of a field that must be there, and of one that need not. */
  readonly required: string
  readonly optional: string
}

const request: Place = { path: '', required: 'required', optional: '' }
/** Fields of answers are there unless it is said otherwise. */
const response: Place = { path: '', required: '', optional: 'not always there' }

/** A row for each field, followed by rows for what is inside of it. */
function rowsOf(schema: Schema, place: Place): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = place.path + name
    const inner =
      field.items === undefined
        ? rowsOf(field, { ...place, path: `${path}.` })
        : rowsInside(field.items, { ...place, path })
    const presence = schema.required?.includes(name) ? place.required : place.optional
    return [row(path, field, presence), ...inner]
  })
}

/** The fields of one of a list, named from it on: a heading says which list, and which kind. */
function rowsInside(schema: Schema, place: Place): string[] {
  const each = place.path === '' ? '' : `Each of <code>${escape(place.path)}</code>`
  const inside = { ...place, path: '' }
  if (schema.oneOf === undefined) {
    const rows = rowsOf(schema, inside)
    return each === '' || rows.length === 0 ? rows : [heading(each), ...rows]
  }
  return schema.oneOf.flatMap((kind) => {
    const { type, ...properties } = kind.properties ?? {}
    if (type === undefined) return []
    const words = each === '' ? 'With' : `${each} with`
    const title = `${words} <code>type</code> <code>${escape(type.const ?? '')}</code>`
    return [heading(title), ...rowsOf({ ...kind, properties }, inside)]
  })
}

function heading(html: string): string {
  return `<tr><th colspan="2">${html}</th></tr>`
}

function row(name: string, schema: Schema, presence = ''): string {
  const notes = [typeOf(schema), ...rangeOf(schema)]
  if (schema.default !== undefined) notes.push(`default ${escape(String(schema.default))}`)
  if (presence !== '') notes.push(presence)
  return `<tr><td><code>${escape(name)}</code></td><td>${prose(schema.description ?? '')}
<span class="note">${notes.join(', ')}</span></td></tr>`
}

/** The type in words, as HTML: named objects are links. */
function typeOf(schema: Schema): string {
  const { $ref, oneOf, enum: values, const: value } = schema
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return `<a href="#${name}">${name}</a>`
  }
  if (values !== undefined) return escape(values.join(' | '))
  if (value !== undefined) return escape(`"${value}"`)
  if (oneOf !== undefined && schema.type === undefined) return oneOf.map(typeOf).join(' or ')
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  return types.map((type) => wordOf(type, schema)).join(' or ')
}

function wordOf(type: string, { items, additionalProperties, format }: Schema): string {
  if (type === 'string' && format === 'date-time') return 'RFC 3339 time'
  if (type === 'array' && items !== undefined) {
    return items.type === 'object' ? 'array of objects' : `array of ${typeOf(items)}`
  }
  if (type === 'object' && typeof additionalProperties === 'object') {
    return `object (values: ${typeOf(additionalProperties)})`
  }
  return type
}

function rangeOf({ minimum, maximum, minItems, maxItems }: Schema): string[] {
  const ranges: string[] = []
  if (minimum !== undefined && maximum !== undefined) ranges.push(range(minimum, maximum))
  if (minItems !== undefined && maxItems !== undefined) {
    ranges.push(`${range(minItems, maxItems)} of them`)
  }
  return ranges
}

function range(minimum: number, maximum: number): string {
  return `${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}`
}
