import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { assert } from '../../domain/assert.ts'
import type { StoreId } from '../../domain/ids.ts'
import type { FromHousekeeper, HousekeeperData, ToHousekeeper } from './housekeeper.ts'
import { workerModule, youngGenerationMb } from './writer-thread.ts'

type Plan = Extract<FromHousekeeper, { type: 'planned' }>

/** The main thread's end of the housekeeper: one question at a time, answered in order. */
export class HousekeeperThread implements AsyncDisposable {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #waiting: PromiseWithResolvers<FromHousekeeper>[] = []
  #failure: Error | undefined

  constructor(options: Omit<HousekeeperData, 'port'>) {
    const { port1, port2 } = new MessageChannel()
    const data: HousekeeperData = { ...options, port: port2 }
    this.#port = port1
    this.#worker = new Worker(workerModule('housekeeper', import.meta.url), {
      workerData: data,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    })
    this.#port.on('message', (message: FromHousekeeper) => this.#waiting.shift()?.resolve(message))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('the housekeeper thread ended')))
  }

  async checkpoint(): Promise<void> {
    await this.#ask({ type: 'checkpoint' })
  }

  /** What retention lets go in the next store after a number; `nextSid` is where to go on. */
  planNext(afterSid: number, now: number): Promise<Plan> {
    return this.#plan({ type: 'plan_next', afterSid, now })
  }

  planStore(storeId: StoreId, now: number): Promise<Plan> {
    return this.#plan({ type: 'plan_store', storeId, now })
  }

  /** Pages with leftovers of rows that were moved off them. */
  async findDirtyPages(): Promise<readonly number[]> {
    const answer = await this.#ask({ type: 'find_dirty_pages' })
    assert(answer.type === 'dirty_pages', 'a question for dirty pages is answered by them')
    return answer.pages
  }

  planReaping(): Promise<Plan> {
    return this.#plan({ type: 'plan_reaping' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#failure === undefined) await this.#ask({ type: 'close' })
    await this.#worker.terminate()
    this.#port.close()
  }

  async #plan(question: ToHousekeeper): Promise<Plan> {
    const answer = await this.#ask(question)
    assert(answer.type === 'planned', 'a question for a plan is answered by one')
    return answer
  }

  #ask(question: ToHousekeeper): Promise<FromHousekeeper> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const waiting = Promise.withResolvers<FromHousekeeper>()
    this.#waiting.push(waiting)
    this.#port.postMessage(question)
    return waiting.promise
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
  }
}
