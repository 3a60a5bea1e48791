import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { AttemptResult } from '../domain/webhook/delivery.ts'
import { lookUpPublic, refuseUrl } from './address.ts'

export interface Message {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SendOptions {
  /** Whether private addresses and plain http are called too. */
  readonly anyTarget: boolean
  /** How long the receiver may take. Milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/**
 * One attempt. Any 2xx is a success; what else the receiver says is not read, and redirects are not
 * followed: they would lead where nobody has looked.
 */
export function send(message: Message, options: SendOptions): Promise<AttemptResult> {
  const refusal = options.anyTarget ? undefined : refuseUrl(message.url)
  if (refusal !== undefined) return Promise.resolve({ kind: 'failed', error: `the URL ${refusal}` })
  return new Promise((resolve) => {
    const request = open(message, options)
    request.on('response', (response) => {
      resolve(resultOf(response.statusCode ?? 0))
      response.destroy()
    })
    request.on('timeout', () => request.destroy(new Error('it did not answer in time')))
    request.on('error', (error) => resolve({ kind: 'failed', error: error.message.slice(0, 500) }))
    request.end(message.body)
  })
}

function open({ url, headers, body }: Message, { anyTarget, timeoutMs, signal }: SendOptions) {
  const options: RequestOptions = {
    method: 'POST',
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    timeout: timeoutMs,
    ...(anyTarget ? {} : { lookup: lookUpPublic }),
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'palimpsest-webhooks',
    },
  }
  return url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options)
}

function resultOf(status: number): AttemptResult {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'gone', error: 'it answered 410: it wants no more events' }
  return { kind: 'failed', error: `it answered ${status}` }
}
