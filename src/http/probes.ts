import { object, literal, string, type Schema } from '../wire/schema.ts'

/** A page for whoever runs the server, as the documents tell of it. */
export interface Probe {
  readonly name: string
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly needsKey: boolean
  /** What it may answer beside 200, and when. */
  readonly refusals: Readonly<Record<string, string>>
  readonly answer: {
    readonly contentType: string
    readonly schema: Schema
    readonly example: unknown
  }
}

export const probeGroup = 'Operating'

export const probes: readonly Probe[] = [
  {
    name: 'healthz',
    path: '/healthz',
    summary: 'Is it alive?',
    description: 'Answers as long as the process serves. Needs no key.',
    needsKey: false,
    refusals: {},
    answer: {
      contentType: 'application/json',
      schema: object({ status: literal('alive') }),
      example: { status: 'alive' },
    },
  },
  {
    name: 'readyz',
    path: '/readyz',
    summary: 'Can it take writes?',
    description:
      'Asks the storage. 503 with a `reason` while it cannot take writes, and while the server stops. Needs no key.',
    needsKey: false,
    refusals: { '503': 'It cannot take writes: `status` is `not_ready`, and `reason` says why.' },
    answer: {
      contentType: 'application/json',
      schema: object({
        status: literal('ready'),
        backend: string('The storage engine.'),
      }),
      example: { status: 'ready', backend: 'sqlite' },
    },
  },
  {
    name: 'metrics',
    path: '/metrics',
    summary: 'Metrics',
    description:
      'In the text format of Prometheus. Needs an admin key here; on the port of `--metrics-port` it needs none.',
    needsKey: true,
    refusals: { '401': 'No valid key.', '403': 'Not the key of an admin.' },
    answer: {
      contentType: 'text/plain',
      schema: string(),
      example: 'palimpsest_http_requests_total{operation="createMemory",status="200"} 42\n',
    },
  },
]
