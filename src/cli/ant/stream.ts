import { setTimeout as pause } from 'node:timers/promises'
import { readEvents } from '../../client/events.ts'
import { attemptsMax, isRetryable, retryDelayMs } from '../../client/retry.ts'
import { reasonOf, type HttpAnswer, type Transport } from '../../client/transport.ts'
import type { ExitCode } from '../command.ts'
import { parseJson } from '../json/value.ts'
import { outPatiently } from '../terminal.ts'
import { showError, type Call } from './answers.ts'
import { renderValue } from './output.ts'

type Response = Awaited<ReturnType<Transport['open']>>

/**
 * Prints every event as soon as it comes, each as a value of its own, until the server ends the
 * stream, `itemsMax` of them are printed (-1: all), the reader goes away, or Ctrl-C.
 */
export async function printStream(call: Call, itemsMax: number): Promise<ExitCode> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt)
  try {
    return await follow(
      { ...call, request: { ...call.request, signal: interrupted.signal } },
      itemsMax,
    )
  } catch (error) {
    if (interrupted.signal.aborted) return 130
    const { method, url } = call.request
    throw new Error(`${method} "${url.href}": ${reasonOf(error)}`, { cause: error })
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

async function follow(call: Call, itemsMax: number): Promise<ExitCode> {
  const response = await open(call)
  const { statusCode: status = 0, statusMessage: reason = '', headers } = response
  if (status >= 400) {
    const body = await readAll(response)
    call.observer?.received({ status, reason, headers, body, repeated: false })
    await showError(call, { status, reason, body })
    return 1
  }
  call.observer?.received({ status, reason, headers, body: '', repeated: false })
  let left = itemsMax < 0 ? Number.POSITIVE_INFINITY : itemsMax
  if (left === 0) return end(response)
  for await (const { event, data } of readEvents(response)) {
    // A frame without a name is no event of a session.
    if (event === 'ping' || event === 'message') continue
    if (event === 'error') {
      await showError(call, { status, reason, body: data })
      response.destroy()
      return 1
    }
    left -= 1
    const isRead = await outPatiently(await renderValue(parseJson(data), call.output))
    if (left <= 0 || !isRead) return end(response)
  }
  return 0
}

function end(response: Response): ExitCode {
  response.destroy()
  return 0
}

/** The answer's beginning, after as many tries as other requests get. */
async function open({ transport, observer, request }: Call): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    let headers: HttpAnswer['headers'] = {}
    observer?.sending(request, attempt)
    try {
      const response = await transport.open(request)
      headers = response.headers
      if (attempt === attemptsMax || !isRetryable(response.statusCode ?? 0, headers))
        return response
      response.resume()
    } catch (error) {
      if (attempt === attemptsMax || request.signal?.aborted) throw error
    }
    await pause(retryDelayMs(headers, attempt), undefined, { signal: request.signal })
  }
}

async function readAll(response: Response): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
