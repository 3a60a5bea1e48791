import { provenance, type Caller } from '../../domain/caller.ts'
import { DomainError } from '../../domain/errors.ts'
import type { TextChange } from '../../domain/forget/command.ts'
import type { Subject } from '../../domain/forget/subject.ts'
import type { StoreId, WorkspaceId } from '../../domain/ids.ts'
import { isUnderWay, type Session } from '../../domain/session/session.ts'
import type { App } from '../app.ts'
import { redactReason } from './told-reasons.ts'
import { historyOf, type Findings, type FoundMemory, type FoundRow } from './find.ts'

/** Redactions handed over together, and text changed by one commit: no writer waits long. */
const versionsAtOnce = 50
const charactersAtOnce = 200_000

export interface Erasure {
  readonly app: App
  readonly caller: Caller
  readonly workspaceId: WorkspaceId
  readonly subject: Subject
}

/** Erases what was found. What went by itself meanwhile is no failure. */
export async function erase(erasure: Erasure, findings: Findings): Promise<void> {
  const { app, subject } = erasure
  // First: rows that bear the text lead to the files of their sessions, should this break off.
  for (const { sessionId, files } of findings.files) {
    await app.sessionFiles?.remove(sessionId, files)
  }
  for (const { id } of findings.stores) await eraseStore(erasure, id)
  for (const memory of findings.memories) await eraseMemory(erasure, memory)
  for (const { id: sessionId } of findings.sessions) {
    const { workspaceId } = erasure
    await app.sessionFiles?.remove(sessionId, 'scratch')
    const command = { type: 'forget_session', workspaceId, sessionId } as const
    for (let isDone = false; !isDone;) isDone = await app.storage.commit(command)
  }
  const groups = Map.groupBy(findings.rows, ({ place, owner }) => `${place} ${owner}`)
  for (const rows of groups.values()) await eraseRows(erasure, rows)
  for (const receipt of findings.receipts) await redactReason(app, subject.words, receipt)
}

/** Copies of stores that are gone. A session that is under way removes its own with its shell. */
export async function removeCopies(app: App, sessions: readonly Session[]): Promise<void> {
  for (const { id, status } of sessions) {
    if (!isUnderWay(status)) await app.sessionFiles?.remove(id, 'copies')
  }
}

async function eraseStore({ app, caller, workspaceId }: Erasure, storeId: StoreId) {
  const by = provenance(caller)
  await unlessGone(app.storage.commit({ type: 'delete_store', workspaceId, storeId, by }))
}

/** Deleted first, where it lives: the head of a live memory cannot be redacted. */
async function eraseMemory({ app, caller, workspaceId }: Erasure, found: FoundMemory) {
  const { storage } = app
  const { storeId, memoryId } = found
  const scope = { workspaceId, storeId }
  const by = provenance(caller)
  const target = { memoryId }
  const removal = { type: 'delete_memory', ...scope, by, target, expected: undefined } as const
  await unlessGone(storage.commit(removal))
  const history = await historyOf(storage, scope, memoryId)
  const ids = history?.versionIds ?? []
  for (let start = 0; start < ids.length; start += versionsAtOnce) {
    const slice = ids.slice(start, start + versionsAtOnce)
    await Promise.all(
      slice.map((versionId) => {
        const redaction = { type: 'redact_version', ...scope, by, versionId } as const
        return unlessGone(storage.commit({ ...redaction, isDestroyedLater: true }))
      }),
    )
  }
}

async function eraseRows(
  { app, workspaceId, subject }: Erasure,
  rows: readonly FoundRow[],
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const { place, owner } = first
  const { words } = subject
  const rowsAtOnce = app.storage.forgetting.changesMax(place)
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const keys = rows.slice(start, start + rowsAtOnce).map(({ key }) => key)
    const found = await app.storage.forgetting.changes({ place, owner, keys, words })
    for (const changes of bySize(found)) {
      await app.storage.commit({ type: 'redact_texts', workspaceId, place, owner, changes })
    }
  }
}

/** Changes in groups of few characters; one change may have more. */
function* bySize(changes: readonly TextChange[]): Generator<readonly TextChange[]> {
  let group: TextChange[] = []
  let characters = 0
  for (const change of changes) {
    const own = Object.values(change.after).reduce((sum, text) => sum + (text?.length ?? 0), 0)
    if (group.length > 0 && characters + own > charactersAtOnce) {
      yield group
      group = []
      characters = 0
    }
    group.push(change)
    characters += own
  }
  if (group.length > 0) yield group
}

async function unlessGone(commit: Promise<unknown>): Promise<void> {
  try {
    await commit
  } catch (error) {
    const isGone = error instanceof DomainError && error.code === 'not_found'
    if (!isGone) throw error
  }
}
