// Sessions over HTTP, as an application has them: requests on kept connections, streams read frame
// by frame with the time at which each arrived.
import { randomUUID } from 'node:crypto'
import { Agent, request, type IncomingMessage } from 'node:http'

export interface Frame {
  readonly id: string
  readonly type: string
  /** Microseconds since 1970, by the server's clock, which is this machine's. */
  readonly processedAtUs: number
  readonly arrivedAtUs: number
}

export interface LoggedEvent {
  readonly id: string
  readonly type: string
  readonly processed_at: string | null
  readonly content?: readonly { readonly text: string }[]
}

export interface Stream {
  readonly frames: readonly Frame[]
  /** Resolves when a frame of this type is there, the `count`th of them. */
  until(type: string, count: number): Promise<void>
  close(): void
}

export class SessionClient {
  readonly #port: number
  readonly #key: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1_000 })

  constructor({ port, key }: { readonly port: number; readonly key: string }) {
    this.#port = port
    this.#key = key
  }

  async post<Answer>(path: string, body: object): Promise<Answer> {
    return this.#json<Answer>('POST', path, JSON.stringify(body))
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.#json<Answer>('GET', path)
  }

  /** The whole log, page by page. */
  async events(sessionId: string): Promise<LoggedEvent[]> {
    const all: LoggedEvent[] = []
    let page = ''
    do {
      const path = `/v1/sessions/${sessionId}/events?limit=1000${page}`
      const answer = await this.get<{ data: LoggedEvent[]; next_page?: string | null }>(path)
      all.push(...answer.data)
      page = answer.next_page ? `&page=${encodeURIComponent(answer.next_page)}` : ''
    } while (page !== '')
    return all
  }

  /** Open once the server has answered: whatever comes later is told. */
  async follow(sessionId: string): Promise<Stream> {
    const response = await this.#send('GET', `/v1/sessions/${sessionId}/events/stream`)
    if (response.statusCode !== 200) throw new Error(`the stream answered ${response.statusCode}`)
    const frames: Frame[] = []
    let [rest, wake] = ['', () => {}]
    response.setEncoding('utf8').on('data', (text: string) => {
      const arrivedAtUs = nowUs()
      const parts = (rest + text).split('\n\n')
      rest = parts.pop() ?? ''
      frames.push(...parts.flatMap((part) => frameOf(part, arrivedAtUs)))
      wake()
    })
    response.on('error', () => {})
    return {
      frames,
      until: async (type, count) => {
        while (frames.filter((frame) => frame.type === type).length < count) {
          await new Promise<void>((resolve) => (wake = resolve))
        }
      },
      close: () => void response.destroy(),
    }
  }

  async #json<Answer>(method: string, path: string, body?: string): Promise<Answer> {
    const response = await this.#send(method, path, body)
    const text = (await Array.fromAsync(response.setEncoding('utf8'))).join('')
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${text}`)
    return JSON.parse(text) as Answer
  }

  async #send(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const headers = {
      'x-api-key': this.#key,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    }
    const options = { host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path }
    for (;;) {
      const sent = request({ ...options, headers })
      try {
        return await new Promise((resolve, reject) => {
          sent.on('response', resolve).on('error', reject).end(body)
        })
      } catch (error) {
        // A connection that had rested was closed at that moment: nobody heard the request.
        if (!sent.reusedSocket) throw error
      }
    }
  }

  close(): void {
    this.#agent.destroy()
  }
}

function nowUs(): number {
  return (performance.timeOrigin + performance.now()) * 1_000
}

function frameOf(part: string, arrivedAtUs: number): Frame[] {
  const [, data] = /^data: (.*)$/m.exec(part) ?? []
  if (data === undefined) return []
  const { id, type, processed_at: at } = JSON.parse(data) as LoggedEvent
  return at === null ? [] : [{ id, type, processedAtUs: microsecondsOf(at), arrivedAtUs }]
}

/** Of RFC 3339 with six digits behind the second. */
export function microsecondsOf(time: string): number {
  const [, whole = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(time) ?? []
  return Date.parse(`${whole}Z`) * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}
