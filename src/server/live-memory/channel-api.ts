import type { Api, WatchChangesInput } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Change } from '../../domain/memory/version.ts'
import { mountVerbs, type FromApi, type ToApi } from './messages.ts'

interface Waiting {
  readonly hear: (answer: FromApi) => void
}

/** The verbs of many sessions, asked of the process at the other end of a channel. */
export class ChannelApi {
  readonly #send: (message: ToApi) => void
  readonly #waiting = new Map<number, Waiting>()
  #next = 1

  constructor(send: (message: ToApi) => void) {
    this.#send = send
  }

  hear(answer: FromApi): void {
    this.#waiting.get(answer.id)?.hear(answer)
  }

  /** The Api of the session whose mount this is; the other end knows which. */
  of(mount: number): Api {
    const calls = mountVerbs.map((verb) => {
      if (verb !== 'watchChanges') {
        return [verb, (input: object) => this.#call({ mount, verb, input })]
      }
      return [verb, (input: WatchChangesInput) => this.#watch(mount, input)]
    })
    return Object.fromEntries(calls) as Api
  }

  #call(call: Omit<Extract<ToApi, { type: 'call' }>, 'type' | 'id'>): Promise<unknown> {
    const id = this.#next
    this.#next += 1
    return new Promise((resolve, reject) => {
      const hear = (answer: FromApi) => {
        this.#waiting.delete(id)
        if (answer.type === 'refused') reject(new DomainError(answer.problem))
        else resolve(answer.type === 'value' ? answer.value : undefined)
      }
      this.#waiting.set(id, { hear })
      this.#send({ type: 'call', id, ...call })
    })
  }

  async *#watch(mount: number, given: WatchChangesInput): AsyncGenerator<Change> {
    const { signal, ...input } = given
    const id = this.#next
    this.#next += 1
    const answers: FromApi[] = []
    let wake = () => {}
    this.#waiting.set(id, { hear: (answer) => (answers.push(answer), wake()) })
    const onAbort = () => wake()
    signal.addEventListener('abort', onAbort)
    this.#send({ type: 'call', id, mount, verb: 'watchChanges', input })
    try {
      while (!signal.aborted) {
        const answer = answers.shift()
        if (answer?.type === 'value') yield answer.value as Change
        else if (answer?.type === 'refused') throw new DomainError(answer.problem)
        else if (answer?.type === 'end') return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#waiting.delete(id)
      this.#send({ type: 'cancel', id })
    }
  }
}
