import { Matcher, type Words } from '../../domain/forget/words.ts'
import type { SessionId, WorkspaceId } from '../../domain/ids.ts'
import type { LeftFiles } from '../../domain/session/session-files.ts'
import type { App } from '../app.ts'

/** What a session left on this machine, and goes. */
export interface FoundFiles {
  readonly sessionId: SessionId
  readonly files: LeftFiles
}

interface FilesSearch {
  readonly app: App
  readonly workspaceId: WorkspaceId
  readonly words: Words
  /** Sessions that are looked into; undefined for all of the workspace. */
  readonly among: ReadonlySet<string> | undefined
  /** Sessions whose log bears a text: what they left may hold it in ways that cannot be read. */
  readonly bearing: ReadonlySet<string>
}

export async function findFiles(search: FilesSearch): Promise<FoundFiles[]> {
  const { app, words, bearing } = search
  const { sessionFiles } = app
  if (sessionFiles === undefined || words.texts.length === 0) return []
  const matcher = new Matcher(words)
  const found: FoundFiles[] = []
  for (const sessionId of await sessionFiles.sessions()) {
    if (!(await isLookedAt(search, sessionId))) continue
    const files = bearing.has(sessionId) ? 'scratch' : await sessionFiles.find(sessionId, matcher)
    if (files !== undefined) found.push({ sessionId, files })
  }
  return found
}

/** Several installations may keep their files side by side. */
async function isLookedAt(
  { app, workspaceId, among }: FilesSearch,
  sessionId: SessionId,
): Promise<boolean> {
  if (among !== undefined) return among.has(sessionId)
  return (await app.storage.view.sessions.session(workspaceId, sessionId)) !== undefined
}
