import { hash } from 'node:crypto'
import type { ErrorCode } from '../domain/errors.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { translations } from '../wire/error.ts'
import { escape, prose } from './html.ts'
import { documented, streamOf, tagNames, templateOf } from './openapi.ts'
import { pathParameters } from './path-parameters.ts'
import { probeGroup, probes, type Probe } from './probes.ts'
import { answerFields, objects, requestTables } from './reference-fields.ts'
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
  const links = navigation(groups)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Palimpsest API</title><link rel="icon" href="data:,">
<style>${referenceStyle}</style></head>
<body><div class="layout">
<nav class="side" aria-label="Operations">${links}</nav>
<main><h1>Palimpsest API</h1>
<details class="contents"><summary>Operations</summary><nav aria-label="Operations">${links}</nav></details>
${introduction(version)}
${groups.map(({ name, operations }) => `<h2>${escape(name)}</h2>${operations.map(section).join('')}`).join('')}
<h2>${probeGroup}</h2>${probes.map(probeSection).join('')}
${objects()}
${errors()}</main></div></body></html>`
}

interface Group {
  readonly name: string
  readonly operations: readonly Endpoint[]
}

/** The links; they stand beside the text, and on narrow screens in front of it, folded. */
function navigation(groups: readonly Group[]): string {
  const lists = groups.map(({ name, operations }) =>
    list(
      name,
      operations.map(({ verb, docs }) => link(`#${verb}`, docs.summary)),
    ),
  )
  const operating = probes.map(({ name, summary }) => link(`#${name}`, summary))
  const everywhere = [
    link('#objects', 'Objects'),
    link('#errors', 'Errors'),
    link('/openapi.json', 'OpenAPI document'),
  ]
  return [...lists, list(probeGroup, operating), list('Everywhere', everywhere)].join('')
}

function list(title: string, links: readonly string[]): string {
  const items = links.map((item) => `<li>${item}</li>`)
  return `<h2>${escape(title)}</h2><ul>${items.join('')}</ul>`
}

function link(target: string, text: string): string {
  return `<a href="${target}">${escape(text)}</a>`
}

function introduction(version: string): string {
  return `<p>Version ${escape(version)}. Memory stores for agents, as the official clients of the memory API speak to
them. Point a client at this server with <code>ANTHROPIC_BASE_URL</code> and a key of this server in
<code>ANTHROPIC_API_KEY</code>.</p>
<p>A key goes in <code>x-api-key</code> or <code>authorization: Bearer</code>. Bodies are JSON objects in
UTF-8; every success is <code>200</code> with JSON; every answer has a <code>request-id</code>. Lists
have <code>data</code> and <code>next_page</code>, which is handed back as <code>page</code>.</p>`
}

function section(endpoint: Endpoint): string {
  const { verb, method, alias, docs, answer } = endpoint
  const also = alias === undefined ? '' : ` <span class="note">(also ${alias})</span>`
  return `<section id="${verb}"><h3>${escape(docs.summary)}</h3>
<p class="route"><span class="method ${method}">${method}</span> <span class="path">${breakable(templateOf(endpoint))}</span>${also}</p>
<p>${prose(docs.description)}</p>
${requestTables(endpoint)}
<h4>Example</h4><pre>${escape(curl(endpoint))}</pre>
${answerFields(answer)}
<details><summary>Example of an answer</summary><pre>${escape(JSON.stringify(docs.example.answer, null, 2))}</pre></details>
${events(endpoint)}</section>`
}

function probeSection({ name, path, summary, description, needsKey, answer }: Probe): string {
  const { contentType, example } = answer
  const text = contentType === 'application/json' ? JSON.stringify(example) : String(example)
  return `<section id="${name}"><h3>${escape(summary)}</h3>
<p class="route"><span class="method GET">GET</span> <span class="path">${path}</span></p>
<p>${prose(description)}</p>
<h4>Example</h4><pre>${escape(shell([`curl "$ANTHROPIC_BASE_URL${path}"`, ...(needsKey ? [keyHeader] : [])]))}</pre>
<details><summary>Example of an answer</summary><pre>${escape(text)}</pre></details></section>`
}

/** A path that may go on in the next line where a segment ends. */
function breakable(path: string): string {
  return escape(path).replaceAll('/', '/<wbr>')
}

function events(endpoint: Endpoint): string {
  const stream = streamOf(endpoint)
  if (stream === undefined) return ''
  const item = stream.docs.example.answer as { seq?: number; kind?: string; type: string }
  const id = item.seq === undefined ? '' : `\nid: ${item.seq}`
  const event = `event: ${item.kind ?? item.type}${id}\ndata: ${JSON.stringify(item)}\n\n: heartbeat`
  return `<details><summary>Answer as a stream of events</summary><pre>${escape(event)}</pre></details>`
}

const keyHeader = '-H "x-api-key: $ANTHROPIC_API_KEY"'

function curl({ method, path, docs }: Endpoint): string {
  const { search = '', body } = docs.example
  const target = path.replace(/:(\w+)/g, (_, name: string) => pathParameters[name]?.example ?? name)
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$ANTHROPIC_BASE_URL${target}${search}"`,
    keyHeader,
  ]
  if (body !== undefined) {
    lines.push(`-H "content-type: application/json"`, `-d '${JSON.stringify(body, null, 2)}'`)
  }
  return shell(lines)
}

/** One command over several lines. */
function shell(lines: readonly string[]): string {
  return lines.join(' \\\n').replaceAll('\n', '\n  ')
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

const limitCodes = [
  'memory_store_full',
  'memory_store_bytes_exceeded',
  'memory_versions_exceeded',
  'memory_stores_exceeded',
]

interface Refusal {
  readonly status: number
  readonly type: string
  readonly details: readonly string[]
  readonly reason: string
}

const wrongMethod: Refusal = {
  status: 405,
  type: 'invalid_request_error',
  details: [],
  reason: 'The path does not take this method; the header `allow` names those it takes.',
}

function refusals(): Refusal[] {
  const translated = Object.entries(translations).map(([code, { status, type, detail }]) => ({
    status,
    type,
    details: code === 'limit' ? limitCodes : detail === undefined ? [] : [detail],
    reason: reasons[code as ErrorCode],
  }))
  return [...translated, wrongMethod].toSorted((one, other) => one.status - other.status)
}

function errors(): string {
  const rows = refusals().map(({ status, type, details, reason }) => {
    const codes = details.map((detail) => `<code>${detail}</code>`)
    return `<tr><td>${status}</td><td><code>${type}</code></td><td>${codes.join('<br>')}</td><td>${prose(reason)}</td></tr>`
  })
  const head =
    '<tr><th>Status</th><th>error.type</th><th>error.details.error_code</th><th>When</th></tr>'
  return `<h2 id="errors">Errors</h2>
<p>Branch on <code>error.type</code> and <code>error.details.error_code</code>, never on the message.</p>
<div class="table"><table class="errors">${head}${rows.join('')}</table></div>`
}
