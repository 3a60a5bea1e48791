// Profiles every thread of this process: the one that serves, and its workers.
import { Session, type Profiler as Protocol } from 'node:inspector'

/** A profile as Chromium's tools read it (.cpuprofile). */
export interface ThreadProfile {
  readonly thread: string
  readonly profile: Protocol.Profile
}

/** Microseconds between samples. */
const intervalUs = 200

type Post = (method: string, params?: object) => Promise<unknown>

export class Profiler {
  readonly #session = new Session()
  readonly #threads = new Map<string, Post>()
  readonly #answers = new Map<string, (result: unknown) => void>()
  #lastId = 0

  async start(): Promise<void> {
    this.#session.connect()
    const main: Post = (method, params) => this.#post(method, params)
    this.#threads.set('main', main)
    this.#session.on('NodeWorker.attachedToWorker', ({ params }) => {
      const { sessionId, workerInfo } = params
      const name = /([\w-]+)\.[jt]s$/.exec(workerInfo.url)?.[1] ?? workerInfo.title
      this.#threads.set(name, (method, given) => this.#postTo(sessionId, method, given))
    })
    this.#session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { id, result } = JSON.parse(params.message) as { id?: number; result?: unknown }
      this.#answers.get(`${params.sessionId} ${id}`)?.(result)
    })
    await this.#post('NodeWorker.enable', { waitForDebuggerOnStart: false })
    // Workers announce themselves in the turns that follow.
    await new Promise((resolve) => setTimeout(resolve, 200))
    for (const post of this.#threads.values()) {
      await post('Profiler.enable')
      await post('Profiler.setSamplingInterval', { interval: intervalUs })
      await post('Profiler.start')
    }
  }

  async stop(): Promise<ThreadProfile[]> {
    const profiles: ThreadProfile[] = []
    for (const [thread, post] of this.#threads) {
      const { profile } = (await post('Profiler.stop')) as { profile: Protocol.Profile }
      profiles.push({ thread, profile })
    }
    this.#threads.clear()
    this.#session.disconnect()
    return profiles
  }

  #post(method: string, params?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) =>
        error === null ? resolve(result) : reject(new Error(error.message)),
      )
    })
  }

  #postTo(sessionId: string, method: string, params?: object): Promise<unknown> {
    this.#lastId += 1
    const id = this.#lastId
    const answer = Promise.withResolvers<unknown>()
    this.#answers.set(`${sessionId} ${id}`, answer.resolve)
    const message = JSON.stringify({ id, method, params })
    this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
    return answer.promise
  }
}
