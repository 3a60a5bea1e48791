import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { DomainError, invalid } from '../domain/errors.ts'
import type { Body } from '../wire/endpoint.ts'

/** The client went away before its request was complete: nobody is left to answer. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected'
}

/**
 * A request's body, undefined when it has none. Small ones have arrived by the time they are asked
 * for, and are there without listening.
 * @throws DomainError `too_large` as soon as that is known; Disconnected
 */
export function readBytes(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | undefined> | Buffer | undefined {
  if (!request.complete || request.destroyed) return collectBytes(request, bytesMax)
  const bytes = request.read() as Buffer | null
  if (bytes !== null && bytes.length > bytesMax) throw tooLarge(bytesMax)
  return bytes ?? undefined
}

function collectBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    // What closed before anybody listened will not say so again.
    if (request.destroyed) reject(new Disconnected())
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= bytesMax) chunks.push(chunk)
      else {
        request.pause()
        reject(tooLarge(bytesMax))
      }
    })
    request.on('end', () => resolve(bytes === 0 ? undefined : Buffer.concat(chunks, bytes)))
    request.on('close', () => {
      if (!request.complete) reject(new Disconnected())
    })
  })
}

/** @throws DomainError `too_large`, from what the request says of itself */
export function checkLength(request: IncomingMessage, bytesMax: number): void {
  const length = request.headers['content-length']
  if (length !== undefined && Number(length) > bytesMax) throw tooLarge(bytesMax)
}

function tooLarge(bytesMax: number): DomainError {
  return new DomainError({
    code: 'too_large',
    message: `the body must be at most ${bytesMax} bytes`,
  })
}

/**
 * UTF-8 and nothing else, uncompressed (contract §2.8). The media type is not looked at: a body
 * that is JSON is JSON, whatever a client calls it.
 * @throws DomainError `invalid`
 */
export function checkEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity') {
    throw invalid('content-encoding', 'is not supported; send the body uncompressed')
  }
  const type = request.headers['content-type']
  if (type === undefined || type === 'application/json') return
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1]?.toLowerCase()
  if (charset === undefined || ['utf-8', 'utf8', 'us-ascii'].includes(charset)) return
  throw invalid('content-type', 'must not name another charset than UTF-8')
}

/** @throws DomainError `invalid` unless the bytes are UTF-8 that spells a JSON object */
export function parseObject(bytes: Buffer): Body {
  if (!isUtf8(bytes)) throw invalid('body', 'must be valid UTF-8')
  const json = parseJson(bytes.toString('utf8'))
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid('body', 'must be a JSON object')
  }
  return json as Body
}

const byteOrderMark = '\ufeff'

function parseJson(text: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(text.startsWith(byteOrderMark) ? text.slice(1) : text)
  } catch {
    // The parser's own message quotes the body, which may hold what nobody else should read.
    throw invalid('body', 'must be valid JSON')
  }
  if (mayHoldSurrogates(text)) checkWellFormed(json)
  return json
}

/** Valid UTF-8 has no surrogates: only an escape can spell one. */
function mayHoldSurrogates(text: string): boolean {
  return text.includes('\\ud') || text.includes('\\uD')
}

/** Without recursion: nesting is as deep as the sender likes. */
function checkWellFormed(json: unknown): void {
  const queue: unknown[] = [json]
  while (queue.length > 0) {
    const value = queue.pop()
    if (typeof value === 'string') {
      if (!value.isWellFormed()) {
        throw invalid('body', 'must be valid Unicode (a string has a lone surrogate)')
      }
    } else if (Array.isArray(value)) {
      for (const item of value) queue.push(item)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) queue.push(key, item)
    }
  }
}
