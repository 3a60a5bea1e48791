import { embedFiles, namesStdin, type ReadStdin } from './embed.ts'
import { parseRelaxed, readLiteral } from './literal.ts'
import type { Flag, Operation } from './operation.ts'
import type { Invocation } from './parse.ts'
import { readAllStdin, readPiped } from './piped.ts'
import { AntUsageError } from './usage.ts'

/** What an operation sends, before it is addressed to a server. */
export interface Draft {
  /** Below the server's base URL, without a slash in front. */
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string | string[]>>
  /** JSON text; undefined: no body. */
  readonly body: string | undefined
  /** Items of a list to print; -1: all. */
  readonly itemsMax: number
}

/**
 * Values by flag name: what the line gave, and what piped input adds for path, query and header.
 */
type Values = Map<string, unknown>
type Body = Record<string, unknown>

/**
 * An idle pipe costs this much; without a required flag the line can only be completed by piped
 * input, so that is waited for longer.
 */
const waitMs = { complete: 10, incomplete: 500 } as const

/** @throws AntUsageError */
export async function draftRequest(
  operation: Operation,
  given: Invocation['given'],
): Promise<Draft> {
  const values: Values = new Map()
  for (const { flag, text } of given) await setValue(values, flag, text)
  const piped = await readPipedValue(operation, values, given)
  const body = mergePiped(operation, values, piped)
  checkRequired(operation, values, body)
  return assemble(operation, values, body)
}

async function setValue(values: Values, flag: Flag, text: string): Promise<void> {
  const value = await readLiteral(flag, text)
  if (flag.within !== undefined) {
    const { flag: outer, isInLast = false } = flag.within
    const before = values.get(outer)
    values.set(
      outer,
      isInLast ? withField(before, flag.key, value) : addTo(before, flag.key, value),
    )
  } else if (flag.kind === 'list' || flag.kind === 'maps') {
    values.set(flag.name, [...((values.get(flag.name) as unknown[] | undefined) ?? []), value])
  } else values.set(flag.name, value)
}

function addTo(map: unknown, key: string, value: unknown): Body {
  return { ...(isMap(map) ? map : undefined), [key]: value }
}

/** Sets the field in the last of several maps, or in a new one when the last has it already. */
function withField(maps: unknown, key: string, value: unknown): unknown[] {
  const items: unknown[] = Array.isArray(maps) ? maps : []
  const last = items.at(-1)
  if (!isMap(last) || key in last) return [...items, { [key]: value }]
  return [...items.slice(0, -1), { ...last, [key]: value }]
}

async function readPipedValue(
  operation: Operation,
  values: Values,
  given: Invocation['given'],
): Promise<unknown> {
  if (given.some(({ text }) => namesStdin(text))) return undefined
  const isComplete = missing(operation, values, {}).length === 0
  const bytes = await readPiped(isComplete ? waitMs.complete : waitMs.incomplete)
  if (bytes === undefined || bytes.length === 0) return undefined
  try {
    return (await parseRelaxed(bytes.toString())) ?? undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AntUsageError(`piped input is neither YAML nor JSON: ${reason}`)
  }
}

/** Adds piped values that no flag gave; returns the body, or the piped value that is all of it. */
function mergePiped(operation: Operation, values: Values, piped: unknown): unknown {
  const fromFlags = bodyOf(operation, values)
  if (piped === undefined) return fromFlags
  if (!isMap(piped)) {
    if (!operation.hasBody || Object.keys(fromFlags).length === 0) return piped
    throw new AntUsageError('piped input must be a map where flags set fields of the body')
  }
  const rest: Body = { ...piped }
  for (const flag of operation.flags) {
    if (flag.place === 'body' || flag.place === 'local') continue
    const name = [flag.key, flag.alias].find((key) => key !== undefined && key in piped)
    if (name !== undefined && !values.has(flag.name)) {
      values.set(flag.name, flag.kind === 'list' ? [piped[name]].flat() : piped[name])
    }
    if (!values.has(flag.name)) continue
    for (const key of [flag.key, flag.alias]) if (key !== undefined) delete rest[key]
  }
  for (const { within } of operation.flags) {
    const key = operation.flags.find(({ name }) => name === within?.flag)?.key ?? ''
    const [inner, outer] = [rest[key], fromFlags[key]]
    if (isMap(inner) && isMap(outer)) fromFlags[key] = { ...inner, ...outer }
  }
  return { ...rest, ...fromFlags }
}

function bodyOf(operation: Operation, values: Values): Body {
  const body: Body = {}
  for (const flag of operation.flags) {
    if (flag.place !== 'body' || flag.within !== undefined || !values.has(flag.name)) continue
    body[flag.key] = values.get(flag.name)
  }
  return body
}

function isMap(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function missing(operation: Operation, values: Values, body: unknown): string[] {
  return operation.flags
    .filter((flag) => flag.required && !values.has(flag.name))
    .filter((flag) => flag.place !== 'body' || !isMap(body) || !(flag.key in body))
    .map((flag) => `--${flag.name}`)
}

function checkRequired(operation: Operation, values: Values, body: unknown): void {
  const names = missing(operation, values, body)
  if (names.length === 0) return
  const verb = `${operation.group} ${operation.verb}`
  throw new AntUsageError(
    `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} required\n` +
      `Run 'palimpsest ${verb} --help' for usage`,
  )
}

async function assemble(operation: Operation, values: Values, body: unknown): Promise<Draft> {
  const readStdin = stdinOnce()
  const query: [string, string][] = [['beta', 'true']]
  const headers: Record<string, string | string[]> = { 'anthropic-beta': operation.header }
  const embeddedBody = operation.hasBody ? await embedFiles(body, readStdin) : undefined
  for (const flag of operation.flags) {
    const value = values.get(flag.name)
    if (!values.has(flag.name)) continue
    if (flag.place === 'query') {
      query.push(...queryPairs(flag.key, await embedFiles(value, readStdin)))
    } else if (flag.place === 'header') {
      headers[flag.key] = [await embedFiles(value, readStdin)].flat().map(String)
    }
  }
  return {
    path: fillPath(operation, values),
    query,
    headers,
    body: operation.hasBody ? JSON.stringify(embeddedBody) : undefined,
    itemsMax: Number(values.get('max-items') ?? -1),
  }
}

function stdinOnce(): ReadStdin {
  let isRead = false
  return () => {
    if (isRead) throw new AntUsageError('standard input can be read by one flag only')
    isRead = true
    return readAllStdin()
  }
}

/**
 * `created_at[gte]` with a map becomes `created_at[gte][key]`, as the official program sends it.
 */
function queryPairs(key: string, value: unknown): [string, string][] {
  if (value === null || value === undefined) return [[key, '']]
  if (Array.isArray(value)) return value.flatMap((item) => queryPairs(`${key}[]`, item))
  if (isMap(value)) {
    return Object.entries(value).flatMap(([inner, item]) => queryPairs(`${key}[${inner}]`, item))
  }
  return [[key, typeof value === 'string' ? value : JSON.stringify(value)]]
}

function fillPath(operation: Operation, values: Values): string {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, key: string) => {
    const flag = operation.flags.find((candidate) => candidate.key === key)
    const value = values.get(flag?.name ?? '')
    const id = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
    // A URL drops "." and ".." even when they are percent-encoded: the request would go elsewhere.
    if (id === '' || id === '.' || id === '..') {
      throw new AntUsageError(`--${flag?.name ?? key} must be an id; it is "${id}"`)
    }
    return encodeURIComponent(id)
  })
  return filled.slice(1)
}
