import {
  reasonOf,
  type HttpAnswer,
  type HttpRequest,
  type Transport,
  type TransportObserver,
} from '../../client/transport.ts'
import type { ExitCode } from '../command.ts'
import { parseJson, type JsonValue } from '../json/value.ts'
import { err, out } from '../terminal.ts'
import { renderAnswer, renderValue, type OutputOptions } from './output.ts'

/** One request, and how its answer is printed. */
export interface Call {
  readonly transport: Transport
  readonly observer: TransportObserver | undefined
  readonly request: HttpRequest
  readonly output: OutputOptions
  readonly errorOutput: OutputOptions
}

export async function printAnswer(call: Call): Promise<ExitCode> {
  const answer = await ask(call)
  if (answer === undefined) return 1
  out(await renderOrEcho(answer.body, call.output))
  return 0
}

/** Every item of every page is a value of its own. */
export async function printItems(call: Call, itemsMax: number): Promise<ExitCode> {
  const { openSink } = await import('./pager.ts')
  await using sink = openSink()
  const url = new URL(call.request.url)
  let left = itemsMax < 0 ? Number.POSITIVE_INFINITY : itemsMax
  for (;;) {
    const answer = await ask({ ...call, request: { ...call.request, url: new URL(url) } })
    if (answer === undefined) return 1
    const page = parseJson(answer.body)
    for (const item of itemsOf(page).slice(0, left)) {
      left -= 1
      if (!(await sink.write(await renderValue(item, call.output)))) return 0
    }
    const next = memberOf(page, 'next_page')
    if (left <= 0 || next?.kind !== 'string' || next.text === '') return 0
    url.searchParams.set('page', next.text)
  }
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  if (value.kind !== 'object') return undefined
  return value.members.find(([key]) => key === name)?.[1]
}

function itemsOf(page: JsonValue): readonly JsonValue[] {
  const data = memberOf(page, 'data')
  return data?.kind === 'array' ? data.items : []
}

/** The answer, or undefined after an error answer was shown. */
async function ask(call: Call): Promise<HttpAnswer | undefined> {
  const { request } = call
  let answer: HttpAnswer
  try {
    answer = await call.transport.send(request)
  } catch (error) {
    throw new Error(`${request.method} "${request.url.href}": ${reasonOf(error)}`, { cause: error })
  }
  if (answer.status < 400) return answer
  await showError(call, answer)
  return undefined
}

/** An error answer: one line on stderr, its body on stdout. */
export async function showError(
  { request, errorOutput }: Call,
  { status, reason, body }: Pick<HttpAnswer, 'status' | 'reason' | 'body'>,
): Promise<void> {
  err(`${request.method} "${request.url.href}": ${status} ${reason}\n`)
  out(await renderOrEcho(body, errorOutput))
}

async function renderOrEcho(text: string, options: OutputOptions): Promise<string> {
  try {
    return await renderAnswer(text, options)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return text === '' || text.endsWith('\n') ? text : `${text}\n`
  }
}
