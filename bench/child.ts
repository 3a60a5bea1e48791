// Every part of a measurement runs in a process of its own: a server, the load, the disk probe. The
// parent calls functions of its children by name.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** What a child offers: one input, one output, both of what the structured clone can carry. */
export type Calls<Offer> = { [Name in keyof Offer]: (input: never) => unknown }

interface Question {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

type Reply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly died: string }

/** A child process and the calls that wait for it. */
export class Child<Offer extends Calls<Offer>> implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0
  #death: string | undefined

  /** @param module of bench/, without its extension */
  constructor(module: string, execArgv: readonly string[] = []) {
    this.#process = fork(new URL(`./${module}.ts`, import.meta.url), {
      serialization: 'advanced',
      // A server logs to standard error: what a line costs stays part of the measurement.
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
      execArgv: [...execArgv],
    })
    this.#process.on('message', (reply: Reply) => this.#receive(reply))
    this.#process.on('exit', (code) => this.#die(`${module} ended with ${code}`))
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  call<Name extends keyof Offer & string>(
    name: Name,
    input: Parameters<Offer[Name]>[0],
  ): Promise<Awaited<ReturnType<Offer[Name]>>> {
    if (this.#death !== undefined) return Promise.reject(new Error(this.#death))
    this.#lastId += 1
    const question: Question = { id: this.#lastId, name, input }
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(question.id, waiting)
    this.#process.send(question)
    return waiting.promise as Promise<Awaited<ReturnType<Offer[Name]>>>
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.disconnect()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 20_000)
    await exited
    clearTimeout(timer)
  }

  #receive(reply: Reply): void {
    if ('died' in reply) return this.#die(reply.died)
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('error' in reply) waiting?.reject(new Error(reply.error))
    else waiting?.resolve(reply.output)
  }

  #die(reason: string): void {
    this.#death ??= reason
    for (const { reject } of this.#waiting.values()) reject(new Error(this.#death))
    this.#waiting.clear()
  }
}

/** The child's end: answers calls until the parent goes, then cleans up. */
export function answerCalls<Offer extends Calls<Offer>>(
  offer: Offer,
  close: () => Promise<void> = async () => undefined,
): void {
  const send = (reply: Reply) => process.send?.(reply)
  process.on('message', ({ id, name, input }: Question) => {
    const call = offer[name as keyof Offer] as unknown as (input: unknown) => unknown
    Promise.resolve()
      .then(() => call(input))
      .then((output) => send({ id, output }))
      .catch((error: unknown) => send({ id, error: String((error as Error).stack ?? error) }))
  })
  process.on('uncaughtExceptionMonitor', (error) => send({ died: String(error.stack) }))
  process.once('disconnect', () => void close())
}
