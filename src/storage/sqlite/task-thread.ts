import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { DomainError, type Problem } from '../../domain/errors.ts'

/** What a thread for one piece of long work says; the last message is its end. */
export type FromTask<Step> =
  | { readonly type: 'step'; readonly step: Step }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'ended' }

/** For the thread: its last message must have arrived before it is gone. */
export function stayUntilEnded(port: MessagePort): void {
  port.on('message', () => undefined)
}

/**
 * The steps of long work on a thread of its own, which ends with it or with the signal.
 * @throws DomainError what the work was refused with
 */
export async function* stepsOf<Step>(
  module: URL,
  data: object,
  signal: AbortSignal,
): AsyncGenerator<Step> {
  const { port1, port2 } = new MessageChannel()
  const messages: FromTask<Step>[] = []
  let news = Promise.withResolvers<void>()
  const say = (message: FromTask<Step>) => {
    messages.push(message)
    news.resolve()
  }
  port1.on('message', say)
  const worker = new Worker(module, {
    workerData: { ...data, port: port2 },
    transferList: [port2],
  })
  const broken = (error: Error) =>
    say({ type: 'refused', problem: { code: 'internal', message: error.message } })
  worker.on('error', broken)
  worker.on('exit', () => broken(new Error('the thread ended before its work')))
  const stop = () => say({ type: 'ended' })
  signal.addEventListener('abort', stop)
  try {
    for (;;) {
      const message = messages.shift()
      if (message === undefined) {
        news = Promise.withResolvers()
        await news.promise
        continue
      }
      if (message.type === 'ended' || signal.aborted) return
      if (message.type === 'refused') throw new DomainError(message.problem)
      yield message.step
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
    port1.close()
  }
}
