import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ToolFailure } from '../files/tool-failure.ts'
import { matchesIn, patternOf, type Match, type Searched } from './matches.ts'
import type { Answer } from './search-worker.ts'

const searchMsMax = 60_000

/** A text to look through, by the name it is shown under. */
export interface Source {
  readonly name: string
  readonly load: () => Promise<string | undefined>
}

export interface Search {
  readonly pattern: string
  readonly sources: readonly Source[]
  /** Characters of matching lines to collect before it stops. */
  readonly charactersMax: number
  readonly signal: AbortSignal
}

/** Lines that match. @throws ToolFailure for a bad pattern, or one that takes too long */
export async function search(request: Search): Promise<readonly Match[]> {
  // A pattern that repeats nothing cannot run away; others run where they can be stopped.
  const { pattern } = request
  const canRunAway = /[*+{]|\\\d|\\k/.test(pattern) || pattern.split('?').length > optionalsMax
  if (canRunAway) return searchInThread(request)
  const plain = /[\\^$.?()[\]|]/.test(pattern) ? patternOf(pattern) : pattern
  return collect(request, async (text) => matchesIn(text, plain))
}

/** Every "?" may double the ways to look at a line. */
const optionalsMax = 8

type Look = (text: Searched) => Promise<readonly Match[]>

async function collect(request: Search, look: Look): Promise<Match[]> {
  const found: Match[] = []
  let characters = 0
  for (const { name, load } of request.sources) {
    request.signal.throwIfAborted()
    const text = await load()
    if (text === undefined) continue
    for (const match of await look({ name, text })) {
      found.push(match)
      characters += match.line.length
    }
    if (characters > request.charactersMax) break
  }
  return found
}

async function searchInThread(request: Search): Promise<Match[]> {
  const worker = new Worker(
    new URL(`./search-worker${extname(import.meta.url)}`, import.meta.url),
    { workerData: request.pattern },
  )
  const deadline = AbortSignal.timeout(searchMsMax)
  const signal = AbortSignal.any([request.signal, deadline])
  try {
    return await collect(request, async (text) => {
      worker.postMessage(text)
      const [answer] = (await once(worker, 'message', { signal })) as [Answer]
      if ('problem' in answer) throw new ToolFailure(answer.problem)
      return answer.matches
    })
  } catch (error) {
    if (!request.signal.aborted && deadline.aborted) {
      throw new ToolFailure(`timed out after ${searchMsMax / 1_000}s`)
    }
    throw error
  } finally {
    await worker.terminate()
  }
}
