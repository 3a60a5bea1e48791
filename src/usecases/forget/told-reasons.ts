import {
  signingKeyOf,
  signReceipt,
  type Receipt,
  type ReceiptDocument,
} from '../../domain/forget/receipt.ts'
import { Matcher, type Words } from '../../domain/forget/words.ts'
import type { WorkspaceId } from '../../domain/ids.ts'
import type { Storage } from '../../storage/port.ts'
import type { App } from '../app.ts'

// A receipt keeps the reason given with it. One of before may name who is to be forgotten now.

const pageSize = 100

/** What receipts of before say, where their reason bears a text. */
export async function findReasons(
  storage: Storage,
  workspaceId: WorkspaceId,
  words: Words,
): Promise<ReceiptDocument[]> {
  const matcher = new Matcher(words)
  const found: ReceiptDocument[] = []
  let before: string | undefined
  for (;;) {
    const runs = await storage.forgetting.finishedRuns(workspaceId, before, pageSize)
    for (const { body } of runs) {
      const document = JSON.parse((JSON.parse(body) as Receipt).document) as ReceiptDocument
      if (matcher.holds(document.reason ?? '')) found.push(document)
    }
    before = runs.at(-1)?.id
    if (runs.length < pageSize) return found
  }
}

/** The receipt without the text, signed anew. Copies that were given out stay valid as they are. */
export async function redactReason(
  { storage, cursorKey }: App,
  words: Words,
  document: ReceiptDocument,
): Promise<void> {
  const reason = new Matcher(words).redact(document.reason ?? '')
  const key = signingKeyOf(cursorKey).id
  const receipt = signReceipt({ ...document, key, reason }, cursorKey)
  await storage.commit({
    type: 'save_forgetting',
    workspaceId: document.workspace as WorkspaceId,
    id: document.id,
    seal: document.subject,
    startedAt: Date.parse(document.started),
    finishedAt: Date.parse(document.finished),
    body: JSON.stringify(receipt),
  })
}
