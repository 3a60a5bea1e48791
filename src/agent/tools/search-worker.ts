// A thread that can be ended in the middle of a pattern that runs away.
import { parentPort, workerData } from 'node:worker_threads'
import { matchesIn, patternOf, type Match, type Searched } from './matches.ts'

/** What the thread answers to each text. */
export type Answer = { readonly matches: readonly Match[] } | { readonly problem: string }

const pattern = readPattern(String(workerData))

parentPort?.on('message', (text: Searched) => {
  const answer: Answer =
    pattern instanceof RegExp ? { matches: matchesIn(text, pattern) } : { problem: pattern }
  parentPort?.postMessage(answer)
})

function readPattern(given: string): RegExp | string {
  try {
    return patternOf(given)
  } catch (error) {
    return `invalid regex: ${error instanceof Error ? error.message : String(error)}`
  }
}
