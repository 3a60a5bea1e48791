import { err, isTerminal } from './terminal.ts'

/**
 * While it lasts, Ctrl-C and SIGTERM end the process with 130 and a sentence: for work that may
 * stop anywhere, because it goes on from there.
 */
export function explainInterruption(sentence: () => string): Disposable {
  const signals = ['SIGINT', 'SIGTERM'] as const
  let isEnding = false
  const end = () => {
    if (isEnding) return
    isEnding = true
    err(`${isTerminal(process.stderr) ? '\r\u001b[K' : ''}palimpsest: ${sentence()}\n`)
    // Whoever removes something at the same signal comes first.
    setImmediate(() => process.exit(130))
  }
  for (const signal of signals) process.on(signal, end)
  return {
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, end)
    },
  }
}
