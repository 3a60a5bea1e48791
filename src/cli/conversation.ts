import type { Api } from '../api.ts'
import { DomainError } from '../domain/errors.ts'
import type { LogEntry } from '../domain/session/event.ts'
import { lineFor } from './print.ts'
import { visibleText } from './invisible.ts'
import { err, isTerminal, out, painter, wantsColour } from './terminal.ts'

const paint = painter(wantsColour(process.stderr))

/** One session, message by message, on the terminal: answers on stdout, what is done on stderr. */
export class Conversation {
  readonly #api: Api
  readonly #sessionId: string
  /** The newest event that was shown. */
  #seen: string | undefined

  constructor(api: Api, sessionId: string) {
    this.#api = api
    this.#sessionId = sessionId
  }

  /** Sends a message and shows what comes of it until the session rests. */
  async say(text: string): Promise<void> {
    const ended = new AbortController()
    const stream = this.#api.streamEvents({
      sessionId: this.#sessionId,
      deltas: ['agent.message'],
      ...(this.#seen === undefined ? {} : { after: this.#seen }),
      signal: ended.signal,
    })
    const items = stream[Symbol.asyncIterator]()
    // Asked for before the message is sent: the model waits a moment for whoever listens.
    let next = items.next()
    await this.#send({ type: 'user.message', content: [{ type: 'text', text }] })
    try {
      const streamed = new Set<string>()
      for (let item = await next; item.done !== true; item = await next) {
        next = items.next()
        const { value } = item
        if (value.kind === 'delta' && value.delta.type === 'event_delta') {
          streamed.add(value.delta.eventId)
          out(shown(value.delta.text))
        }
        if (value.kind !== 'entry') continue
        this.#seen = value.entry.event.id
        if (this.#show(value.entry, streamed)) return
      }
    } finally {
      ended.abort()
      next.catch(() => {}) // what was asked for last is not waited for
    }
  }

  async interrupt(): Promise<void> {
    await this.#send({ type: 'user.interrupt' })
  }

  async #send(event: object): Promise<void> {
    await this.#api.sendEvents({ sessionId: this.#sessionId, events: [event] })
  }

  /** @returns whether the session rests */
  #show({ event }: LogEntry, streamed: ReadonlySet<string>): boolean {
    switch (event.type) {
      case 'agent.message': {
        const text = event.content.map((block) => block.text).join('')
        out(streamed.has(event.id) ? '\n' : `${shown(text)}\n`)
        return false
      }
      case 'agent.tool_use': {
        const { file_path: file, path, pattern, command } = event.input
        const what = [command, pattern, file ?? path].filter((part) => typeof part === 'string')
        err(`${paint('dim', lineFor(`[${event.name} ${what.join('  ')}]`))}\n`)
        return false
      }
      case 'agent.tool_result':
        if (event.isError) err(`${paint('yellow', lineFor(event.content[0]?.text ?? ''))}\n`)
        return false
      case 'session.error': {
        const { message, retryStatus } = event.error
        const more = retryStatus.type === 'retrying' ? '; trying again' : ''
        err(`${paint('red', lineFor(`the model failed: ${message}${more}`))}\n`)
        return false
      }
      case 'session.status_idle':
        return true
      case 'session.status_terminated':
      case 'session.deleted':
        throw new DomainError({ code: 'not_found', message: 'the session has ended' })
      default:
        return false
    }
  }
}

function shown(text: string): string {
  return isTerminal(process.stdout) ? visibleText(text) : text
}
