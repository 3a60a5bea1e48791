import type { WireMemory } from '../../wire/memory.ts'
import { listTexts, redactVersion } from '../api/history.ts'
import { updateMemory } from '../api/memories.ts'

/** Versions that are looked through for one text. */
const searchedMax = 2_000

export interface Copies {
  /** Ids of versions that can still be read and have the text. */
  readonly versions: readonly string[]
  /** False when the memory has more versions than are looked through. */
  readonly isComplete: boolean
}

/** The versions of a memory whose text has another text in it, newest first. */
export async function findCopies(
  storeId: string,
  { memoryId, text }: { readonly memoryId: string; readonly text: string },
  signal?: AbortSignal,
): Promise<Copies> {
  const versions: string[] = []
  let searched = 0
  for await (const page of listTexts(storeId, memoryId, signal)) {
    versions.push(
      ...page.filter(({ content }) => content?.includes(text) === true).map(({ id }) => id),
    )
    searched += page.length
    if (searched >= searchedMax) return { versions, isComplete: false }
  }
  return { versions, isComplete: true }
}

export interface Erasure {
  readonly storeId: string
  readonly memoryId: string
  readonly versionId: string
  /** Every version that has it is erased; "" erases the one version alone. */
  readonly text: string
  /** Why, kept with each of them; "" when nobody says. */
  readonly reason: string
  /** What the memory says from now on, where it says now what is erased. */
  readonly rewrite: { readonly now: WireMemory; readonly content: string } | undefined
}

/**
 * Writes the memory without the text first, because what a memory says now is never erased under
 * its readers; then erases every version that has it.
 * @returns how many versions were erased
 */
export async function erase(
  { storeId, memoryId, versionId, text, reason, rewrite }: Erasure,
  onStep: (done: number, total: number) => void,
): Promise<number> {
  if (rewrite !== undefined) {
    const { now, content } = rewrite
    const expected = now.content_sha256
    await updateMemory(storeId, now.id, { content, expected })
  }
  const doomed =
    text === '' ? [versionId] : (await findCopies(storeId, { memoryId, text })).versions
  for (const [done, id] of doomed.entries()) {
    onStep(done, doomed.length)
    await redactVersion(storeId, id, reason === '' ? undefined : reason)
  }
  return doomed.length
}
