import { diffTexts } from '../../domain/history/hunks.ts'
import { setTimeout } from 'node:timers/promises'
import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Memory } from '../../domain/memory/memory.ts'
import type { Condenser } from '../../server/open-condenser.ts'
import { ask } from '../ask.ts'
import { formatBytes } from '../print.ts'
import { showHunks } from '../show-hunks.ts'
import { out } from '../terminal.ts'
import type { Outcome, Summarized } from './report.ts'

/** What is to be done, and how far it is: the last three change on the way. */
export interface Errand {
  readonly api: Api
  readonly storeId: string
  readonly longerThan: number
  readonly condenser: Condenser
  readonly isDryRun: boolean
  readonly showsDiffs: boolean
  callsLeft: number
  /** Whether each text is asked about before it is saved. */
  asks: boolean
  /** Why the rest is left alone. */
  stopBecause: string | undefined
}

/** Tries of one request to a model that is overloaded or away. */
const triesMax = 3
const retryMs = 1_000
const retryMsMax = 60_000

/** Condenses one memory; the text that the model saw is replaced, and no other. */
export async function condenseMemory(errand: Errand, listed: Memory): Promise<Summarized> {
  const first = await condenseOnce(errand, listed)
  if (first.outcome !== 'changed' || errand.callsLeft === 0) return first
  return condenseOnce(errand, listed)
}

async function condenseOnce(errand: Errand, listed: Memory): Promise<Summarized> {
  const memory = await load(errand, listed.id)
  if (memory === undefined) return summarized(listed, 'gone', 'somebody deleted it meanwhile')
  if (memory.sizeBytes <= errand.longerThan) {
    return summarized(memory, 'gone', 'somebody made it shorter meanwhile')
  }
  const answer = await askModel(errand, memory)
  if (answer.type === 'failed') {
    if (answer.isForAll) errand.stopBecause = `the model failed: ${answer.reason}`
    return summarized(memory, 'failed', answer.reason)
  }
  if (answer.type === 'refused') return summarized(memory, 'refused', answer.reason)
  const newSizeBytes = Buffer.byteLength(answer.text)
  const condensed = { ...summarized(memory, 'declined'), newSizeBytes, newText: answer.text }
  if (errand.showsDiffs) {
    const hunks = diffTexts(memory.content ?? '', answer.text, 3)
    out(`${showHunks(hunks, process.stdout).join('\n')}\n`)
    out(`${formatBytes(memory.sizeBytes)} → ${formatBytes(newSizeBytes)}\n`)
  }
  if (errand.isDryRun) return { ...condensed, outcome: 'would_condense' }
  if (errand.asks && !(await isWanted(errand))) return condensed
  return { ...condensed, ...(await save(errand, memory, answer.text)) }
}

function summarized({ id, path, sizeBytes }: Memory, outcome: Outcome, reason?: string) {
  return { memoryId: id, path, outcome, sizeBytes, reason }
}

async function load({ api, storeId }: Errand, memoryId: string): Promise<Memory | undefined> {
  try {
    return await api.getMemory({ storeId, memoryId, view: 'full' })
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return undefined
    throw error
  }
}

async function askModel(errand: Errand, memory: Memory) {
  const asked = {
    path: memory.path,
    text: memory.content ?? '',
    aimBytes: Math.floor(errand.longerThan / 2),
  }
  for (let tries = 1; ; tries += 1) {
    errand.callsLeft -= 1
    const answer = await errand.condenser.condense(asked, new AbortController().signal)
    const mayRetry = answer.type === 'failed' && answer.isTransient
    if (!mayRetry || tries === triesMax || errand.callsLeft === 0) return answer
    await setTimeout(Math.min(answer.retryAfterMs ?? retryMs * 2 ** tries, retryMsMax))
  }
}

/** The end of input or Ctrl-C ends the whole errand. */
async function isWanted(errand: Errand): Promise<boolean> {
  const question = 'Save this? [y]es, [n]o, [a]ll from here, [q]uit: '
  for (let asked = 0; asked < 10; asked += 1) {
    const answer = (await ask(question)).charAt(0).toLowerCase()
    if (answer === 'n') return false
    if (answer === 'a') errand.asks = false
    if (answer === 'y' || answer === 'a') return true
    if (answer === 'q' || answer === '') break
  }
  errand.stopBecause = 'you ended it'
  return false
}

async function save(
  { api, storeId }: Errand,
  memory: Memory,
  content: string,
): Promise<Pick<Summarized, 'outcome' | 'versionId' | 'reason'>> {
  try {
    const saved = await api.updateMemory({
      storeId,
      memoryId: memory.id,
      content,
      expectedSha256: memory.sha256,
    })
    return { outcome: 'condensed', versionId: saved.versionId, reason: undefined }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    if (error.code === 'not_found') {
      return { outcome: 'gone', reason: 'somebody deleted it meanwhile', versionId: undefined }
    }
    if (error.code !== 'precondition_failed') throw error
    const reason = 'somebody changed it meanwhile; nothing was overwritten'
    return { outcome: 'changed', reason, versionId: undefined }
  }
}
