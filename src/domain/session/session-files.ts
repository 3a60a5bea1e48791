import type { Matcher } from '../forget/words.ts'
import type { SessionId } from '../ids.ts'

/**
 * What a session left on the disk of this machine: `scratch` is its own, and all of it goes with
 * it; `copies` are its stores as its shell had them.
 */
export type LeftFiles = 'scratch' | 'copies'

/** Files of sessions on this machine. Other servers of the installation have their own. */
export interface SessionFiles {
  /** Sessions that left any. */
  sessions(): Promise<readonly SessionId[]>
  /** Which of them hold one of the texts, in a name or in what they say. */
  find(sessionId: SessionId, matcher: Matcher): Promise<LeftFiles | undefined>
  /** Ends the session's shell and removes them. Nothing to do where there are none. */
  remove(sessionId: SessionId, files: LeftFiles): Promise<void>
}
