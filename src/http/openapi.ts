import { betas, type BetaFamily } from '../wire/betas.ts'
import type { Endpoint } from '../wire/endpoint.ts'
import { betaFamilyOf, endpointList } from '../wire/endpoints.ts'
import type { Field } from '../wire/query.ts'
import { ref, type Schema } from '../wire/schema.ts'
import { schemas } from '../wire/schemas.ts'
import { parameterNames, pathParameters } from './path-parameters.ts'
import { probeGroup, probes, type Probe } from './probes.ts'

type Json = { readonly [key: string]: unknown }

/** The OpenAPI 3.1 document of every operation, from the same table that serves them. */
export function makeOpenApi(version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of documented()) {
    const item = (paths[templateOf(endpoint)] ??= {})
    item[endpoint.method.toLowerCase()] = operationOf(endpoint)
  }
  for (const probe of probes) paths[probe.path] = { get: probeOf(probe) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Palimpsest',
      version,
      description:
        'Memory stores for agents: the memory API of Claude Managed Agents, self-hosted.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...tagNames(), probeGroup].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      responses: { Error: errorResponse },
      parameters: betaParameters,
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ key: [] }, { bearer: [] }],
  }
}

export function templateOf({ path }: Pick<Endpoint, 'path'>): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

export function tagNames(): string[] {
  return [...new Set(endpointList.map(({ docs }) => docs.group))]
}

/** A stream that shares its path with a page is one more media type of that page's answer. */
export function documented(): readonly Endpoint[] {
  const isPage = (path: string) => endpointList.some((one) => !one.stream && one.path === path)
  return endpointList.filter(({ stream, path }) => !stream || !isPage(path))
}

export function streamOf(endpoint: Endpoint): Endpoint | undefined {
  return endpointList.find(({ stream, path }) => stream && path === endpoint.path)
}

const errorResponse: Json = {
  description: 'A refusal; `error.type` says which.',
  headers: { 'request-id': { schema: { type: 'string' } } },
  content: { 'application/json': { schema: ref('Error') } },
}

function betaParameter(description: string): Json {
  return {
    name: 'anthropic-beta',
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }
}

const betaParameters: Readonly<Record<BetaFamily, Json>> = {
  memory: betaParameter(`\`${betas.memory}\` or \`${betas.agents}\`, not both.`),
  agents: betaParameter(`\`${betas.agents}\`.`),
}

function beta(family: BetaFamily): Json {
  return { $ref: `#/components/parameters/${family}` }
}

function operationOf(endpoint: Endpoint): Json {
  const { docs, body } = endpoint
  return {
    operationId: endpoint.verb,
    tags: [docs.group],
    summary: docs.summary,
    description: docs.description,
    parameters: parametersOf(endpoint),
    ...(body === undefined ? {} : { requestBody: requestBodyOf(body, docs.example.body) }),
    responses: {
      '200': answerOf(endpoint),
      '4XX': { $ref: '#/components/responses/Error' },
      '5XX': { $ref: '#/components/responses/Error' },
    },
  }
}

function probeOf(probe: Probe): Json {
  const { name, summary, description, needsKey, refusals, answer } = probe
  const { contentType, schema, example } = answer
  const refused = Object.entries(refusals).map(([status, text]) => [status, { description: text }])
  return {
    operationId: name,
    tags: [probeGroup],
    summary,
    description,
    parameters: [],
    ...(needsKey ? {} : { security: [] }),
    responses: {
      '200': { description: 'Success.', content: { [contentType]: { schema, example } } },
      ...Object.fromEntries(refused),
    },
  }
}

function parametersOf(endpoint: Endpoint): Json[] {
  const inPath = parameterNames(endpoint.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameters[name]?.description,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(endpoint.query).map(([name, field]) => queryParameter(name, field))
  const family = betaFamilyOf(endpoint)
  return [...inPath, ...inQuery, ...(family === undefined ? [] : [beta(family)])]
}

function queryParameter(name: string, { description, schema }: Field<unknown>): Json {
  return { name, in: 'query', required: false, description, schema }
}

function requestBodyOf(schema: Schema, example: unknown): Json {
  return { required: true, content: { 'application/json': { schema, example } } }
}

function answerOf(endpoint: Endpoint): Json {
  const stream = streamOf(endpoint)
  const events = { schema: { type: 'string', description: 'One item for each event.' } }
  const { answer: schema, docs } = endpoint
  const page = { 'application/json': { schema, example: docs.example.answer } }
  return {
    description: 'Success.',
    headers: { 'request-id': { schema: { type: 'string' } } },
    content: {
      ...(endpoint.stream ? {} : page),
      ...(stream === undefined ? {} : { 'text/event-stream': events }),
    },
  }
}
