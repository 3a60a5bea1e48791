import { hash } from 'node:crypto'
import type { ErrorCode } from '../domain/errors.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { translations } from '../wire/error.ts'
import type { Schema } from '../wire/schema.ts'
import { documented, streamOf, tagNames, templateOf } from './openapi.ts'
import { referenceStyle } from './reference-style.ts'

/** Nothing but the page's own style may load, and nothing may run. */
export const referenceHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', referenceStyle, 'base64')}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
}

/** The reference as one page of HTML, from the table that serves the operations. */
export function makeReference(version: string): string {
  const operations = documented()
  const groups = tagNames().map((name) => ({
    name,
    operations: operations.filter(({ docs }) => docs.group === name),
  }))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Palimpsest API</title><link rel="icon" href="data:,">
<style>${referenceStyle}</style></head>
<body><div class="layout">
<nav aria-label="Operations">${groups.map(navigation).join('')}
<h2>Everywhere</h2><ul><li><a href="#errors">Errors</a></li>
<li><a href="/openapi.json">OpenAPI document</a></li></ul></nav>
<main>${introduction(version)}
${groups.map(({ name, operations }) => `<h2>${escape(name)}</h2>${operations.map(section).join('')}`).join('')}
${errors()}</main></div></body></html>`
}

interface Group {
  readonly name: string
  readonly operations: readonly Endpoint[]
}

function navigation({ name, operations }: Group): string {
  const items = operations.map(
    ({ verb, docs }) => `<li><a href="#${verb}">${escape(docs.summary)}</a></li>`,
  )
  return `<h2>${escape(name)}</h2><ul>${items.join('')}</ul>`
}

function introduction(version: string): string {
  return `<h1>Palimpsest API</h1>
<p>Version ${escape(version)}. Memory stores for agents, as the official clients of the memory API speak to
them. Point a client at this server with <code>ANTHROPIC_BASE_URL</code> and a key of this server in
<code>ANTHROPIC_API_KEY</code>.</p>
<p>A key goes in <code>x-api-key</code> or <code>authorization: Bearer</code>. Bodies are JSON objects in
UTF-8; every success is <code>200</code> with JSON; every answer has a <code>request-id</code>. Lists
have <code>data</code> and <code>next_page</code>, which is handed back as <code>page</code>.</p>`
}

function section(endpoint: Endpoint): string {
  const { verb, method, alias, docs, body } = endpoint
  const also = alias === undefined ? '' : ` <span class="note">(also ${alias})</span>`
  return `<section id="${verb}"><h3>${escape(docs.summary)}</h3>
<p class="route"><span class="method ${method}">${method}</span> <span class="path">${escape(templateOf(endpoint))}</span>${also}</p>
<p>${prose(docs.description)}</p>
${parameters(endpoint)}${body === undefined ? '' : fields('Body', body)}
<h4>Example</h4><pre>${escape(curl(endpoint))}</pre>
<details><summary>Answer</summary><pre>${escape(JSON.stringify(docs.example.answer, null, 2))}</pre></details>
${events(endpoint)}</section>`
}

function events(endpoint: Endpoint): string {
  const stream = streamOf(endpoint)
  if (stream === undefined) return ''
  const item = stream.docs.example.answer as { seq?: number; kind?: string; type: string }
  const id = item.seq === undefined ? '' : `\nid: ${item.seq}`
  const event = `event: ${item.kind ?? item.type}${id}\ndata: ${JSON.stringify(item)}\n\n: heartbeat`
  return `<details><summary>Answer as a stream of events</summary><pre>${escape(event)}</pre></details>`
}

function parameters(endpoint: Endpoint): string {
  const rows = Object.entries(endpoint.query).map(([name, { schema, description }]) =>
    row(name, { ...schema, description }),
  )
  return rows.length === 0 ? '' : table('Query', rows)
}

function fields(title: string, schema: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    row(name, field, schema.required?.includes(name)),
  )
  return table(title, rows)
}

function table(title: string, rows: readonly string[]): string {
  return `<h4>${title}</h4><div class="table"><table>${rows.join('')}</table></div>`
}

function row(name: string, schema: Schema, isRequired = false): string {
  const notes = [typeOf(schema)]
  if (schema.default !== undefined) notes.push(`default ${String(schema.default)}`)
  if (isRequired) notes.push('required')
  return `<tr><td><code>${escape(name)}</code></td><td>${prose(schema.description ?? '')}
<span class="note">${escape(notes.join(', '))}</span></td></tr>`
}

function typeOf({ type, enum: values, format }: Schema): string {
  if (values !== undefined) return values.join(' | ')
  if (format === 'date-time') return 'RFC 3339 time'
  return (Array.isArray(type) ? type : [type]).join(' or ')
}

const exampleParams: Readonly<Record<string, string>> = {
  memory_store_id: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  memory_id: 'mem_011CZkZaBF1tNoB5wlCeusgy',
  memory_version_id: 'memver_011CZkZaBF1tNoB5wlCeusgz',
  key_id: 'apikey_011CZkZaBF1tNoB5wlCeusgx',
}

function curl({ method, path, docs }: Endpoint): string {
  const { search = '', body } = docs.example
  const target = path.replace(/:(\w+)/g, (_, name: string) => exampleParams[name] ?? name)
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$ANTHROPIC_BASE_URL${target}${search}"`,
    '-H "x-api-key: $ANTHROPIC_API_KEY"',
  ]
  if (body !== undefined) {
    lines.push(`-H "content-type: application/json"`, `-d '${JSON.stringify(body)}'`)
  }
  return lines.join(' \\\n  ')
}

const reasons: Record<ErrorCode, string> = {
  invalid: 'The request breaks a rule; the message begins with the field.',
  archived: 'The store is archived: nothing in it is created or updated.',
  head_version: 'The version is the current state of a live memory.',
  limit: 'A capacity limit is reached; the code says which.',
  unauthenticated: 'No key, or one that is unknown or revoked.',
  forbidden: 'The role of the key does not reach so far.',
  not_found: 'No such route, store, memory or version for this key.',
  precondition_failed: 'The content is not what the precondition says.',
  path_conflict: 'Another memory is at the path, above or below it.',
  conflict: 'Several writers were in each other’s way; try again.',
  stale_version: 'The object has a newer version; read it again.',
  busy: 'What is asked for has to wait for something that runs.',
  heartbeat_mismatch: 'The heartbeat does not follow the last one; the lease may be another’s.',
  too_large: 'The body is larger than the server takes.',
  rate_limited: 'Too many requests; come back after retry-after.',
  storage_full: 'The disk is full or read-only; nothing was stored.',
  unavailable: 'The server is stopping or has lost its database; come back after retry-after.',
  internal: 'The server failed; the request id finds it in the log.',
}

const limitCodes =
  'memory_store_full, memory_store_bytes_exceeded, memory_versions_exceeded, memory_stores_exceeded'

function errors(): string {
  const rows = Object.entries(translations).map(([code, { status, type, detail }]) => {
    const details = code === 'limit' ? limitCodes : (detail ?? '')
    return `<tr><td>${status}</td><td><code>${type}</code></td><td><code>${details}</code></td><td>${escape(reasons[code as ErrorCode])}</td></tr>`
  })
  const head =
    '<tr><th>Status</th><th>error.type</th><th>error.details.error_code</th><th>When</th></tr>'
  return `<h2 id="errors">Errors</h2>
<p>Branch on <code>error.type</code> and <code>error.details.error_code</code>, never on the message.</p>
<div class="table"><table>${head}${rows.join('')}</table></div>`
}

/** Text with \`code\` in it. */
function prose(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
