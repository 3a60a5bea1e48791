import type { HttpAnswer, HttpRequest, TransportObserver } from '../../client/transport.ts'
import { visibleText } from '../invisible.ts'

const secretHeaders = new Set([
  'x-api-key',
  'api-key',
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
])

/** Writes every request and answer, with credentials masked. */
export function debugObserver(write: (text: string) => void): TransportObserver {
  return {
    sending(request, attempt) {
      const { method, url, body } = request
      const again = attempt > 1 ? ` (attempt ${attempt})` : ''
      write(
        `> ${method} ${url.pathname}${url.search} to ${url.host}${again}\n` +
          headerLines('>', request.headers) +
          `${visibleText(body ?? '')}\n`,
      )
    },
    received(answer) {
      write(
        `< ${answer.status} ${answer.reason}\n` +
          headerLines('<', answer.headers) +
          `${visibleText(answer.body)}\n`,
      )
    },
  }
}

function headerLines(
  mark: string,
  headers: HttpRequest['headers'] | HttpAnswer['headers'],
): string {
  return Object.entries(headers)
    .flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)] as const))
    .map(([name, value]) => `${mark} ${name}: ${mask(name, value)}\n`)
    .join('')
}

function mask(name: string, value: string): string {
  if (!secretHeaders.has(name.toLowerCase())) return visibleText(value)
  const scheme = /^(Bearer|Basic) /i.exec(value)?.[0] ?? ''
  return `${scheme}<masked>`
}
